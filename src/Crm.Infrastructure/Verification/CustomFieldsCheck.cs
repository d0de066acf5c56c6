using Crm.Application.CustomFields;
using Crm.Infrastructure.Persistence;

namespace Crm.Infrastructure.Verification;

/// <summary>
/// Every custom field that is declared indexed or unique has its index, or somebody is about to build it; and an index that is built has the
/// values of the living records, all of them and no others.
/// </summary>
internal sealed class CustomFieldsCheck : ITenantCheck
{
    private const string Fields = """
        select f.id as Id, f.number as Number, f.entity as Entity, f.generation as Generation, f."unique" as IsUnique, f.indexed or f."unique" as IsKept,
          not f.upkeep_due and (f.built_generation = f.generation or not (f.indexed or f."unique")) as IsBuilt,
          exists (
            select from crm.outbox o join crm_read.events e on e.tenant_id = @TenantId and e.id = o.event_id
            where o.tenant_id = @TenantId and o.sink = @Upkeep and e.aggregate_id = f.id) as IsAwaited
        from crm_read.custom_fields f where f.tenant_id = @TenantId and f.deleted_at is null order by f.number
        """;

    public string Name => "every index of a custom field is there, with the values there are";

    public async Task RunAsync(TenantRows rows, CheckReport report, CancellationToken ct)
    {
        foreach (var field in await rows.QueryAsync<Field>(Fields, new { Upkeep = ICustomFieldRepository.Upkeep }, ct))
        {
            report.Look();
            if (!field.IsBuilt)
            {
                if (!field.IsAwaited) report.Note($"custom field {field.Id} of tenant {rows.TenantId}: what was declared is not built, and nobody is about to");
            }
            else if (field.IsKept)
                foreach (var record in await rows.QueryAsync<Guid>(Differing(field), new { Key = CustomValueSql.Key(field.Number), Slot = CustomFieldDefinition.SlotOf(field.Number, field.Generation), field.IsUnique }, ct))
                    report.Note($"custom field {field.Id} of tenant {rows.TenantId}: its index has not the value of record {record}");
        }
    }

    private static string Differing(Field field) => $"""
        select distinct coalesce(e.record_id, v.id)
        from (
            select c.record_id, c.n, c.text_value, c.number_value, c.unique_value from crm_read.custom_values c where c.tenant_id = @TenantId and c.field = @Slot) as e
          full join (
            select t.id, v.n, v.text_value, v.number_value, {CustomValueSql.UniqueValue("@IsUnique")} as unique_value
            from crm_read.{field.Entity} t cross join lateral crm.indexed_values(t.custom_fields -> @Key) v where t.tenant_id = @TenantId and t.deleted_at is null) as v
          on v.id = e.record_id and v.n = e.n
        where e.record_id is null or v.id is null or (e.text_value, e.number_value, e.unique_value) is distinct from (v.text_value, v.number_value, v.unique_value)
        """;

    private sealed record Field(Guid Id, int Number, string Entity, int Generation, bool IsUnique, bool IsKept, bool IsBuilt, bool IsAwaited);
}
