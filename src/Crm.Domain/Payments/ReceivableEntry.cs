using Crm.Domain.Common;
using Crm.Domain.Invoices;

namespace Crm.Domain.Payments;

/// <summary>What an entry of the receivables ledger is about.</summary>
public enum ReceivableEntryKind
{
    /// <summary>Money of a payment settles an invoice.</summary>
    Allocation,
    /// <summary>Money goes back to who paid: of a payment what is not allocated, of an invoice what was paid too much.</summary>
    Refund,
    /// <summary>An invoice, or some of it, is given up.</summary>
    WriteOff,
}

/// <summary>What an entry says.</summary>
public record ReceivableEntryDetails : RecordDetails
{
    /// <summary>What it is about.</summary>
    public required ReceivableEntryKind Kind { get; init; }
    /// <summary>The payment whose money it moves.</summary>
    public Guid? PaymentId { get; init; }
    /// <summary>The invoice it settles.</summary>
    public Guid? InvoiceId { get; init; }
    /// <summary>How much: above 0, in one that takes back another below.</summary>
    public required Money Amount { get; init; }
    /// <summary>The day it counts from, in the organization's zone.</summary>
    public required DateOnly BookedOn { get; init; }
    /// <summary>Why, at most 2,000 characters.</summary>
    public string? Reason { get; init; }
    /// <summary>The entry that it takes back, or some of it.</summary>
    public Guid? ReversesId { get; init; }
}

/// <summary>
/// An entry of the receivables ledger. It is written once together with the payment and the invoice whose sums it moves, and never changes nor goes: what was wrong is taken back by another one.
/// </summary>
public sealed class ReceivableEntry : Record<ReceivableEntry, ReceivableEntryDetails>, IUnrestricted
{
    private ReceivableEntry() { }

    /// <summary>Sends money of a payment back. Raises <see cref="Created{ReceivableEntry}"/>, and of the payment <see cref="PaymentRefunded"/>.</summary>
    /// <param name="amount">How much; all that is not allocated, when null.</param>
    /// <param name="on">The day; today, when null.</param>
    /// <exception cref="CrmException">VALIDATION_FAILED: the amount, or a day that is ahead or before the payment. INVALID_STATE: less is unallocated.</exception>
    public static ReceivableEntry OfRefund(Guid id, Payment payment, Money? amount, DateOnly? on, string? reason, DateOnly today)
    {
        if (on < payment.Details.ReceivedOn) throw CrmException.Validation("refundedOn", "must not be before the payment was received");
        var part = Part(amount, payment.Unallocated, "is left of the payment");
        return Write(id, new ReceivableEntryDetails { Kind = ReceivableEntryKind.Refund, PaymentId = payment.Id, Amount = part, BookedOn = DayOf(on, today), Reason = reason }, payment, null, today);
    }

    /// <summary>Sends back what was paid too much of an invoice. Raises <see cref="Created{ReceivableEntry}"/>, and of the invoice <see cref="InvoiceBalanceChanged"/>.</summary>
    /// <param name="amount">How much; all that was paid too much, when null.</param>
    /// <param name="on">The day; today, when null.</param>
    /// <exception cref="CrmException">VALIDATION_FAILED: the amount, or a day that is ahead or before the issue. INVALID_STATE: less was paid too much, or the document is a draft, void or a credit note.</exception>
    public static ReceivableEntry OfRefund(Guid id, Invoice invoice, Money? amount, DateOnly? on, string? reason, DateOnly today)
    {
        EnsureReceivable(invoice);
        if (on < invoice.IssueDate) throw CrmException.Validation("refundedOn", "must not be before the invoice was issued");
        // What was given up and then credited is owed to nobody: no more goes back than came in.
        var most = Math.Min(-invoice.DueTotal.Amount, invoice.PaidTotal.Amount + (invoice.Details.Prepaid?.Amount ?? 0) - invoice.Refunded);
        var part = Part(amount, Money.Of(most, invoice.DueTotal.Currency), "was paid too much of the invoice");
        return Write(id, new ReceivableEntryDetails { Kind = ReceivableEntryKind.Refund, InvoiceId = invoice.Id, Amount = part, BookedOn = DayOf(on, today), Reason = reason }, null, invoice, today);
    }

