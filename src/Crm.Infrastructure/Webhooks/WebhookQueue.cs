using System.Text.Json;
using Crm.Application.Abstractions;
using Crm.Application.Webhooks;
using Crm.Infrastructure.Persistence;
using Dapper;
using Npgsql;

namespace Crm.Infrastructure.Webhooks;

/// <summary>A lane in somebody's hands.</summary>
/// <param name="IsFailing">True when its webhook has failed often: then it is the only one of that webhook.</param>
internal sealed record ClaimedLane(Guid TenantId, Guid WebhookId, Guid AggregateId, long Stamp, long Claim, bool IsFailing);

/// <summary>How a try ended for the delivery.</summary>
/// <param name="Status">DELIVERED, FAILED, or PENDING with <paramref name="Wait"/> until the next try.</param>
/// <param name="Rest">How long the webhook as a whole is left alone, because the receiver asked for it.</param>
internal sealed record WebhookOutcome(Guid DeliveryId, string Status, TimeSpan? Wait, TimeSpan? Rest, WebhookAttempt Attempt);

/// <summary>
/// The queue of all tenants' webhooks. A claim takes lanes that are due: from each webhook as many as it has slots free, from all in turn, so that none waits for another's
/// backlog. The few slots of those that fail are drawn by lot: by age, whoever has the longest backlog would have them all. Claims wait for each other, so that slots are counted right over all instances. When something is due is told by the database's clock alone.
/// </summary>
internal sealed class WebhookQueue(NpgsqlDataSource source)
{
    private const long ClaimLock = 0x63726D5F77686B;

    public async Task<IReadOnlyList<ClaimedLane>> ClaimAsync(Guid holder, int atMost, int mostFailing, CancellationToken ct)
    {
        // Two statements in one round trip: the second sees what the claim before has taken. Nobody's transaction stays open, should this instance freeze.
        const string sql = """
            select pg_advisory_xact_lock(@ClaimLock)::text;
            with recursive endpoints as (
                (select l.tenant_id, l.webhook_id from crm.webhook_lanes l order by l.tenant_id, l.webhook_id limit 1)
                union all
                select n.tenant_id, n.webhook_id from endpoints e cross join lateral (
                  select l.tenant_id, l.webhook_id from crm.webhook_lanes l where (l.tenant_id, l.webhook_id) > (e.tenant_id, e.webhook_id)
                  order by l.tenant_id, l.webhook_id limit 1) n),
              open as (
                select s.tenant_id, s.webhook_id, s.failures >= @Circuit as failing, (case when s.failures >= @Circuit then 1 else s.slots end) - (
                    select count(*) from crm.webhook_lanes h where h.tenant_id = s.tenant_id and h.webhook_id = s.webhook_id and h.held_until > now()) as free
                from endpoints e join crm.webhook_endpoints s on s.tenant_id = e.tenant_id and s.webhook_id = e.webhook_id
                where s.is_open and (s.rest_until is null or s.rest_until <= now()) and s.tenant_id <> all(array(select t.id from crm.tenants t where t.status = 'SUSPENDED'))),
              due as (
                select o.tenant_id, o.webhook_id, o.failing, l.aggregate_id, l.next_try_at
                from open o cross join lateral (
                  select d.aggregate_id, d.next_try_at from crm.webhook_lanes d
                  where d.tenant_id = o.tenant_id and d.webhook_id = o.webhook_id and d.next_try_at <= now()
                  order by d.next_try_at limit greatest(o.free, 0) for update skip locked) l),
              turns as (
                select d.*, row_number() over (partition by d.tenant_id, d.webhook_id order by d.next_try_at) as turn from due d),
              places as (
                select t.*, row_number() over (partition by t.failing order by t.turn, case when t.failing then random() end, t.next_try_at) as place from turns t),
              taken as (
                select * from places where not failing or place <= @MostFailing order by failing, turn, next_try_at limit @AtMost)
            update crm.webhook_lanes l set holder = @Holder, held_until = now() + @Lease, next_try_at = now() + @Lease, claim = l.claim + 1
            from taken t where l.tenant_id = t.tenant_id and l.webhook_id = t.webhook_id and l.aggregate_id = t.aggregate_id
            returning l.tenant_id as TenantId, l.webhook_id as WebhookId, l.aggregate_id as AggregateId, l.stamp as Stamp, l.claim as Claim, t.failing as IsFailing;
            """;
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var grid = await connection.QueryMultipleAsync(new CommandDefinition(sql,
            new { ClaimLock, WebhookRetries.Circuit, WebhookRetries.Lease, Holder = holder, AtMost = atMost, MostFailing = mostFailing }, cancellationToken: ct));
        await grid.ReadAsync<string>();
        return (await grid.ReadAsync<ClaimedLane>()).AsList();
    }

    /// <summary>Says that these lanes are being worked on: nobody else takes them for another lease. One whose try has come to nothing is left to run out.</summary>
    public Task RenewAsync(Guid holder, IReadOnlyCollection<ClaimedLane> lanes, CancellationToken ct) => RunAsync("""
        update crm.webhook_lanes l set held_until = now() + @Lease, next_try_at = now() + @Lease
        from unnest(@Tenants, @Webhooks, @Aggregates, @Claims) as r (tenant_id, webhook_id, aggregate_id, claim)
        where l.tenant_id = r.tenant_id and l.webhook_id = r.webhook_id and l.aggregate_id = r.aggregate_id and l.claim = r.claim and l.holder = @Holder and l.held_until > now()
        """, new
    {
        Holder = holder, WebhookRetries.Lease, Tenants = lanes.Select(l => l.TenantId).ToArray(), Webhooks = lanes.Select(l => l.WebhookId).ToArray(),
        Aggregates = lanes.Select(l => l.AggregateId).ToArray(), Claims = lanes.Select(l => l.Claim).ToArray(),
    }, ct);

