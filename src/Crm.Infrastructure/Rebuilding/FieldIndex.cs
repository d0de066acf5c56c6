using Crm.Application.CustomFields;
using Crm.Infrastructure.Persistence;
using Crm.Infrastructure.Verification;
using Dapper;

namespace Crm.Infrastructure.Rebuilding;

/// <summary>A custom field as its index goes by it.</summary>
internal sealed record FieldIndex(Guid Id, int Number, string Entity, int Generation, bool IsUnique, bool IsKept, bool IsBuilt, bool IsAwaited)
{
    private const string Fields = """
        select f.id as Id, f.number as Number, f.entity as Entity, f.generation as Generation, f."unique" as IsUnique, f.indexed or f."unique" as IsKept,
          not f.upkeep_due and (f.built_generation = f.generation or not (f.indexed or f."unique")) as IsBuilt,
          exists (
            select from crm.outbox o join crm_read.events e on e.tenant_id = @TenantId and e.id = o.event_id
            where o.tenant_id = @TenantId and o.sink = @Upkeep and e.aggregate_id = f.id) as IsAwaited
        from crm_read.custom_fields f where f.tenant_id = @TenantId and f.deleted_at is null order by f.number
        """;

    /// <summary>The tenant's fields that are not deleted.</summary>
    public static Task<IReadOnlyList<FieldIndex>> ReadAsync(TenantRows rows, CancellationToken ct) => rows.QueryAsync<FieldIndex>(Fields, new { ICustomFieldRepository.Upkeep }, ct);

    /// <summary>The records whose entries are not those of their values; <paramref name="which"/> narrows their ids.</summary>
    public string Differing(string which) => $"""
        select distinct coalesce(e.record_id, v.id)
        from (
            select c.record_id, c.n, c.text_value, c.number_value, c.unique_value from crm_read.custom_values c where c.tenant_id = @TenantId and c.field = @Slot) as e
          full join (
            select t.id, v.n, v.text_value, v.number_value, {CustomValueSql.UniqueValue("@IsUnique")} as unique_value
            from crm_read.{Entity} t cross join lateral crm.indexed_values(t.custom_fields -> @Key) v where t.tenant_id = @TenantId and t.deleted_at is null) as v
          on v.id = e.record_id and v.n = e.n
        where (e.record_id is null or v.id is null or (e.text_value, e.number_value, e.unique_value) is distinct from (v.text_value, v.number_value, v.unique_value))
          and coalesce(e.record_id, v.id) {which}
        """;

    /// <summary>Makes the entries of records <c>@Ids</c> anew. Records are held first, as by commands, then the definitions: an index that is begun anew meanwhile is not touched.</summary>
    public string Mend => $"""
        select t.id from crm.{Entity} t where t.tenant_id = @TenantId and t.id = any(@Ids) order by t.id for no key update;
        select {CustomValueSql.Share};
        delete from crm.custom_values c where c.tenant_id = @TenantId and c.field = @Slot and c.record_id = any(@Ids);
        {CustomValueSql.Enter}
        select @TenantId, t.id, @Slot, v.n, t.created_at, v.text_value, v.number_value, {CustomValueSql.UniqueValue("@IsUnique")}
        from crm.{Entity} t cross join lateral crm.indexed_values(t.custom_fields -> @Key) v
        where t.tenant_id = @TenantId and t.id = any(@Ids) and t.deleted_at is null
          and exists (select from crm.custom_fields f where f.tenant_id = @TenantId and f.id = @Id and f.generation = @Generation and (f.indexed or f."unique") and f."unique" = @IsUnique)
        order by t.id, v.n on conflict do nothing
        """;

    /// <summary>What the statements ask for.</summary>
    public DynamicParameters With(object more)
    {
        var all = new DynamicParameters(new { Id, Key = CustomValueSql.Key(Number), Slot = CustomFieldDefinition.SlotOf(Number, Generation), Generation, IsUnique });
        all.AddDynamicParams(more);
        return all;
    }
}
