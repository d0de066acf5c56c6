using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Platform;
using Crm.Domain.Subscriptions;
using Crm.Infrastructure.Events;
using Crm.Infrastructure.Identity;
using Crm.Infrastructure.Subscriptions;

namespace Crm.Infrastructure.Platform;

/// <summary>
/// Organizations by the tables that no tenant owns. It reads nothing of a tenant's own tables: there row-level security would show it nothing, because none is set.
/// </summary>
internal sealed class TenantBook(GlobalDb db, StaleCallers stale, TimeProvider clock) : ITenantBook
{
    private const string Select = """
        select t.id as Id, t.name as Name, t.status as Status, t.suspended_at as SuspendedAt, t.suspended_reason as SuspendedReason, coalesce(s.plan, 'FREE') as Plan,
          coalesce(s.billing_interval, 'MONTH') as Interval, coalesce(s.status, 'ACTIVE') as SubscriptionStatus, s.period_end as PeriodEnd,
          (select count(*)::int from crm.user_tenants u where u.tenant_id = t.id and u.is_active) as Users, t.created_at as CreatedAt
        from crm.tenants t left join crm.subscriptions s on s.tenant_id = t.id
        """;

    public async Task<IReadOnlyList<PlatformTenant>> ListAsync(TenantSearch search, CancellationToken ct)
    {
        const string sql = $"""
            {Select}
            where (@Status::text is null or t.status = @Status) and (@Plan::text is null or coalesce(s.plan, 'FREE') = @Plan)
              and (@SubscriptionStatus::text is null or coalesce(s.status, 'ACTIVE') = @SubscriptionStatus)
              and (@Search::text is null or crm.fold(t.name) like '%' || crm.fold_pattern(@Search) || '%')
              and (@At::timestamptz is null or (t.created_at, t.id) < (@At, @Id::uuid))
            order by t.created_at desc, t.id desc limit @AtMost
            """;
        var rows = await db.QueryAsync<Row>(sql, new
        {
            Status = Text(search.Status), Plan = Text(search.Plan), SubscriptionStatus = Text(search.SubscriptionStatus), search.Search, search.After?.At, search.After?.Id, search.AtMost,
        }, ct);
        return [.. rows.Select(r => r.Tenant())];
    }

    public async Task<PlatformTenant?> FindAsync(Guid id, CancellationToken ct) => (await db.QueryAsync<Row>(Select + " where t.id = @Id", new { Id = id }, ct)).FirstOrDefault()?.Tenant();

    public Task<bool> SuspendAsync(Guid id, string reason, CancellationToken ct) =>
        ChangeAsync(id, "update crm.tenants set status = 'SUSPENDED', suspended_at = @Now, suspended_reason = @Reason where id = @Id and status = 'ACTIVE' returning id", reason, ct);

    public Task<bool> RestoreAsync(Guid id, CancellationToken ct) =>
        ChangeAsync(id, "update crm.tenants set status = 'ACTIVE', suspended_at = null, suspended_reason = null where id = @Id and status = 'SUSPENDED' returning id", null, ct);

    public Task NameAsync(Guid id, string name, CancellationToken ct) => db.QueryAsync<int>("update crm.tenants set name = @Name where id = @Id", new { Id = id, Name = name }, ct);

    public async Task AnnounceAsync(Guid id, CancellationToken ct)
    {
        stale.Mark(CallerCache.Prefix(id));
        // Heard by every instance when the transaction commits. It is seldom: the commits that NOTIFY makes wait for each other are few.
        await db.QueryAsync<string>("select pg_notify(@Channel, @Tenant)::text", new { Channel = LogAnnouncer.TenantChannel, Tenant = id.ToString("N") }, ct);
    }

    private async Task<bool> ChangeAsync(Guid id, string sql, string? reason, CancellationToken ct)
    {
        if ((await db.QueryAsync<Guid>(sql, new { Id = id, Now = clock.GetUtcNow(), Reason = reason }, ct)).Count == 0) return false;
        await AnnounceAsync(id, ct);
        return true;
    }

    private static string? Text(Enum? value) => value is null ? null : Choices.Text(value);

    private sealed record Row(Guid Id, string? Name, string Status, DateTime? SuspendedAt, string? SuspendedReason, string Plan, string Interval, string SubscriptionStatus, DateTime? PeriodEnd, int Users, DateTime CreatedAt)
    {
        public PlatformTenant Tenant() => new(Id, Name, Choices.Value<TenantStatus>(Status), SuspendedAt, SuspendedReason, Choices.Value<PlanCode>(Plan), Choices.Value<BillingInterval>(Interval),
            Choices.Value<SubscriptionStatus>(SubscriptionStatus), PeriodEnd, Users, CreatedAt);
    }
}
