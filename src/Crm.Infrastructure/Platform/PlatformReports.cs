using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Platform;
using Crm.Application.Reports;
using Crm.Domain.Common;
using Crm.Domain.Subscriptions;
using Crm.Infrastructure.Identity;
using Crm.Infrastructure.Subscriptions;

namespace Crm.Infrastructure.Platform;

/// <summary>Figures from the tables that no tenant owns; periods are those of UTC.</summary>
internal sealed class PlatformReports(GlobalDb db) : IPlatformReports
{
    public Task<IReadOnlyList<PeriodCount>> RegistrationsAsync(ReportSpan span, CancellationToken ct) => CountAsync("crm.tenants", "count(*)", span, ct);

    public Task<IReadOnlyList<PeriodCount>> ActiveUsersAsync(ReportSpan span, CancellationToken ct) => CountAsync("crm.refresh_tokens", "count(distinct t.user_id)", span, ct);

    public async Task<IReadOnlyList<PlanShare>> PlansAsync(CancellationToken ct)
    {
        const string sql = """
            select coalesce(s.plan, 'FREE') as Plan, coalesce(s.status, 'ACTIVE') as Status, count(*) as Tenants, coalesce(s.price_currency, '') as Currency,
              coalesce(sum(case when s.status in ('ACTIVE', 'PAST_DUE') then s.price_amount / case s.billing_interval when 'YEAR' then 12 else 1 end end), 0) as Amount
            from crm.tenants t left join crm.subscriptions s on s.tenant_id = t.id
            group by 1, 2, 4
            """;
        var rows = await db.QueryAsync<ShareRow>(sql, new { }, ct);
        return [.. rows.GroupBy(r => (Plan: Choices.Value<PlanCode>(r.Plan), Status: Choices.Value<SubscriptionStatus>(r.Status))).OrderBy(g => g.Key.Plan).ThenBy(g => g.Key.Status)
            .Select(g => new PlanShare(g.Key.Plan, g.Key.Status, g.Sum(r => r.Tenants), [.. g.Where(r => r.Amount > 0).OrderBy(r => r.Currency, StringComparer.Ordinal).Select(r => Money.Total(r.Amount, r.Currency))]))];
    }

    public async Task<IReadOnlyList<PlanMoves>> MovesAsync(ReportSpan span, CancellationToken ct)
    {
        const string sql = """
            select date_trunc(@Bucket, c.occurred_at, 'UTC') as PeriodStart, count(*) filter (where c.kind = 'STARTED') as Started, count(*) filter (where c.kind = 'UPGRADED') as Upgraded,
              count(*) filter (where c.kind = 'DOWNGRADED') as Downgraded, count(*) filter (where c.kind = 'CANCELED') as Canceled, count(*) filter (where c.kind = 'FELL_BACK') as FellBack
            from crm.subscription_changes c
            where c.occurred_at >= @From and c.occurred_at < @To and c.kind in ('STARTED', 'UPGRADED', 'DOWNGRADED', 'CANCELED', 'FELL_BACK')
            group by 1 order by 1
            """;
        return [.. (await db.QueryAsync<MoveRow>(sql, span, ct)).Select(r => new PlanMoves(r.PeriodStart, r.Started, r.Upgraded, r.Downgraded, r.Canceled, r.FellBack))];
    }

    public Task<IReadOnlyList<RecurringRevenueMoves>> RevenueAsync(DateOnly from, DateTimeOffset to, CancellationToken ct)
    {
        // How each stood when a month ended is its last line of that month; what differs from the line before, in each currency, is the change.
        const string changes = """
            select s.subject, s.currency, s.month, sum(s.change) as change
            from (
              select d.tenant_id as subject, v.currency, d.month, v.change
              from (
                select l.*, lag(l.monthly_amount) over w as amount_before, lag(l.monthly_currency) over w as currency_before
                from (
                  select distinct on (c.tenant_id, date_trunc('month', c.occurred_at, 'UTC')) c.tenant_id, (date_trunc('month', c.occurred_at, 'UTC') at time zone 'UTC')::date as month, c.monthly_amount, c.monthly_currency
                  from crm.subscription_changes c where c.occurred_at < @To and c.monthly_amount is not null
                  order by c.tenant_id, date_trunc('month', c.occurred_at, 'UTC'), c.occurred_at desc, c.id desc) as l
                window w as (partition by l.tenant_id order by l.month)) as d
              cross join lateral (values (d.monthly_currency, d.monthly_amount), (d.currency_before, -d.amount_before)) as v (currency, change)
              where v.currency is not null) as s
            group by 1, 2, 3 having sum(s.change) <> 0
            """;
        return db.QueryAsync<RecurringRevenueMoves>(RecurringRevenue.Moves(changes), new { From = from, To = to }, ct);
    }

    public async Task<IReadOnlyList<TrialMonth>> TrialsAsync(DateOnly from, DateTimeOffset to, CancellationToken ct)
    {
        const string sql = """
            select to_char(date_trunc('month', c.occurred_at, 'UTC') at time zone 'UTC', 'YYYY-MM') as Month, count(*) filter (where c.kind = 'TRIAL_STARTED') as Started,
              count(*) filter (where c.status_before = 'TRIALING' and c.status <> 'TRIALING' and c.plan <> 'FREE') as Converted,
              count(*) filter (where c.status_before = 'TRIALING' and c.status <> 'TRIALING' and c.plan = 'FREE') as Lapsed
            from (
              select h.*, lag(h.status) over (partition by h.tenant_id order by h.occurred_at, h.id) as status_before from crm.subscription_changes h where h.occurred_at < @To) as c
            where c.occurred_at >= @From::timestamp at time zone 'UTC' and (c.kind = 'TRIAL_STARTED' or c.status_before = 'TRIALING' and c.status <> 'TRIALING')
            group by 1 order by 1
            """;
        return [.. (await db.QueryAsync<TrialRow>(sql, new { From = from, To = to }, ct)).Select(r => new TrialMonth(r.Month, r.Started, r.Converted, r.Lapsed, RecurringRevenue.Rate(r.Converted, r.Converted + r.Lapsed)))];
    }

    private async Task<IReadOnlyList<PeriodCount>> CountAsync(string table, string count, ReportSpan span, CancellationToken ct)
    {
        var sql = $"select date_trunc(@Bucket, t.created_at, 'UTC') as PeriodStart, {count} as Count from {table} t where t.created_at >= @From and t.created_at < @To group by 1 order by 1";
        return [.. (await db.QueryAsync<CountRow>(sql, span, ct)).Select(r => new PeriodCount(r.PeriodStart, r.Count))];
    }

    private sealed record TrialRow(string Month, long Started, long Converted, long Lapsed);

    private sealed record CountRow(DateTime PeriodStart, long Count);

    private sealed record ShareRow(string Plan, string Status, long Tenants, string Currency, decimal Amount);

    private sealed record MoveRow(DateTime PeriodStart, long Started, long Upgraded, long Downgraded, long Canceled, long FellBack);
}
