using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Invoices;
using Crm.Domain.Commerce;
using Crm.Domain.Common;

namespace Crm.Application.Reports;

/// <summary>What was sold and owed in one period, category, rate and currency.</summary>
/// <param name="Period">2026-11, 2026-Q4 or 2026.</param>
/// <param name="Category">The category of tax (UNTDID 5305).</param>
/// <param name="Percent">The rate.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Documents">Invoices and credit notes.</param>
/// <param name="Taxable">What the tax is on, less what was credited.</param>
/// <param name="Tax">The tax, less what was credited.</param>
public sealed record TaxReportRow(string Period, TaxCategory Category, decimal Percent, string Currency, long Documents, decimal Taxable, decimal Tax);

/// <summary>The tax of a period, or of all of them, in one currency.</summary>
/// <param name="Period">2026-11, 2026-Q4 or 2026; null for the whole report.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Taxable">What was sold without tax.</param>
/// <param name="Tax">The tax on it.</param>
public sealed record TaxReportTotal(string? Period, string Currency, decimal Taxable, decimal Tax);

/// <summary>The VAT summary.</summary>
/// <param name="From">The first day.</param>
/// <param name="To">The last day.</param>
/// <param name="Rows">One per period, category, rate and currency.</param>
/// <param name="Totals">One per period and currency, then one per currency.</param>
public sealed record TaxReport(DateOnly From, DateOnly To, IReadOnlyList<TaxReportRow> Rows, IReadOnlyList<TaxReportTotal> Totals);

/// <summary>The tax on what was invoiced less what was credited, by category and rate, as the documents state it; by the day of issue, without drafts and what is void.</summary>
/// <param name="Period">month, quarter or year.</param>
/// <param name="From">Only documents issued on this day or later; a year before <c>to</c>, when absent.</param>
/// <param name="To">Only documents issued on this day or earlier; today, when absent.</param>
[Requires(Permissions.ReportsRead)]
public sealed record GetTaxReport([OneOf("month", "quarter", "year")] string Period = "month", DateOnly? From = null, DateOnly? To = null) : IQuery<TaxReport>;

internal sealed class GetTaxReportHandler(IReadDb db, InvoiceResource invoices, IRequestContext context, TimeProvider clock) : IQueryHandler<GetTaxReport, TaxReport>
{
    public async Task<TaxReport> Handle(GetTaxReport query, CancellationToken ct)
    {
        var period = ReportPeriod.Of(query.From, query.To, context, clock);
        var parameters = new Dictionary<string, object?> { ["From"] = period.From, ["To"] = period.To };
        var rows = await db.QueryAsync<Row>(Sql(query.Period, InvoicesInScope.Of(invoices, context.Caller, parameters)), parameters, ct);
        var taxes = rows.Select(r => new TaxReportRow(r.Period, Choices.Value<TaxCategory>(r.Category), r.Percent, r.Currency, r.Documents, Scaled(r.Taxable, r.Currency), Scaled(r.Tax, r.Currency))).ToList();
        return new TaxReport(period.From, period.To, taxes,
        [
            .. taxes.GroupBy(t => (t.Period, t.Currency)).Select(g => new TaxReportTotal(g.Key.Period, g.Key.Currency, g.Sum(t => t.Taxable), g.Sum(t => t.Tax))),
            .. taxes.GroupBy(t => t.Currency).Select(g => new TaxReportTotal(null, g.Key, g.Sum(t => t.Taxable), g.Sum(t => t.Tax))),
        ]);
    }

    private static string Sql(string period, string scope) => $"""
        select {ReportBuckets.Key(period, "t.issue_date")} as Period, x.category as Category, x.percent as Percent, t.currency as Currency, count(distinct t.id) as Documents,
               sum((x.taxable ->> 'amount')::numeric) as Taxable, sum((x.tax ->> 'amount')::numeric) as Tax
        from crm_read.invoices t
        cross join lateral jsonb_to_recordset(t.taxes) as x(category text, percent numeric, taxable jsonb, tax jsonb)
        where {scope}
        group by 1, 2, 3, 4
        order by 1, 4, 2, 3 desc
        """;

    private static decimal Scaled(decimal amount, string currency) => Money.Total(amount, currency).Amount;

    private sealed record Row(string Period, string Category, decimal Percent, string Currency, long Documents, decimal Taxable, decimal Tax);
}