    /// <summary>Puts a lane back as if it had never been claimed.</summary>
    public Task ReleaseAsync(Guid holder, ClaimedLane lane) => RunAsync($"{Free} next_try_at = now() {OfClaim}", Parameters(holder, lane), CancellationToken.None);

    /// <summary>Ends a lane that has turned out to be empty; it stays when there is more meanwhile.</summary>
    public Task LeaveAsync(Guid holder, ClaimedLane lane) => RunAsync($"{TenantSession.SetTenant}{End};\n{Free} next_try_at = now() {OfClaim};", Parameters(holder, lane), CancellationToken.None);

    /// <summary>
    /// Writes down how a try ended, and lets the lane go: away when nothing is left in it, else on to the next event, now or after the wait. True when the webhook has failed
    /// for as long as anybody bears with it. Whoever lost the lane meanwhile changes nothing.
    /// </summary>
    public async Task<bool> EndAsync(Guid holder, ClaimedLane lane, WebhookOutcome outcome)
    {
        const string record = $"""
            update crm.webhook_deliveries d set status = @Status, attempt_count = attempt_count + 1, last_attempt_at = @At, last_status = @LastStatus, last_error = @LastError,
              next_attempt_at = now() + @Wait::interval, ended_at = case when @Status <> 'PENDING' then now() end,
              attempts = (select jsonb_agg(a order by i) from jsonb_array_elements(@Attempt::jsonb || attempts) with ordinality as t (a, i) where i <= 20)
            where tenant_id = @TenantId and id = @DeliveryId and status = 'PENDING' and exists (
              select from crm.webhook_lanes {OfClaim})
            """;
        const string endpoint = """
            update crm.webhook_endpoints set failures = case when @Ok then 0 else failures + 1 end, failing_since = case when not @Ok then coalesce(failing_since, now()) end,
              rest_until = case when @Rest::interval is not null then now() + @Rest::interval end
            where tenant_id = @TenantId and webhook_id = @WebhookId and (not @Ok or failures > 0 or rest_until is not null)
            returning coalesce(failing_since <= now() - @Patience, false)
            """;
        var parameters = Parameters(holder, lane);
        parameters.AddDynamicParams(new
        {
            outcome.DeliveryId, outcome.Status, outcome.Attempt.At, LastStatus = outcome.Attempt.Status, LastError = outcome.Attempt.Error, outcome.Wait, outcome.Rest,
            Attempt = JsonSerializer.Serialize((WebhookAttempt[])[outcome.Attempt], WireJson.Options), Ok = outcome.Status == "DELIVERED", WebhookRetries.Patience,
        });
        var free = outcome.Wait is null ? $"{End};\n{Free} next_try_at = now() {OfClaim}" : $"{Free} next_try_at = now() + @Wait::interval {OfClaim}";
        await using var connection = await source.OpenConnectionAsync(CancellationToken.None);
        await using var grid = await connection.QueryMultipleAsync(TenantSession.SetTenant + $"{record};\n{free};\n{endpoint};", parameters);
        await grid.ReadAsync<string>();
        return (await grid.ReadAsync<bool>()).FirstOrDefault();
    }

    /// <summary>Lets lanes go whose webhook was deleted while its last events came in.</summary>
    public Task TidyAsync(CancellationToken ct) => RunAsync("""
        delete from crm.webhook_lanes l where not exists (select from crm.webhook_endpoints e where e.tenant_id = l.tenant_id and e.webhook_id = l.webhook_id)
        """, new { }, ct);

    /// <summary>How many lanes there are, how many webhooks fail, and since when the oldest waits that could be sent, of all tenants.</summary>
    public async Task<(long Lanes, long Failing, DateTime? Oldest)> DepthAsync(CancellationToken ct)
    {
        const string sql = """
            select count(*), (select count(*) from crm.webhook_endpoints where failures >= @Circuit),
              min(l.next_try_at) filter (where l.next_try_at <= now() and e.is_open and e.failures < @Circuit and (e.rest_until is null or e.rest_until <= now()))
            from crm.webhook_lanes l left join crm.webhook_endpoints e on e.tenant_id = l.tenant_id and e.webhook_id = l.webhook_id
            """;
        await using var connection = await source.OpenConnectionAsync(ct);
        return await connection.QuerySingleAsync<(long, long, DateTime?)>(new CommandDefinition(sql, new { WebhookRetries.Circuit }, cancellationToken: ct));
    }

    private const string OfClaim = "where tenant_id = @TenantId and webhook_id = @WebhookId and aggregate_id = @AggregateId and holder = @Holder and claim = @Claim";
    private const string Free = "update crm.webhook_lanes set holder = null, held_until = null,";

    private const string End = $"""
        delete from crm.webhook_lanes {OfClaim} and stamp = @Stamp and not exists (
          select from crm.webhook_deliveries d
          where d.tenant_id = @TenantId and d.webhook_id = @WebhookId and d.aggregate_id = @AggregateId and d.status = 'PENDING')
        """;

    private static DynamicParameters Parameters(Guid holder, ClaimedLane lane) =>
        new(new { Holder = holder, lane.TenantId, TenantText = lane.TenantId.ToString(), lane.WebhookId, lane.AggregateId, lane.Stamp, lane.Claim });

    private async Task RunAsync(string sql, object parameters, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition(sql, parameters, cancellationToken: ct));
    }
}
