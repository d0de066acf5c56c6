using Crm.Application.Abstractions;
using Crm.Application.Invoices;
using Crm.Application.Listing;
using Crm.Application.Payments;
using Crm.Domain.Common;

namespace Crm.Application.Reports;

/// <summary>What is due in one currency, by how late it is.</summary>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Invoices">How many invoices are open.</param>
/// <param name="NotDue">What is due on that day or later, or on no day.</param>
/// <param name="Days1To30">What is 1–30 days late.</param>
/// <param name="Days31To60">What is 31–60 days late.</param>
/// <param name="Days61To90">What is 61–90 days late.</param>
/// <param name="Over90">What is more than 90 days late.</param>
/// <param name="Credit">What is owed to customers, below zero.</param>
/// <param name="Total">All of it: the receivable.</param>
public record AgeingTotal(string Currency, long Invoices, decimal NotDue, decimal Days1To30, decimal Days31To60, decimal Days61To90, decimal Over90, decimal Credit, decimal Total);

/// <summary>The same for the invoices that share a key.</summary>
/// <param name="Key">The customer's id, or the currency.</param>
/// <param name="Label">The customer's name; null for currencies.</param>
public sealed record AgeingGroup(string Key, string? Label, string Currency, long Invoices, decimal NotDue, decimal Days1To30, decimal Days31To60, decimal Days61To90, decimal Over90, decimal Credit, decimal Total)
    : AgeingTotal(Currency, Invoices, NotDue, Days1To30, Days31To60, Days61To90, Over90, Credit, Total);

/// <summary>One row per key and currency, and the totals per currency.</summary>
/// <param name="AsOf">The day of which it tells.</param>
/// <param name="Groups">One row per key and currency, the largest totals first.</param>
/// <param name="Totals">One row per currency.</param>
public sealed record AgeingReport(DateOnly AsOf, IReadOnlyList<AgeingGroup> Groups, IReadOnlyList<AgeingTotal> Totals);

/// <summary>
/// What is due of the invoices the caller sees, by how late it is on a day. A day that is over shows what was due then: what settled, credited or voided since is left out.
/// </summary>
/// <param name="GroupBy">customer or currency.</param>
/// <param name="AsOf">The day; today in your organization's zone, when absent.</param>
[Requires(Permissions.ReportsRead)]
public sealed record GetReceivablesAgeing([OneOf("customer", "currency")] string GroupBy = "currency", DateOnly? AsOf = null) : IQuery<AgeingReport>;

internal sealed class GetReceivablesAgeingHandler(IReadDb db, InvoiceResource invoices, IRequestContext context, BookingDay day) : IQueryHandler<GetReceivablesAgeing, AgeingReport>
{
    /// <summary>What is due now, from its index.</summary>
    internal const string Now = $"select i.customer_id, i.due_total_currency as currency, i.due_date, i.due_total_amount as due from crm_read.invoices i where i.tenant_id = @TenantId and {ReceivableSql.Open}";

    /// <summary>What was due on a day: what is due now, and back again what was booked, credited and voided since.</summary>
    internal const string Then = $"""
        select i.customer_id, i.due_total_currency as currency, i.due_date, r.due
        from (
          select d.id, sum(d.due) as due from (
            select i.id, i.due_total_amount as due from crm_read.invoices i where i.tenant_id = @TenantId and {ReceivableSql.Open}
            union all
            select e.invoice_id, case e.kind when 'REFUND' then -e.amount_amount else e.amount_amount end from crm_read.receivable_entries e
              where e.tenant_id = @TenantId and e.booked_on > @AsOf and e.invoice_id is not null
            union all
            select n.credited_invoice_id, -n.total_amount from crm_read.invoices n where n.tenant_id = @TenantId and n.kind = 'CREDIT_NOTE' and n.issue_date > @AsOf and n.deleted_at is null
            union all
            select v.id, v.total_amount - coalesce(v.prepaid_amount, 0) from crm_read.invoices v
              where v.tenant_id = @TenantId and v.voided_at >= (@AsOf + 1)::timestamp at time zone @Zone and v.deleted_at is null) as d
          group by d.id having sum(d.due) <> 0) as r
        join crm_read.invoices i on i.tenant_id = @TenantId and i.id = r.id
        where i.tenant_id = @TenantId and i.issue_date <= @AsOf
        """;

