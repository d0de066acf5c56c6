using Crm.Application.Abstractions;
using Crm.Application.Schedules;
using Crm.Application.Subscriptions;
using Crm.Infrastructure.Identity;

namespace Crm.Infrastructure.Subscriptions;

/// <summary>
/// Every minute, takes the steps that time brings: trials and periods end, smaller plans come, what is not paid is past due and then ends the plan. Each organization in a transaction of its
/// own that holds its subscription: whoever comes second finds it done. Those that are suspended wait.
/// </summary>
internal sealed class SubscriptionPeriods(GlobalDb db, IUnitOfWork unit, SubscriptionSteps steps, PlanSettings settings) : ISchedule
{
    private const int Piece = 200;

    public string Name => "subscriptions.periods";

    public TimeSpan Every => TimeSpan.FromMinutes(1);

    public async Task RunAsync(DateTimeOffset due, CancellationToken ct)
    {
        if (!settings.Enabled) return;
        for (IReadOnlyList<Guid> piece = [Guid.Empty]; piece.Count > 0;)
        {
            piece = await AfterAsync(piece[^1], due, ct);
            foreach (var tenant in piece) await AdvanceAsync(tenant, due, ct);
        }
    }

    /// <summary>The steps of one organization.</summary>
    internal Task AdvanceAsync(Guid tenantId, DateTimeOffset due, CancellationToken ct) => unit.TransactAsync(() => steps.AdvanceAsync(tenantId, due, ct), ct);

    private Task<IReadOnlyList<Guid>> AfterAsync(Guid after, DateTimeOffset due, CancellationToken ct) => db.AloneAsync<Guid>("""
        select t.id from crm.tenants t join (
          select s.tenant_id from crm.subscriptions s where s.period_end <= @Due
          union
          select s.tenant_id from crm.subscriptions s where s.past_due_since <= @Due - @Grace
          union
          select c.tenant_id from crm.subscription_charges c join crm.subscriptions s on s.tenant_id = c.tenant_id and s.status = 'ACTIVE' and s.period_end is not null
          where c.status = 'DUE' and c.due_at <= @Due) d on d.tenant_id = t.id
        where t.id > @After and t.status = 'ACTIVE' order by t.id limit @Piece
        """, new { After = after, Due = due, settings.Terms.Grace, Piece }, ct);
}
