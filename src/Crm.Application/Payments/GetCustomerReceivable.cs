using Crm.Application.Abstractions;
using Crm.Application.Customers;
using Crm.Application.Listing;
using Crm.Domain.Common;

namespace Crm.Application.Payments;

/// <summary>What a customer owes in one currency: receivable = invoiced − prepaid − credited − paid − writtenOff + refunded.</summary>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Invoiced">The totals of issued invoices that are not void.</param>
/// <param name="Prepaid">What was paid before they were issued.</param>
/// <param name="Credited">What credit notes took back.</param>
/// <param name="Paid">What payments are allocated to them, whoever paid.</param>
/// <param name="WrittenOff">What was given up.</param>
/// <param name="Refunded">What went back because it was paid too much.</param>
/// <param name="Receivable">What is still to be paid: the sum of dueTotal; below zero it is owed to the customer.</param>
/// <param name="Overdue">What of it is late.</param>
/// <param name="UnallocatedCredit">What is left of the customer's payments.</param>
public sealed record CurrencyReceivable(string Currency, Money Invoiced, Money Prepaid, Money Credited, Money Paid, Money WrittenOff, Money Refunded, Money Receivable, Money Overdue, Money UnallocatedCredit);

/// <summary>What a customer owes.</summary>
/// <param name="CustomerId">The customer.</param>
/// <param name="Currencies">One for each currency he was invoiced in or has paid in, by its code.</param>
public sealed record CustomerReceivable(Guid CustomerId, IReadOnlyList<CurrencyReceivable> Currencies);

/// <summary>What a customer owes, by currency: his invoices less what has settled them, what of it is late, and what is left of his payments.</summary>
[Requires(Permissions.InvoicesRead)]
public sealed record GetCustomerReceivable(Guid Id) : IQuery<CustomerReceivable>;

internal sealed class GetCustomerReceivableHandler(IReadDb db, CustomerResource customers, IRequestContext context, BookingDay day) : IQueryHandler<GetCustomerReceivable, CustomerReceivable>
{
    internal const string Sums = """
        select s.currency, sum(s.invoiced) as invoiced, sum(s.prepaid) as prepaid, sum(s.credited) as credited, sum(s.paid) as paid, sum(s.written_off) as written_off, sum(s.refunded) as refunded,
          sum(s.due) as due, sum(s.overdue) as overdue, sum(s.unallocated) as unallocated
        from (
          select i.currency, i.total_amount as invoiced, coalesce(i.prepaid_amount, 0) as prepaid, i.credited_total_amount as credited, i.paid_total_amount as paid, i.written_off, i.refunded,
            i.due_total_amount as due, case when i.due_date < @Today and i.due_total_amount > 0 then i.due_total_amount else 0 end as overdue, 0 as unallocated
          from crm_read.invoices i
          where i.tenant_id = @TenantId and i.customer_id = @Id and i.kind = 'INVOICE' and i.status not in ('DRAFT', 'VOID') and i.deleted_at is null
          union all
          select p.amount_currency, 0, 0, 0, 0, 0, 0, 0, 0, p.unallocated_amount from crm_read.payments p where p.tenant_id = @TenantId and p.customer_id = @Id and p.deleted_at is null) as s
        group by s.currency
        """;

    public async Task<CustomerReceivable> Handle(GetCustomerReceivable query, CancellationToken ct)
    {
        var parameters = new Dictionary<string, object?> { ["Id"] = query.Id, ["Today"] = day.Today };
        var scope = RecordScope.Of(customers, context.Caller, parameters, deleted: false);
        var rows = await db.QueryAsync<Row>($"""
            select r.currency as Currency, r.invoiced as Invoiced, r.prepaid as Prepaid, r.credited as Credited, r.paid as Paid, r.written_off as WrittenOff, r.refunded as Refunded, r.due as Due,
              r.overdue as Overdue, r.unallocated as Unallocated
            from crm_read.customers t left join ({Sums}) as r on true
            where {scope} and t.id = @Id order by r.currency
            """, parameters, ct);
        if (rows.Count == 0) throw CrmException.NotFound(customers.Singular);
        return new CustomerReceivable(query.Id, [.. rows.Where(r => r.Currency is not null).Select(Of)]);
    }

    private static CurrencyReceivable Of(Row row)
    {
        return new CurrencyReceivable(row.Currency!, Sum(row.Invoiced), Sum(row.Prepaid), Sum(row.Credited), Sum(row.Paid), Sum(row.WrittenOff), Sum(row.Refunded), Sum(row.Due), Sum(row.Overdue), Sum(row.Unallocated));

        Money Sum(decimal? amount) => Money.Total(amount!.Value, row.Currency!);
    }

    private sealed record Row(string? Currency, decimal? Invoiced, decimal? Prepaid, decimal? Credited, decimal? Paid, decimal? WrittenOff, decimal? Refunded, decimal? Due, decimal? Overdue, decimal? Unallocated);
}