    public async Task<AgeingReport> Handle(GetReceivablesAgeing query, CancellationToken ct)
    {
        var asOf = query.AsOf ?? day.Today;
        if (asOf == DateOnly.MaxValue) throw QueryErrors.Invalid("asOf", "must be a day that another follows");
        var parameters = new Dictionary<string, object?> { ["AsOf"] = asOf, ["Zone"] = context.Caller.Tenant.TimeZone };
        var source = asOf < day.Today ? Then : Now;
        if (RecordScope.Visible(invoices, "i", context.Caller, parameters) is { } visible) source += " and " + visible;
        var rows = await db.QueryAsync<Row>(Sql(source, query.GroupBy == "customer"), parameters, ct);
        return new AgeingReport(asOf,
            [.. rows.Where(r => !r.IsTotal).Select(r => new AgeingGroup(r.Key ?? r.Currency, r.Label, r.Currency, r.Invoices, r.Of(r.NotDue), r.Of(r.Days30), r.Of(r.Days60), r.Of(r.Days90), r.Of(r.Over90), r.Of(r.Credit), r.Of(r.Total)))],
            [.. rows.Where(r => r.IsTotal).Select(r => new AgeingTotal(r.Currency, r.Invoices, r.Of(r.NotDue), r.Of(r.Days30), r.Of(r.Days60), r.Of(r.Days90), r.Of(r.Over90), r.Of(r.Credit), r.Of(r.Total)))]);
    }

    private static string Sql(string source, bool byCustomer)
    {
        var key = byCustomer ? "o.customer_id" : "null::uuid";
        return $"""
            with open as materialized ({source}),
            keyed as (select {key} as key, o.currency, o.due_date, o.due from open o),
            aged as (
              select o.key, grouping(o.key) = 1 as total, o.currency, count(*) as invoices,
                coalesce(sum(o.due) filter (where o.due > 0 and (o.due_date is null or o.due_date >= @AsOf)), 0) as not_due,
                coalesce(sum(o.due) filter (where o.due > 0 and @AsOf - o.due_date between 1 and 30), 0) as days30,
                coalesce(sum(o.due) filter (where o.due > 0 and @AsOf - o.due_date between 31 and 60), 0) as days60,
                coalesce(sum(o.due) filter (where o.due > 0 and @AsOf - o.due_date between 61 and 90), 0) as days90,
                coalesce(sum(o.due) filter (where o.due > 0 and @AsOf - o.due_date > 90), 0) as over90,
                coalesce(sum(o.due) filter (where o.due < 0), 0) as credit, sum(o.due) as total_due
              from keyed o group by grouping sets ((o.key, o.currency), (o.currency)))
            select a.total as IsTotal, a.key::text as Key, c.name as Label, a.currency as Currency, a.invoices as Invoices, a.not_due as NotDue, a.days30 as Days30, a.days60 as Days60, a.days90 as Days90,
              a.over90 as Over90, a.credit as Credit, a.total_due as Total
            from aged a left join crm_read.customers c on c.tenant_id = @TenantId and c.id = a.key
            order by a.total, a.currency, a.total_due desc, a.key
            """;
    }

    private sealed record Row(bool IsTotal, string? Key, string? Label, string Currency, long Invoices, decimal NotDue, decimal Days30, decimal Days60, decimal Days90, decimal Over90, decimal Credit, decimal Total)
    {
        public decimal Of(decimal amount) => Money.Total(amount, Currency).Amount;
    }
}
