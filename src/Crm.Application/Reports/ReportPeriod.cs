using Crm.Application.Abstractions;
using Crm.Application.Listing;
using Crm.Domain.Common;

namespace Crm.Application.Reports;

/// <summary>The days a report is about, both included: a year until today in the organization's zone, unless stated.</summary>
internal readonly record struct ReportPeriod(DateOnly From, DateOnly To)
{
    private const int MostYears = 100;

    /// <summary>The period of a query.</summary>
    /// <exception cref="CrmException">INVALID_QUERY on <c>to</c>: it is before <c>from</c>, or more than a hundred years after it.</exception>
    public static ReportPeriod Of(DateOnly? from, DateOnly? to, IRequestContext context, TimeProvider clock)
    {
        var last = to ?? TimeZones.DayIn(context.Caller.Tenant.TimeZone, clock.GetUtcNow());
        var first = from ?? (last.Year > 1 ? last.AddYears(-1).AddDays(1) : DateOnly.MinValue);
        if (last < first) throw QueryErrors.Invalid("to", "must not be before from");
        if (last.Year - first.Year > MostYears) throw QueryErrors.Invalid("to", $"must be at most {MostYears} years after from");
        return new ReportPeriod(first, last);
    }
}

/// <summary>How the dates of documents fall into months, quarters and years: 2026-11, 2026-Q4, 2026.</summary>
internal static class ReportBuckets
{
    /// <summary>The SQL of a bucket's key.</summary>
    public static string Key(string bucket, string date) => bucket switch
    {
        "month" => $"to_char({date}, 'YYYY-MM')",
        "quarter" => $"to_char({date}, 'YYYY-\"Q\"Q')",
        _ => $"to_char({date}, 'YYYY')",
    };
}