    /// <summary>Gives up what is due of an invoice. Raises <see cref="Created{ReceivableEntry}"/>, and of the invoice <see cref="InvoiceBalanceChanged"/>, <see cref="InvoicePaid"/>.</summary>
    /// <param name="amount">How much; all that is due, when null.</param>
    /// <exception cref="CrmException">VALIDATION_FAILED: the amount. INVALID_STATE: less is due, or the document is a draft, void or a credit note.</exception>
    public static ReceivableEntry OfWriteOff(Guid id, Invoice invoice, Money? amount, string reason, DateOnly today)
    {
        EnsureReceivable(invoice);
        var part = Part(amount, invoice.DueTotal, "is due of the invoice");
        return Write(id, new ReceivableEntryDetails { Kind = ReceivableEntryKind.WriteOff, InvoiceId = invoice.Id, Amount = part, BookedOn = today, Reason = reason }, null, invoice, today);
    }

    /// <summary>Takes back an entry, or some of it. Raises <see cref="Created{ReceivableEntry}"/>, and what the payment and the invoice tell of it.</summary>
    /// <param name="of">The entry.</param>
    /// <param name="left">Its amount less what was taken back so far.</param>
    /// <param name="payment">Its payment, held.</param>
    /// <param name="invoice">Its invoice, held.</param>
    /// <param name="amount">How much; all that is left, when null.</param>
    /// <exception cref="CrmException">VALIDATION_FAILED: the amount. INVALID_STATE: less is left of the entry, or it takes back another one.</exception>
    public static ReceivableEntry OfReversal(Guid id, ReceivableEntry of, Money left, Payment? payment, Invoice? invoice, Money? amount, string? reason, DateOnly today)
    {
        if (of.Details.ReversesId is not null) throw PaymentErrors.IsReversal();
        if (left.Amount <= 0) throw PaymentErrors.Reversed();
        var part = Part(amount, left, "is left of the entry");
        return Write(id, new ReceivableEntryDetails
        {
            Kind = of.Details.Kind, PaymentId = payment?.Id, InvoiceId = invoice?.Id, Amount = Money.Of(-part.Amount, part.Currency), BookedOn = today, Reason = reason, ReversesId = of.Id,
        }, payment, invoice, today);
    }

    /// <summary>Allocates money of a payment to an invoice: <see cref="Payment.Allocate"/> has looked at how much that may be.</summary>
    internal static ReceivableEntry OfAllocation(Guid id, Payment payment, Invoice invoice, Money amount, DateOnly today) =>
        Write(id, new ReceivableEntryDetails { Kind = ReceivableEntryKind.Allocation, PaymentId = payment.Id, InvoiceId = invoice.Id, Amount = amount, BookedOn = today }, payment, invoice, today);

    /// <inheritdoc/>
    protected override void Guard(ReceivableEntryDetails? before, ReceivableEntryDetails after) { }

    private static ReceivableEntry Write(Guid id, ReceivableEntryDetails details, Payment? payment, Invoice? invoice, DateOnly today)
    {
        var entry = new ReceivableEntry { Id = id };
        entry.Begin(details);
        payment?.Follow(entry, invoice);
        invoice?.Follow(entry, today);
        return entry;
    }

    private static Money Part(Money? asked, Money most, string what)
    {
        if (asked is { Amount: <= 0 }) throw CrmException.Validation("amount.amount", "must be above 0");
        if (asked is not null && asked.Currency != most.Currency) throw CrmException.Validation("amount.currency", $"must be {most.Currency}");
        if (most.Amount <= 0) throw PaymentErrors.Exceeds("amount", $"nothing {what}");
        if (asked?.Amount > most.Amount) throw PaymentErrors.Exceeds("amount", $"must be at most {most}, which {what}");
        return asked ?? most;
    }

    private static DateOnly DayOf(DateOnly? on, DateOnly today) => on > today ? throw CrmException.Validation("refundedOn", "must not be ahead of today") : on ?? today;

    private static void EnsureReceivable(Invoice invoice)
    {
        if (invoice.WhyNoReceivable is { } why) throw CrmException.Conflict("INVALID_STATE", $"The document {why}.");
    }
}
