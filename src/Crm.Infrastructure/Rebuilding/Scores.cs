using Crm.Infrastructure.Verification;

namespace Crm.Infrastructure.Rebuilding;

/// <summary>
/// Whether leads are scored: all open ones while there is a model or a rule to score them by, none while there is not. What a score should be only the service can compute, so
/// where one is missing or is too much all of the tenant's are ordered anew. While the service has not yet looked at the last events, or is at it, nothing is said.
/// </summary>
internal sealed class Scores : IReadModel, ITenantCheck
{
    private const string Sink = "scoring.anew", Follower = "scoring";

    private const string Differing = $"""
        select l.id from crm_read.leads l
        where l.tenant_id = @TenantId and l.deleted_at is null and l.status <> 'CONVERTED'
          and (l.computed_score is null) = (
            exists (select from crm_read.lead_scoring_models m where m.tenant_id = @TenantId and m.activated_at is not null and m.deleted_at is null)
            or exists (select from crm_read.lead_scoring_rules r where r.tenant_id = @TenantId and r.is_active and r.deleted_at is null))
          and not exists (select from crm.outbox o where o.tenant_id = @TenantId and o.sink = '{Sink}')
          and not exists (
            select from crm_read.events e where e.tenant_id = @TenantId and (e.epoch, e.xid, e.n) > (
              select coalesce(max(p.epoch), 0), coalesce(max(p.xid), 0), coalesce(max(p.n), 0) from crm.log_places p where p.tenant_id = @TenantId and p.follower = '{Follower}'))
        """;

    private const string Order = $"insert into crm.outbox (id, tenant_id, event_id, sink) values (gen_random_uuid(), @TenantId, '{"00000000-0000-0000-0000-000000000000"}', '{Sink}')";

    string IReadModel.Name => "the scores of leads";

    string ITenantCheck.Name => "open leads are scored while there is something to score them by";

    public async Task MendAsync(Mending mending, CancellationToken ct) => mending.Report.Mended(await mending.InOneAsync(async rows =>
    {
        var differing = (await rows.QueryAsync<long>($"select count(*) from ({Differing}) as d", null, ct))[0];
        if (differing > 0) await rows.ExecuteAsync(Order, null, ct);
        return differing;
    }, ct));

    public Task RunAsync(TenantRows rows, CheckReport report, CancellationToken ct) => new SqlCheck("",
        "select count(*) from crm_read.leads l where l.tenant_id = @TenantId and l.deleted_at is null and l.status <> 'CONVERTED'", $"select 'lead ' || d.id from ({Differing}) as d").RunAsync(rows, report, ct);
}
