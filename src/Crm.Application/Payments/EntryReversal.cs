using Crm.Application.Abstractions;
using Crm.Application.Invoices;
using Crm.Domain.Common;
using Crm.Domain.Payments;

namespace Crm.Application.Payments;

/// <summary>Takes back entries of the receivables ledger.</summary>
public sealed class EntryReversal(IRepository<Payment> payments, IInvoiceRepository invoices, IRepository<ReceivableEntry> entries, IReadDb db, BookingDay day, TimeProvider clock) : ISharedByUseCases
{
    private const string About = "select e.payment_id as PaymentId, e.invoice_id as InvoiceId from crm_read.receivable_entries e where e.tenant_id = @TenantId and e.id = @Id";

    private const string Reversed = "select coalesce(sum(e.amount_amount), 0) as Amount from crm_read.receivable_entries e where e.tenant_id = @TenantId and e.reverses_id = @Id";

    /// <summary>Takes back an entry, or some of it. Answers the entry that does.</summary>
    /// <param name="id">The entry.</param>
    /// <param name="ofPayment">The payment whose allocation it has to be; null for any entry.</param>
    /// <param name="amount">How much; all that is left, when null.</param>
    /// <exception cref="CrmException">NOT_FOUND; INVALID_STATE: it takes back another one, or less is left of it.</exception>
    public async Task<Guid> ReverseAsync(Guid id, Guid? ofPayment, Money? amount, string? reason, CancellationToken ct)
    {
        // What an entry is about never changes. It is held last, in the one order of all that moves money: payment, invoice, and what refers to them.
        var about = await db.FirstOrDefaultAsync<AboutRow>(About, new { Id = id }, ct);
        if (about is null || (ofPayment is not null && (about.PaymentId != ofPayment || about.InvoiceId is null))) throw CrmException.NotFound(ofPayment is null ? "receivable entry" : "allocation");
        var payment = about.PaymentId is { } paymentId ? await payments.FindAsync(paymentId, ct) : null;
        var invoice = about.InvoiceId is { } invoiceId ? (await invoices.HoldAsync([invoiceId], ct)).GetValueOrDefault(invoiceId) : null;
        var entry = await entries.GetAsync(id, ct);
        var left = Money.Of(entry.Details.Amount.Amount + (await db.FirstOrDefaultAsync<Sum>(Reversed, new { Id = id }, ct))!.Amount, entry.Details.Amount.Currency);
        if (ofPayment is not null && (left.Amount <= 0 || entry.Details.ReversesId is not null)) throw CrmException.NotFound("allocation");
        var reversal = ReceivableEntry.OfReversal(Ids.New(clock.GetUtcNow()), entry, left, payment, invoice, amount, reason, day.Today);
        entries.Add(reversal);
        return reversal.Id;
    }

    private sealed record AboutRow(Guid? PaymentId, Guid? InvoiceId);

    private sealed record Sum(decimal Amount);
}
