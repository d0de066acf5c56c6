using System.Text.Json;
using Crm.Application.Abstractions;
using Crm.Domain.Common;
using Crm.Domain.Subscriptions;
using Crm.Infrastructure.Identity;
using static Crm.Application.Binding.Choices;
using static Crm.Infrastructure.Subscriptions.Rows;

namespace Crm.Infrastructure.Subscriptions;

/// <summary>The platform's books in tables that no tenant owns. On the command's transaction where there is one.</summary>
internal sealed class SubscriptionBooks(GlobalDb db, TimeProvider clock) : ISubscriptionBooks
{
    private const string Select = """
        select s.tenant_id as TenantId, s.plan as Plan, s.billing_interval as Interval, s.status as Status, s.price_amount as PriceAmount, s.price_currency as PriceCurrency,
          s.period_start as PeriodStart, s.period_end as PeriodEnd, s.anchor_at as AnchorAt, s.past_due_since as PastDueSince, s.trial_used as TrialUsed,
          s.cancel_at_period_end as CancelAtPeriodEnd, s.next_plan as NextPlan, s.next_interval as NextInterval, s.credit_amount as CreditAmount, s.credit_currency as CreditCurrency
        from crm.subscriptions s where s.tenant_id = @TenantId
        """;

    private const string SelectCharges = """
        select c.id as Id, c.tenant_id as TenantId, c.plan as Plan, c.billing_interval as Interval, c.kind as Kind, c.total_amount as Amount, c.total_currency as Currency,
          c.period_start as PeriodStart, c.period_end as PeriodEnd, c.status as Status, c.due_at as DueAt, c.paid_at as PaidAt, c.created_at as CreatedAt
        from crm.subscription_charges c
        """;

    public async Task<IReadOnlyList<Plan>> PlansAsync(CancellationToken ct)
    {
        const string sql = """
            select code as Code, name as Name, monthly_price_amount as Monthly, yearly_price_amount as Yearly, monthly_price_currency as Currency, trial_days as TrialDays, limits::text as Limits from crm.plans
            """;
        return [.. (await db.QueryAsync<PlanRow>(sql, new { }, ct)).Select(r => r.Plan()).OrderBy(p => p.Code)];
    }

    public Task KeepAsync(Plan plan, CancellationToken ct) => db.QueryAsync<int>("""
        update crm.plans set name = @Name, monthly_price_amount = @Monthly, monthly_price_currency = @Currency, yearly_price_amount = @Yearly, yearly_price_currency = @Currency,
          trial_days = @TrialDays, limits = @Limits::jsonb, updated_at = @Now
        where code = @Code
        """, new
    {
        Code = Text(plan.Code), plan.Name, Monthly = plan.MonthlyPrice.Amount, Yearly = plan.YearlyPrice.Amount, plan.MonthlyPrice.Currency, plan.TrialDays,
        Limits = JsonSerializer.Serialize(plan.Limits.ToDictionary(l => l.Name, l => l.Limit)), Now = clock.GetUtcNow(),
    }, ct);

    public async Task<Subscription> FindAsync(Guid tenantId, CancellationToken ct) =>
        (await db.QueryAsync<SubscriptionRow>(Select, new { TenantId = tenantId }, ct)).FirstOrDefault()?.Subscription() ?? await FreeAsync(tenantId, ct);

    public async Task<Subscription> HoldAsync(Guid tenantId, CancellationToken ct)
    {
        if (await HeldAsync(tenantId, ct) is { } held) return held;
        // Of two who come first one makes the row, and the other waits for it here.
        var free = await FreeAsync(tenantId, ct);
        await db.QueryAsync<int>("""
            insert into crm.subscriptions (tenant_id, plan, billing_interval, status, price_amount, price_currency, created_at, updated_at)
            values (@TenantId, 'FREE', 'MONTH', 'ACTIVE', 0, @Currency, @Now, @Now) on conflict do nothing
            """, new { TenantId = tenantId, free.Price.Currency, Now = clock.GetUtcNow() }, ct);
        return (await HeldAsync(tenantId, ct))!;
    }

    public Task KeepAsync(Subscription s, CancellationToken ct) => db.QueryAsync<int>("""
        update crm.subscriptions set plan = @Plan, billing_interval = @Interval, status = @Status, price_amount = @PriceAmount, price_currency = @PriceCurrency, period_start = @PeriodStart,
          period_end = @PeriodEnd, anchor_at = @AnchorAt, past_due_since = @PastDueSince, trial_used = @TrialUsed, cancel_at_period_end = @CancelAtPeriodEnd, next_plan = @NextPlan,
          next_interval = @NextInterval, credit_amount = @CreditAmount, credit_currency = @CreditCurrency, updated_at = @Now
        where tenant_id = @TenantId
        """, new
    {
        s.TenantId, Plan = Text(s.Plan), Interval = Text(s.Interval), Status = Text(s.Status), PriceAmount = s.Price.Amount, PriceCurrency = s.Price.Currency, s.PeriodStart, s.PeriodEnd, s.AnchorAt,
        s.PastDueSince, s.TrialUsed, s.CancelAtPeriodEnd, NextPlan = s.NextPlan is { } plan ? Text(plan) : null, NextInterval = s.NextInterval is { } interval ? Text(interval) : null,
        CreditAmount = s.Credit?.Amount, CreditCurrency = s.Credit?.Currency, Now = clock.GetUtcNow(),
    }, ct);

