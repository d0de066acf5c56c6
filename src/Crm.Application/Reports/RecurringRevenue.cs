using System.Globalization;
using Crm.Domain.Common;

namespace Crm.Application.Reports;

/// <summary>
/// What recurs in one month and currency. A customer is compared at the month's beginning and at its end: what came and went in between is no movement. The amounts add up:
/// start + new + expansion + contraction + churned + reactivated = MRR.
/// </summary>
/// <param name="Month">2026-11; the last one goes until the end of the report.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="StartMrr">Monthly recurring revenue when the month began.</param>
/// <param name="NewMrr">Of customers who had none ever before.</param>
/// <param name="ExpansionMrr">By how much customers' grew.</param>
/// <param name="ContractionMrr">By how much customers' shrank, below zero.</param>
/// <param name="ChurnedMrr">What was lost with customers who have none any more, below zero.</param>
/// <param name="ReactivatedMrr">Of customers who had none when the month began, and had some before.</param>
/// <param name="Mrr">Monthly recurring revenue when the month ended.</param>
/// <param name="Arr">Annual recurring revenue: twelve times that.</param>
/// <param name="StartCustomers">Customers with recurring revenue when the month began.</param>
/// <param name="NewCustomers">Customers who had none ever before.</param>
/// <param name="ExpandedCustomers">Customers whose revenue grew.</param>
/// <param name="ContractedCustomers">Customers whose revenue shrank.</param>
/// <param name="ChurnedCustomers">Customers who have none any more.</param>
/// <param name="ReactivatedCustomers">Customers who came back.</param>
/// <param name="Customers">Customers with recurring revenue when the month ended.</param>
/// <param name="CustomerChurnRate">Churned customers by customers at the start, 0..1; null when there were none.</param>
/// <param name="RevenueChurnRate">What was churned and contracted by the MRR at the start; null when it was 0.</param>
/// <param name="NetRevenueChurnRate">The same less what expanded: below zero when more grew than was lost.</param>
public sealed record RecurringRevenueMonth(string Month, string Currency, decimal StartMrr, decimal NewMrr, decimal ExpansionMrr, decimal ContractionMrr, decimal ChurnedMrr, decimal ReactivatedMrr,
    decimal Mrr, decimal Arr, long StartCustomers, long NewCustomers, long ExpandedCustomers, long ContractedCustomers, long ChurnedCustomers, long ReactivatedCustomers, long Customers,
    decimal? CustomerChurnRate, decimal? RevenueChurnRate, decimal? NetRevenueChurnRate);

/// <summary>What changed in one month and currency; without a month, what there was before the report.</summary>
public sealed record RecurringRevenueMoves(DateOnly? Month, string Currency, decimal New, decimal Expansion, decimal Contraction, decimal Churned, decimal Reactivated,
    long NewCount, long ExpansionCount, long ContractionCount, long ChurnedCount, long ReactivatedCount)
{
    internal decimal Change => New + Expansion + Contraction + Churned + Reactivated;

    internal long Customers => NewCount + ReactivatedCount - ChurnedCount;
}

/// <summary>How monthly recurring revenue is told apart and added up: one way for what customers of organizations pay, and for what organizations pay the platform.</summary>
public static class RecurringRevenue
{
    private const int RateDigits = 10;

    /// <summary>
    /// The statement that makes <see cref="RecurringRevenueMoves"/> of changes (subject, currency, month, change), of which each subject has at most one a month and currency, and none of 0;
    /// <c>@From</c> is the first month.
    /// </summary>
    public static string Moves(string changes) => $"""
        with changes as ({changes}),
        levels as (
          select c.subject, c.currency, c.month, c.change, sum(c.change) over (partition by c.subject, c.currency order by c.month) as level from changes c),
        moves as (
          select l.currency, case when l.month >= @From then l.month end as month, l.change,
            case when l.level = 0 then 'churned' when l.level <> l.change then case when l.change > 0 then 'expansion' else 'contraction' end
              when row_number() over (partition by l.subject, l.currency order by l.month) = 1 then 'new' else 'reactivated' end as kind
          from levels l)
        select m.month as Month, m.currency as Currency,
          coalesce(sum(m.change) filter (where m.kind = 'new'), 0) as New, coalesce(sum(m.change) filter (where m.kind = 'expansion'), 0) as Expansion,
          coalesce(sum(m.change) filter (where m.kind = 'contraction'), 0) as Contraction, coalesce(sum(m.change) filter (where m.kind = 'churned'), 0) as Churned,
          coalesce(sum(m.change) filter (where m.kind = 'reactivated'), 0) as Reactivated,
          count(*) filter (where m.kind = 'new') as NewCount, count(*) filter (where m.kind = 'expansion') as ExpansionCount, count(*) filter (where m.kind = 'contraction') as ContractionCount,
          count(*) filter (where m.kind = 'churned') as ChurnedCount, count(*) filter (where m.kind = 'reactivated') as ReactivatedCount
        from moves m
        group by 2, 1
        order by 2, 1 nulls first
        """;

    /// <summary>A row for each month and currency with anything in it, from the month of <paramref name="from"/> to that of <paramref name="to"/>; by month, then by currency.</summary>
    public static IReadOnlyList<RecurringRevenueMonth> ByMonth(IEnumerable<RecurringRevenueMoves> moves, DateOnly from, DateOnly to)
    {
        var rows = new List<RecurringRevenueMonth>();
        foreach (var currency in moves.GroupBy(m => m.Currency))
        {
            var (before, months) = (currency.Where(m => m.Month is null).ToList(), currency.Where(m => m.Month is not null).ToDictionary(m => Number(m.Month!.Value)));
            var (mrr, customers) = (before.Sum(m => m.Change), before.Sum(m => m.Customers));
            for (var month = Number(from); month <= Number(to); month++)
            {
                if (!months.TryGetValue(month, out var move))
                {
                    if (customers == 0) continue;
                    move = new RecurringRevenueMoves(null, currency.Key, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
                }
                rows.Add(Row(month, move, mrr, customers));
                (mrr, customers) = (mrr + move.Change, customers + move.Customers);
            }
        }
        return [.. rows.OrderBy(r => r.Month, StringComparer.Ordinal).ThenBy(r => r.Currency, StringComparer.Ordinal)];
    }

    /// <summary>The first day of a month.</summary>
    public static DateOnly MonthOf(DateOnly day) => new(day.Year, day.Month, 1);

    /// <summary>A part of a whole, without zeros at its end; null of nothing.</summary>
    public static decimal? Rate(decimal part, decimal whole) => whole == 0 ? null : Plain.Of(Math.Round(part / whole, RateDigits));

    private static int Number(DateOnly day) => (day.Year * 12) + day.Month - 1;

    private static RecurringRevenueMonth Row(int month, RecurringRevenueMoves m, decimal start, long customers)
    {
        decimal Of(decimal amount) => Money.Total(amount, m.Currency).Amount;
        return new RecurringRevenueMonth(string.Create(CultureInfo.InvariantCulture, $"{month / 12:0000}-{(month % 12) + 1:00}"), m.Currency,
            Of(start), Of(m.New), Of(m.Expansion), Of(m.Contraction), Of(m.Churned), Of(m.Reactivated), Of(start + m.Change), Of(12 * (start + m.Change)),
            customers, m.NewCount, m.ExpansionCount, m.ContractionCount, m.ChurnedCount, m.ReactivatedCount, customers + m.Customers,
            Rate(m.ChurnedCount, customers), Rate(-m.Churned - m.Contraction, start), Rate(-m.Churned - m.Contraction - m.Expansion, start));
    }
}
