using Crm.Application.Abstractions;
using Crm.Application.Listing;
using Crm.Domain.Common;
using Crm.Domain.Subscriptions;

namespace Crm.Application.Platform;

/// <summary>From when to when a report goes, and by what it counts: day, week or month, in UTC.</summary>
public sealed record ReportSpan(DateTimeOffset From, DateTimeOffset To, string Bucket)
{
    private const int MostDays = 3_660;

    /// <summary>The last 90 days up to now, where nothing else is said.</summary>
    /// <exception cref="CrmException">INVALID_QUERY: it ends before it begins, or is longer than ten years.</exception>
    public static ReportSpan Of(DateTimeOffset? from, DateTimeOffset? to, string? bucket, DateTimeOffset now)
    {
        var end = to ?? now;
        var start = from ?? (end - DateTimeOffset.MinValue > TimeSpan.FromDays(90) ? end.AddDays(-90) : DateTimeOffset.MinValue);
        if (start >= end) throw QueryErrors.Invalid("to", "must be after from");
        if (end - start > TimeSpan.FromDays(MostDays)) throw QueryErrors.Invalid("from", $"must be at most {MostDays} days before to");
        return new ReportSpan(start, end, bucket ?? "day");
    }
}

/// <summary>How many there were in a period.</summary>
/// <param name="PeriodStart">When the period began, in UTC; periods without any are left out.</param>
/// <param name="Count">How many there were.</param>
public sealed record PeriodCount(DateTimeOffset PeriodStart, long Count);

/// <summary>The organizations on one plan.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Status">How their subscriptions stand.</param>
/// <param name="Tenants">How many there are.</param>
/// <param name="MonthlyRevenue">What those who pay for it pay in a month, a year's price counting a twelfth; one amount for each currency.</param>
public sealed record PlanShare(PlanCode Plan, SubscriptionStatus Status, long Tenants, IReadOnlyList<Money> MonthlyRevenue);

/// <summary>How subscriptions changed in a period.</summary>
/// <param name="PeriodStart">When the period began, in UTC; periods in which nothing happened are left out.</param>
/// <param name="Started">Began to pay.</param>
/// <param name="Upgraded">Changed to a larger plan or a longer interval.</param>
/// <param name="Downgraded">Changed to a smaller plan.</param>
/// <param name="Canceled">Ended it.</param>
/// <param name="FellBack">Lost it because nothing was paid.</param>
public sealed record PlanMoves(DateTimeOffset PeriodStart, long Started, long Upgraded, long Downgraded, long Canceled, long FellBack);

/// <summary>How many organizations registered, by the day, week or month.</summary>
/// <param name="From">From when on; 90 days before the end, when absent.</param>
/// <param name="To">Until when; now, when absent.</param>
/// <param name="Bucket">day, week or month; day, when absent.</param>
public sealed record GetRegistrationReport(DateTimeOffset? From = null, DateTimeOffset? To = null, [OneOf("day", "week", "month")] string? Bucket = null) : IQuery<IReadOnlyList<PeriodCount>>, IPlatformRequest;

internal sealed class GetRegistrationReportHandler(IPlatformReports reports, TimeProvider clock) : IQueryHandler<GetRegistrationReport, IReadOnlyList<PeriodCount>>
{
    public Task<IReadOnlyList<PeriodCount>> Handle(GetRegistrationReport query, CancellationToken ct) => reports.RegistrationsAsync(ReportSpan.Of(query.From, query.To, query.Bucket, clock.GetUtcNow()), ct);
}

/// <summary>How many users signed in or renewed their session, by the day, week or month; as far back as refresh tokens are kept.</summary>
/// <param name="From">From when on; 90 days before the end, when absent.</param>
/// <param name="To">Until when; now, when absent.</param>
/// <param name="Bucket">day, week or month; day, when absent.</param>
public sealed record GetActiveUserReport(DateTimeOffset? From = null, DateTimeOffset? To = null, [OneOf("day", "week", "month")] string? Bucket = null) : IQuery<IReadOnlyList<PeriodCount>>, IPlatformRequest;

internal sealed class GetActiveUserReportHandler(IPlatformReports reports, TimeProvider clock) : IQueryHandler<GetActiveUserReport, IReadOnlyList<PeriodCount>>
{
    public Task<IReadOnlyList<PeriodCount>> Handle(GetActiveUserReport query, CancellationToken ct) => reports.ActiveUsersAsync(ReportSpan.Of(query.From, query.To, query.Bucket, clock.GetUtcNow()), ct);
}

/// <summary>How many organizations are on each plan now, and what they pay in a month.</summary>
public sealed record GetPlanReport : IQuery<IReadOnlyList<PlanShare>>, IPlatformRequest;

internal sealed class GetPlanReportHandler(IPlatformReports reports) : IQueryHandler<GetPlanReport, IReadOnlyList<PlanShare>>
{
    public Task<IReadOnlyList<PlanShare>> Handle(GetPlanReport query, CancellationToken ct) => reports.PlansAsync(ct);
}

/// <summary>How many subscriptions began, grew, shrank and ended, by the day, week or month.</summary>
/// <param name="From">From when on; 90 days before the end, when absent.</param>
/// <param name="To">Until when; now, when absent.</param>
/// <param name="Bucket">day, week or month; day, when absent.</param>
public sealed record GetUpgradeReport(DateTimeOffset? From = null, DateTimeOffset? To = null, [OneOf("day", "week", "month")] string? Bucket = null) : IQuery<IReadOnlyList<PlanMoves>>, IPlatformRequest;

internal sealed class GetUpgradeReportHandler(IPlatformReports reports, TimeProvider clock) : IQueryHandler<GetUpgradeReport, IReadOnlyList<PlanMoves>>
{
    public Task<IReadOnlyList<PlanMoves>> Handle(GetUpgradeReport query, CancellationToken ct) => reports.MovesAsync(ReportSpan.Of(query.From, query.To, query.Bucket, clock.GetUtcNow()), ct);
}
