using Crm.Application.Abstractions;
using Crm.Application.Reports;

namespace Crm.Application.Platform;

/// <summary>What became of trials in a month, in UTC; months in which nothing did are left out.</summary>
/// <param name="Month">2026-11.</param>
/// <param name="Started">Began.</param>
/// <param name="Converted">Became a plan that is paid for.</param>
/// <param name="Lapsed">Ended on FREE.</param>
/// <param name="ConversionRate">Of those that ended, the share that was converted, 0..1; null when none ended.</param>
public sealed record TrialMonth(string Month, long Started, long Converted, long Lapsed, decimal? ConversionRate);

/// <summary>What subscriptions bring in. Customers are organizations here.</summary>
/// <param name="From">The first month's beginning, in UTC.</param>
/// <param name="To">Until when; excluded.</param>
/// <param name="Months">One row per month and currency with anything in it, by month.</param>
/// <param name="Trials">What became of trials, by month.</param>
public sealed record SubscriptionRevenueReport(DateTimeOffset From, DateTimeOffset To, IReadOnlyList<RecurringRevenueMonth> Months, IReadOnlyList<TrialMonth> Trials);

/// <summary>Monthly and annual recurring revenue (MRR, ARR) of subscriptions, how it moved, what was lost, and how many trials were converted, by the month in UTC.</summary>
/// <param name="From">In the first month; a year before the end, when absent.</param>
/// <param name="To">Until when; now, when absent.</param>
public sealed record GetSubscriptionRevenueReport(DateTimeOffset? From = null, DateTimeOffset? To = null) : IQuery<SubscriptionRevenueReport>, IPlatformRequest;

internal sealed class GetSubscriptionRevenueReportHandler(IPlatformReports reports, TimeProvider clock) : IQueryHandler<GetSubscriptionRevenueReport, SubscriptionRevenueReport>
{
    public async Task<SubscriptionRevenueReport> Handle(GetSubscriptionRevenueReport query, CancellationToken ct)
    {
        var end = query.To ?? clock.GetUtcNow();
        var span = ReportSpan.Of(query.From ?? (end.Year > 1 ? end.AddYears(-1) : DateTimeOffset.MinValue), end, null, end);
        var from = RecurringRevenue.MonthOf(DateOnly.FromDateTime(span.From.UtcDateTime));
        var moves = await reports.RevenueAsync(from, span.To, ct);
        // The end is excluded: a report until the first of a month does not begin it.
        var months = RecurringRevenue.ByMonth(moves, from, DateOnly.FromDateTime(span.To.UtcDateTime.AddTicks(-1)));
        return new SubscriptionRevenueReport(new DateTimeOffset(from, TimeOnly.MinValue, TimeSpan.Zero), span.To, months, await reports.TrialsAsync(from, span.To, ct));
    }
}
