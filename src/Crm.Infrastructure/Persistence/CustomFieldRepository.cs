using Crm.Application.Abstractions;
using Crm.Application.CustomFields;
using Crm.Domain.CustomFields;
using Dapper;

namespace Crm.Infrastructure.Persistence;

internal sealed class CustomFieldRepository(CrmDbContext db, TenantSession session, IRequestContext context) : Repository<CustomField>(db, context), ICustomFieldRepository
{
    public Task<CustomField?> FindEvenDeletedAsync(Guid id, CancellationToken ct) => LoadAsync(id, ct);

    public Task HoldValuesAsync(CancellationToken ct) => session.Connection.ExecuteAsync(
        new CommandDefinition($"select {CustomValueSql.Hold}", new { session.TenantId }, session.Transaction, cancellationToken: ct));

    public Task<int> CountInUseAsync(string entity, CancellationToken ct) => session.Connection.ExecuteScalarAsync<int>(new CommandDefinition(
        "select count(*)::integer from crm_read.custom_fields f where f.tenant_id = @TenantId and f.entity = @Entity and f.retired_at is null and f.deleted_at is null",
        new { session.TenantId, Entity = entity }, session.Transaction, cancellationToken: ct));

    public Task<bool> HasTextsLongerThanAsync(CustomField field, int characters, CancellationToken ct) => session.Connection.ExecuteScalarAsync<bool>(new CommandDefinition(
        $"select exists (select from crm_read.{field.Details.Entity} t where t.tenant_id = @TenantId and length(t.custom_fields ->> @Key) > @Characters)",
        new { session.TenantId, Key = CustomValueSql.Key(field.Number), Characters = characters }, session.Transaction, cancellationToken: ct));

    public async Task<(int Values, bool Repeated)> BuildIndexAsync(CustomField field, int most, CancellationToken ct)
    {
        // No record is locked: whoever holds one waits for us with its values, or has committed them.
        var records = $"""
            from crm_read.{field.Details.Entity} t
            where t.tenant_id = @TenantId and t.deleted_at is null and jsonb_exists(t.custom_fields, @Key)
            """;
        var parameters = new { session.TenantId, Key = CustomValueSql.Key(field.Number), Slot = CustomFieldDefinition.SlotOf(field.Number, field.Generation), field.Details.Unique, Most = most + 1 };
        var values = await session.Connection.ExecuteScalarAsync<int>(
            new CommandDefinition($"select count(*)::integer from (select {records} limit @Most) as counted", parameters, session.Transaction, cancellationToken: ct));
        if (values > most) return (values, false);
        var entered = await session.Connection.ExecuteAsync(new CommandDefinition(
            $"{CustomValueSql.Enter} select @TenantId, t.id, @Slot, v.n, t.created_at, v.text_value, v.number_value, {CustomValueSql.UniqueValue("@Unique")} "
            + records.Replace("where", "cross join lateral crm.indexed_values(t.custom_fields -> @Key) v where", StringComparison.Ordinal) + " on conflict do nothing",
            parameters, session.Transaction, cancellationToken: ct));
        return (values, entered < values);
    }
}
