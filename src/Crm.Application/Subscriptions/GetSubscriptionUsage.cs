using Crm.Application.Abstractions;
using Crm.Domain.Subscriptions;

namespace Crm.Application.Subscriptions;

/// <summary>How much is used of something that plans can limit.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Used">How much is used; null for what is counted by the minute.</param>
/// <param name="Limit">How much the plan allows; null when it does not limit it, and where plans are off.</param>
/// <param name="Period">For how long it counts.</param>
/// <param name="PeriodStart">When the month began; null for what is there or is not.</param>
/// <param name="PeriodEnd">When it ends, and counting begins anew.</param>
public sealed record LimitUsage(string Name, long? Used, int? Limit, LimitPeriod Period, DateTimeOffset? PeriodStart, DateTimeOffset? PeriodEnd);

/// <summary>Counts what the caller's organization uses, as plans count it.</summary>
public sealed class UsageMeter(IReadDb db, LimitNames names, PlanSettings settings, TimeProvider clock) : ISharedByUseCases
{
    /// <summary>How much is used, by name. Where plans are off, or have counted nothing yet, it is counted now.</summary>
    public async Task<IReadOnlyList<(string Name, long Used)>> ReadAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var sql = string.Join("\nunion all\n", names.Counted.Select((r, i) => Row($"@Name{i}", $"@Day{i}", settings.Enabled, LimitNames.CountSql(r)))
            .Concat([Row("@Emails", "@Month", true, "0"), Row("@AiCalls", "@Month", true, "0")]));
        var parameters = new Dictionary<string, object?> { ["Emails"] = LimitNames.Emails, ["AiCalls"] = LimitNames.AiCalls, ["Month"] = LimitNames.DayOf(LimitNames.Emails, now) };
        foreach (var (resource, i) in names.Counted.Select((r, i) => (r, i))) (parameters[$"Name{i}"], parameters[$"Day{i}"]) = (resource.LimitName, LimitNames.DayOf(resource.LimitName!, now));
        return await db.QueryAsync<(string, long)>(sql, parameters, ct);
    }

    private static string Row(string name, string day, bool isKept, string count) => isKept
        ? $"select {name}::text, coalesce((select u.used from crm_read.plan_usage u where u.tenant_id = @TenantId and u.name = {name} and u.period = {day}::date), {count})::bigint"
        : $"select {name}::text, {count}::bigint where @TenantId is not null and {day}::date is not null";
}

/// <summary>How much of each limit is used. Where plans are off, nothing has a limit.</summary>
[Requires(Permissions.BillingRead)]
public sealed record GetSubscriptionUsage : IQuery<IReadOnlyList<LimitUsage>>;

internal sealed class GetSubscriptionUsageHandler(UsageMeter meter, LimitNames names, ISubscriptionBooks books, PlanSettings settings, IRequestContext context, TimeProvider clock)
    : IQueryHandler<GetSubscriptionUsage, IReadOnlyList<LimitUsage>>
{
    public async Task<IReadOnlyList<LimitUsage>> Handle(GetSubscriptionUsage query, CancellationToken ct)
    {
        var plan = settings.Enabled ? await PlanAsync(ct) : null;
        var used = (await meter.ReadAsync(ct)).ToDictionary(u => u.Name, u => u.Used);
        var now = clock.GetUtcNow();
        var month = new DateTimeOffset(now.Year, now.Month, 1, 0, 0, 0, TimeSpan.Zero);
        return [.. names.All.Select(name => LimitNames.PeriodOf(name) is var period && period == LimitPeriod.Month
            ? new LimitUsage(name, used[name], plan?.LimitOf(name), period, month, month.AddMonths(1))
            : new LimitUsage(name, period == LimitPeriod.Minute ? null : used[name], plan?.LimitOf(name), period, null, null))];
    }

    private async Task<Plan> PlanAsync(CancellationToken ct)
    {
        var code = (await books.FindAsync(context.Caller.TenantId, ct)).Plan;
        return (await books.PlansAsync(ct)).Single(p => p.Code == code);
    }
}
