using Crm.Application.Abstractions;
using Crm.Application.Invoices;
using Crm.Domain.Common;
using Crm.Domain.Payments;

namespace Crm.Application.Payments;

/// <summary>Takes back entries of the receivables ledger.</summary>
public sealed class EntryReversal(IRepository<Payment> payments, IInvoiceRepository invoices, IRepository<ReceivableEntry> entries, IReadDb db, BookingDay day, TimeProvider clock) : ISharedByUseCases
{
    private const string Entry = """
        select e.kind as Kind, e.payment_id as PaymentId, e.invoice_id as InvoiceId, e.amount_amount as Amount, e.amount_currency as Currency, e.reverses_id is not null as IsReversal
        from crm_read.receivable_entries e where e.tenant_id = @TenantId and e.id = @Id
        """;

    private const string Reversed = "select coalesce(sum(e.amount_amount), 0) as Amount from crm_read.receivable_entries e where e.tenant_id = @TenantId and e.reverses_id = @Id";

    /// <summary>Takes back an entry, or some of it. Answers the entry that does.</summary>
    /// <param name="id">The entry.</param>
    /// <param name="ofPayment">The payment whose allocation it has to be; null for any entry.</param>
    /// <param name="amount">How much; all that is left, when null.</param>
    /// <exception cref="CrmException">NOT_FOUND; INVALID_STATE: it takes back another one, or less is left of it.</exception>
    public async Task<Guid> ReverseAsync(Guid id, Guid? ofPayment, Money? amount, string? reason, CancellationToken ct)
    {
        if (await db.FirstOrDefaultAsync<EntryRow>(Entry, new { Id = id }, ct) is not { } entry
            || (ofPayment is not null && (entry.PaymentId != ofPayment || entry.InvoiceId is null || entry.IsReversal))) throw CrmException.NotFound(ofPayment is null ? "receivable entry" : "allocation");
        if (entry.IsReversal) throw PaymentErrors.IsReversal();
        // Entries never change: what is left of one is looked at once nobody else can take it back. The order of locks is the one of all that moves money.
        var payment = entry.PaymentId is { } paymentId ? await payments.FindAsync(paymentId, ct) : null;
        var invoice = entry.InvoiceId is { } invoiceId ? (await invoices.HoldAsync([invoiceId], ct)).GetValueOrDefault(invoiceId) : null;
        var left = entry.Amount + (await db.FirstOrDefaultAsync<Sum>(Reversed, new { Id = id }, ct))!.Amount;
        if (ofPayment is not null && left <= 0) throw CrmException.NotFound("allocation");
        var booked = new BookedEntry(id, Enum.Parse<ReceivableEntryKind>(entry.Kind.Replace("_", "", StringComparison.Ordinal), ignoreCase: true), Money.Of(left, entry.Currency));
        var reversal = ReceivableEntry.OfReversal(Ids.New(clock.GetUtcNow()), booked, payment, invoice, amount, reason, day.Today);
        entries.Add(reversal);
        return reversal.Id;
    }

    private sealed record EntryRow(string Kind, Guid? PaymentId, Guid? InvoiceId, decimal Amount, string Currency, bool IsReversal);

    private sealed record Sum(decimal Amount);
}
