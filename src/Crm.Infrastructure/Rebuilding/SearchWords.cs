using Crm.Infrastructure.Persistence;

namespace Crm.Infrastructure.Rebuilding;

/// <summary>The words of searchable custom fields that searches of one kind of record find.</summary>
internal static class SearchWords
{
    internal static RecordsModel Of(string entity) => new(
        $"the words of custom fields that searches of {entity} find", entity,
        $"select count(*) from crm_read.{entity} t where t.tenant_id = @TenantId and t.custom_fields <> '{{}}'",
        // The same words in another order, or in another spelling that searches do not tell apart, are right. While the service is at it, it will be.
        $"""
        select t.id from crm_read.{entity} t cross join lateral (select coalesce({CustomValueSql.Words("t", entity)}, '') as words) s
        where t.tenant_id = @TenantId and t.id > @After and (t.custom_fields <> '{"{}"}' or t.custom_words is not null)
          and coalesce(t.custom_words, '') <> s.words and crm.search_vector(coalesce(t.custom_words, '')) <> crm.search_vector(s.words)
          and not exists (select from crm_read.custom_fields d where d.tenant_id = @TenantId and d.entity = '{entity}' and d.upkeep_due)
        order by t.id limit @Piece
        """,
        $"""
        select t.id from crm.{entity} t where t.tenant_id = @TenantId and t.id = any(@Ids) order by t.id for no key update;
        select {CustomValueSql.Share};
        update crm.{entity} t set custom_words = {CustomValueSql.Words("t", entity)} where t.tenant_id = @TenantId and t.id = any(@Ids)
        """);
}