    public Task NoteAsync(SubscriptionChange change, Subscription after, CancellationToken ct) => db.QueryAsync<int>("""
        insert into crm.subscription_changes (tenant_id, id, occurred_at, kind, plan, billing_interval, plan_before, status, actor_id, monthly_amount, monthly_currency)
        values (@TenantId, @Id, @OccurredAt, @Kind, @Plan, @Interval, @PlanBefore, @Status, @ActorId, @Amount, @Currency)
        """, new
    {
        after.TenantId, change.Id, change.OccurredAt, Kind = Text(change.Kind), Plan = Text(change.Plan), Interval = Text(change.Interval), PlanBefore = Text(change.PlanBefore),
        Status = Text(change.Status), change.ActorId, after.MonthlyRevenue.Amount, after.MonthlyRevenue.Currency,
    }, ct);

    public async Task<IReadOnlyList<SubscriptionChange>> HistoryAsync(Guid tenantId, Guid? before, int atMost, CancellationToken ct)
    {
        const string sql = """
            select c.id as Id, c.occurred_at as OccurredAt, c.kind as Kind, c.plan as Plan, c.billing_interval as Interval, c.plan_before as PlanBefore, c.status as Status, c.actor_id as ActorId
            from crm.subscription_changes c where c.tenant_id = @TenantId and (@Before::uuid is null or c.id < @Before)
            order by c.id desc limit @AtMost
            """;
        return [.. (await db.QueryAsync<ChangeRow>(sql, new { TenantId = tenantId, Before = before, AtMost = atMost }, ct)).Select(r => r.Change())];
    }

    public async Task<IReadOnlyList<SubscriptionCharge>> ChargesAsync(Guid? tenantId, ChargeStatus? status, Guid? before, int atMost, CancellationToken ct)
    {
        const string sql = $"""
            {SelectCharges}
            where (@TenantId::uuid is null or c.tenant_id = @TenantId) and (@Status::text is null or c.status = @Status) and (@Before::uuid is null or c.id < @Before)
            order by c.id desc limit @AtMost
            """;
        return [.. (await db.QueryAsync<ChargeRow>(sql, new { TenantId = tenantId, Status = status is { } one ? Text(one) : null, Before = before, AtMost = atMost }, ct)).Select(r => r.Charge())];
    }

    public async Task<SubscriptionCharge?> HoldChargeAsync(Guid id, CancellationToken ct) =>
        (await db.QueryAsync<ChargeRow>(SelectCharges + " where c.id = @Id for update", new { Id = id }, ct)).FirstOrDefault()?.Charge();

    public Task KeepAsync(SubscriptionCharge charge, CancellationToken ct) => db.QueryAsync<int>(
        "update crm.subscription_charges set status = @Status, paid_at = @PaidAt where tenant_id = @TenantId and id = @Id", new { charge.TenantId, charge.Id, Status = Text(charge.Status), charge.PaidAt }, ct);

    public async Task<DateTimeOffset?> OverdueSinceAsync(Guid tenantId, DateTimeOffset now, CancellationToken ct) =>
        (await db.QueryAsync<DateTime?>("select min(c.due_at) from crm.subscription_charges c where c.tenant_id = @TenantId and c.status = 'DUE' and c.due_at <= @Now", new { TenantId = tenantId, Now = now }, ct))[0];

    private async Task<Subscription?> HeldAsync(Guid tenantId, CancellationToken ct) => (await db.QueryAsync<SubscriptionRow>(Select + " for update", new { TenantId = tenantId }, ct)).FirstOrDefault()?.Subscription();

    private async Task<Subscription> FreeAsync(Guid tenantId, CancellationToken ct) => Subscription.Free(tenantId, (await PlansAsync(ct))[0].MonthlyPrice.Currency);
}

/// <summary>Books what subscriptions cost as records of what is due; whoever runs the service notes when it is paid. Nobody's card is asked.</summary>
internal sealed class BookedCharges(GlobalDb db) : ISubscriptionBilling
{
    public Task ChargeAsync(SubscriptionCharge charge, CancellationToken ct) => db.QueryAsync<int>("""
        insert into crm.subscription_charges (tenant_id, id, plan, billing_interval, kind, total_amount, total_currency, period_start, period_end, status, due_at, created_at)
        values (@TenantId, @Id, @Plan, @Interval, @Kind, @Amount, @Currency, @PeriodStart, @PeriodEnd, 'DUE', @DueAt, @CreatedAt)
        """, new
    {
        charge.TenantId, charge.Id, Plan = Text(charge.Plan), Interval = Text(charge.Interval), Kind = Text(charge.Kind), charge.Amount.Amount, charge.Amount.Currency, charge.PeriodStart, charge.PeriodEnd,
        charge.DueAt, charge.CreatedAt,
    }, ct);

    public Task VoidAsync(Guid tenantId, CancellationToken ct) => db.QueryAsync<int>("update crm.subscription_charges set status = 'VOID' where tenant_id = @TenantId and status = 'DUE'", new { TenantId = tenantId }, ct);
}
