using Crm.Application.Abstractions;
using Crm.Application.Invoices;
using Crm.Application.Listing;
using Crm.Domain.Common;

namespace Crm.Application.Reports;

/// <summary>What was invoiced in one currency, less what was credited.</summary>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Invoices">Invoices.</param>
/// <param name="CreditNotes">Credit notes.</param>
/// <param name="Net">Without tax.</param>
/// <param name="Tax">The tax on it.</param>
/// <param name="Total">With tax.</param>
public record RevenueTotal(string Currency, long Invoices, long CreditNotes, decimal Net, decimal? Tax, decimal? Total);

/// <summary>The same of what shares a key.</summary>
/// <param name="Key">An id, 2026-11, 2026-Q4 or 2026; null for what has none: no owner, a line without a product, allowances and charges of whole documents.</param>
/// <param name="Label">The name behind an id.</param>
/// <param name="Tax">The tax on it; null by product, because tax is counted on what documents have in each rate, not on lines.</param>
/// <param name="Total">With tax; null by product.</param>
public sealed record RevenueGroup(string? Key, string? Label, string Currency, long Invoices, long CreditNotes, decimal Net, decimal? Tax, decimal? Total)
    : RevenueTotal(Currency, Invoices, CreditNotes, Net, Tax, Total);

/// <summary>One row per key and currency, and the totals per currency, which are the sums of the rows.</summary>
/// <param name="From">The first day.</param>
/// <param name="To">The last day.</param>
/// <param name="Groups">One row per key and currency.</param>
/// <param name="Totals">One row per currency.</param>
public sealed record RevenueReport(DateOnly From, DateOnly To, IReadOnlyList<RevenueGroup> Groups, IReadOnlyList<RevenueTotal> Totals);

/// <summary>What was invoiced less what was credited, of the documents the caller sees: by the day of issue, without drafts and what is void.</summary>
/// <param name="GroupBy">month, quarter, year, product (of the lines), customer or owner.</param>
/// <param name="From">Only documents issued on this day or later; a year before <c>to</c>, when absent.</param>
/// <param name="To">Only documents issued on this day or earlier; today, when absent.</param>
/// <param name="CustomerId">Only documents of this customer.</param>
/// <param name="OwnerId">Only documents of this salesperson.</param>
[Requires(Permissions.ReportsRead)]
public sealed record GetRevenueReport([OneOf("month", "quarter", "year", "product", "customer", "owner")] string GroupBy,
    DateOnly? From = null, DateOnly? To = null, Guid? CustomerId = null, Guid? OwnerId = null) : IQuery<RevenueReport>;

internal sealed class GetRevenueReportHandler(IReadDb db, InvoiceResource invoices, IRequestContext context, TimeProvider clock) : IQueryHandler<GetRevenueReport, RevenueReport>
{
    private const string Figures = "d.id, d.kind, d.currency, d.net, d.tax, d.total";

    /// <summary>What lines come to, and what the whole document has besides; together its net total.</summary>
    private const string Lines = """
        select false as is_total, i.product_id::text as key, p.name as label, d.id, d.kind, d.currency, i.net_amount as net, null::numeric as tax, null::numeric as total
        from documents d
        join crm_read.invoice_line_items i on i.tenant_id = @TenantId and i.invoice_id = d.id and i.deleted_at is null
        left join crm_read.products p on p.tenant_id = @TenantId and p.id = i.product_id
        union all
        select false, null, null, d.id, d.kind, d.currency, d.net - d.line_total, null, null from documents d where d.net <> d.line_total
        """;

    public async Task<RevenueReport> Handle(GetRevenueReport query, CancellationToken ct)
    {
        var period = ReportPeriod.Of(query.From, query.To, context, clock);
        var parameters = new Dictionary<string, object?> { ["From"] = period.From, ["To"] = period.To, ["CustomerId"] = query.CustomerId, ["OwnerId"] = query.OwnerId };
        var rows = await db.QueryAsync<Row>(Sql(query, InvoicesInScope.Of(invoices, context.Caller, parameters, query.CustomerId, query.OwnerId)), parameters, ct);
        return new RevenueReport(period.From, period.To,
            [.. rows.Where(r => !r.IsTotal).Select(r => new RevenueGroup(r.Key, r.Label, r.Currency, r.Invoices, r.CreditNotes, Scaled(r, r.Net)!.Value, Scaled(r, r.Tax), Scaled(r, r.Total)))],
            [.. rows.Where(r => r.IsTotal).Select(r => new RevenueTotal(r.Currency, r.Invoices, r.CreditNotes, Scaled(r, r.Net)!.Value, Scaled(r, r.Tax), Scaled(r, r.Total)))]);
    }

    private static string Sql(GetRevenueReport query, string scope) => $"""
        with documents as materialized (
          select t.id, t.kind, t.customer_id, t.owner_id, t.issue_date, t.currency, t.line_total_amount as line_total, t.net_total_amount as net, t.tax_total_amount as tax, t.total_amount as total
          from crm_read.invoices t where {scope}),
        keyed as (
          {Keyed(query.GroupBy)}
          union all
          select true, null, null, {Figures} from documents d)
        select k.is_total as IsTotal, k.key as Key, k.label as Label, k.currency as Currency, count(distinct k.id) filter (where k.kind = 'INVOICE') as Invoices,
               count(distinct k.id) filter (where k.kind = 'CREDIT_NOTE') as CreditNotes, sum(k.net) as Net, sum(k.tax) as Tax, sum(k.total) as Total
        from keyed k
        group by k.is_total, k.key, k.label, k.currency
        order by k.is_total, coalesce(k.label, k.key) nulls last, k.key, k.currency
        """;

    private static string Keyed(string grouping) => grouping switch
    {
        "product" => Lines,
        "customer" => $"select false as is_total, d.customer_id::text as key, c.name as label, {Figures} from documents d left join crm_read.customers c on c.tenant_id = @TenantId and c.id = d.customer_id",
        "owner" => $"select false as is_total, d.owner_id::text as key, m.full_name as label, {Figures} from documents d left join crm_read.members m on m.tenant_id = @TenantId and m.id = d.owner_id",
        _ => $"select false as is_total, {ReportBuckets.Key(grouping, "d.issue_date")} as key, null as label, {Figures} from documents d",
    };

    private static decimal? Scaled(Row row, decimal? amount) => amount is { } value ? Money.Total(value, row.Currency).Amount : null;

    private sealed record Row(bool IsTotal, string? Key, string? Label, string Currency, long Invoices, long CreditNotes, decimal Net, decimal? Tax, decimal? Total);
}

/// <summary>Which documents reports about invoices go over: those that were issued in the period and are not void.</summary>
internal static class InvoicesInScope
{
    /// <summary>The condition on <c>crm_read.invoices t</c>; the parameters From and To are the caller's.</summary>
    public static string Of(InvoiceResource invoices, Caller caller, Dictionary<string, object?> parameters, Guid? customerId = null, Guid? ownerId = null) => string.Join(" and ", new[]
    {
        RecordScope.Of(invoices, caller, parameters, deleted: false),
        "t.issue_date between @From and @To and t.status <> 'VOID'",
        customerId is null ? null : "t.customer_id = @CustomerId",
        ownerId is null ? null : "t.owner_id = @OwnerId",
    }.OfType<string>());
}
