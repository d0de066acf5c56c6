using Crm.Application.Abstractions;
using Crm.Application.Listing;
using Crm.Application.RecurringInvoices;
using Crm.Domain.Common;

namespace Crm.Application.Reports;

/// <summary>What recurring invoices bring in.</summary>
/// <param name="From">The first day: that of a month.</param>
/// <param name="To">The last day, with which the last month ends.</param>
/// <param name="Months">One row per month and currency with anything in it, by month.</param>
public sealed record RecurringRevenueReport(DateOnly From, DateOnly To, IReadOnlyList<RecurringRevenueMonth> Months);

/// <summary>
/// Monthly and annual recurring revenue (MRR, ARR), how it moved and what was lost, of the recurring invoices the caller sees: their net amounts as those of a month, from their first day on,
/// while they are active. Days to come show what is agreed today.
/// </summary>
/// <param name="From">In the first month; a year before <c>to</c>, when absent.</param>
/// <param name="To">The last day, which ends the last month; today, when absent.</param>
/// <param name="Currency">Only this currency (ISO 4217).</param>
[Requires(Permissions.ReportsRead)]
public sealed record GetRecurringRevenueReport(DateOnly? From = null, DateOnly? To = null, [Example("\"EUR\"")] string? Currency = null) : IQuery<RecurringRevenueReport>;

internal sealed class GetRecurringRevenueReportHandler(IReadDb db, RecurringInvoiceResource recurring, IRequestContext context, TimeProvider clock)
    : IQueryHandler<GetRecurringRevenueReport, RecurringRevenueReport>
{
    public async Task<RecurringRevenueReport> Handle(GetRecurringRevenueReport query, CancellationToken ct)
    {
        if (query.Currency is not null && !Currency.IsKnown(query.Currency)) throw QueryErrors.Invalid("currency", "must be the code of an active ISO 4217 currency, such as EUR");
        var period = ReportPeriod.Of(query.From, query.To, context, clock);
        var from = RecurringRevenue.MonthOf(period.From);
        var parameters = new Dictionary<string, object?> { ["From"] = from, ["To"] = period.To, ["Currency"] = query.Currency };
        var moves = await db.QueryAsync<RecurringRevenueMoves>(RecurringRevenue.Moves(Changes(query, RecordScope.Visible(recurring, "t", context.Caller, parameters))), parameters, ct);
        return new RecurringRevenueReport(from, period.To, RecurringRevenue.ByMonth(moves, from, period.To));
    }

    private static string Changes(GetRecurringRevenueReport query, string? visible) => $"""
        select e.customer_id as subject, e.monthly_currency as currency, date_trunc('month', e.effective_on::timestamp)::date as month, sum(e.monthly_amount) as change
        from crm_read.recurring_revenue_entries e
        {(visible is null ? "" : $"join crm_read.recurring_invoices t on t.tenant_id = @TenantId and t.id = e.recurring_invoice_id and {visible}")}
        where e.tenant_id = @TenantId and e.effective_on <= @To{(query.Currency is null ? "" : " and e.monthly_currency = @Currency")}
        group by 1, 2, 3 having sum(e.monthly_amount) <> 0
        """;
}
