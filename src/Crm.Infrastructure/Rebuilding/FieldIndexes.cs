using Crm.Application.CustomFields;
using Crm.Infrastructure.Persistence;
using Crm.Infrastructure.Verification;

namespace Crm.Infrastructure.Rebuilding;

/// <summary>
/// The indexes of custom fields. Of one that is built, the entries of the records that differ are made anew; one that is not built and that nobody is about to build is
/// ordered, and the service builds it.
/// </summary>
internal sealed class FieldIndexes : IReadModel
{
    private const string Order = $"""
        with ordered as (
          update crm.custom_fields f set upkeep_due = true, upkeep_after = null where f.tenant_id = @TenantId and f.id = @Id returning f.id)
        insert into crm.outbox (id, tenant_id, event_id, sink)
        select gen_random_uuid(), @TenantId, e.id, @Upkeep from ordered o cross join lateral (
          select e.id from crm.events e where e.tenant_id = @TenantId and e.aggregate_id = o.id order by e.version desc, e.n desc limit 1) e
        """;

    public string Name => "the indexes of custom fields";

    public async Task MendAsync(Mending mending, CancellationToken ct)
    {
        foreach (var field in await mending.InOneAsync(rows => FieldIndex.ReadAsync(rows, ct), ct))
            if (field.IsBuilt && field.IsKept) await MendAsync(field, mending, ct);
            else if (!field.IsBuilt && !field.IsAwaited)
            {
                if (await mending.InOneAsync(rows => rows.ExecuteAsync(Order, new { field.Id, ICustomFieldRepository.Upkeep }, ct), ct) == 0) mending.Report.Left($"custom field {field.Id} of tenant {mending.TenantId}: is not in the log");
                else mending.Report.Mended(1);
            }
    }

    private static async Task MendAsync(FieldIndex field, Mending mending, CancellationToken ct)
    {
        for (Guid? after = Guid.Empty; after is { } from;)
        {
            var (found, left) = await mending.InOneAsync(async rows =>
            {
                var found = (await rows.QueryAsync<Guid>($"{field.Differing("> @After")} order by 1 limit @Piece", field.With(new { After = from, Mending.Piece }), ct)).ToArray();
                if (found.Length == 0) return (found, []);
                await rows.ExecuteAsync(field.Mend, field.With(new { Ids = found }), ct);
                // A value that must be there once and is there twice keeps the first one's entry only.
                return (found, await rows.QueryAsync<Guid>(field.Differing("= any(@Ids)"), field.With(new { Ids = found }), ct));
            }, ct);
            mending.Report.Mended(found.Length - left.Count);
            foreach (var record in left) mending.Report.Left($"custom field {field.Id} of tenant {mending.TenantId}: record {record} has a value that another record has too");
            after = found.Length == Mending.Piece ? found[^1] : null;
        }
    }
}
