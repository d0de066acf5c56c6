using Crm.Application.Listing;

namespace Crm.Application.Analytics;

/// <summary>From when (included) to when (excluded) events are looked at: the last 30 days unless said, 366 days at most.</summary>
internal readonly record struct AnalyticsPeriod(DateTimeOffset From, DateTimeOffset To)
{
    private static readonly TimeSpan Usual = TimeSpan.FromDays(30), Longest = TimeSpan.FromDays(366);

    /// <summary>Days, with their fraction.</summary>
    public double Days => (To - From).TotalDays;

    /// <summary>Reads what callers ask for.</summary>
    /// <exception cref="Domain.Common.CrmException">INVALID_QUERY: it ends before it begins, or is too long.</exception>
    public static AnalyticsPeriod Of(DateTimeOffset? from, DateTimeOffset? to, DateTimeOffset now)
    {
        var end = to ?? now;
        var period = new AnalyticsPeriod(from ?? (end - DateTimeOffset.MinValue > Usual ? end - Usual : DateTimeOffset.MinValue), end);
        if (period.From >= period.To) throw QueryErrors.Invalid("from", "must be before to");
        return period.To - period.From > Longest ? throw QueryErrors.Invalid("from", "must be at most 366 days before to") : period;
    }
}
