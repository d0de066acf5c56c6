using Crm.Domain.Commerce;
using Crm.Domain.Common;
using Crm.Domain.Invoices;

namespace Crm.Domain.Payments;

/// <summary>
/// Money that came in. Where it went is told by the entries of the receivables ledger; its sums follow them, and always amount = allocated + refunded + unallocated, each from 0.
/// </summary>
public sealed class Payment : Record<Payment, PaymentDetails>, IUnrestricted
{
    private Payment() { }

    /// <summary>What has become of it.</summary>
    public PaymentStatus Status { get; private set; }

    /// <summary>What is allocated to invoices.</summary>
    public Money AllocatedTotal { get; private set; } = null!;

    /// <summary>What went back to who paid.</summary>
    public Money RefundedTotal { get; private set; } = null!;

    /// <summary>What is left: the customer's credit.</summary>
    public Money Unallocated { get; private set; } = null!;

    /// <summary>Where it is known from.</summary>
    public PaymentSource Source { get; private set; }

    /// <summary>What that source calls it; unique among the living payments of the source.</summary>
    public string? SourceKey { get; private set; }

    /// <summary>Writes down money that came in. Raises <see cref="Created{Payment}"/>.</summary>
    /// <param name="today">The day it is in the organization's zone.</param>
    /// <param name="origin">What made it known; nothing when somebody wrote it down.</param>
    /// <exception cref="CrmException">VALIDATION_FAILED: not above 0, received on a day that is ahead, an account that is none.</exception>
    public static Payment Receive(Guid id, PaymentDetails details, DateOnly today, PaymentOrigin? origin = null)
    {
        EnsureNotAhead(details.ReceivedOn, today);
        var payment = new Payment { Id = id, Source = origin?.Source ?? PaymentSource.Manual, SourceKey = origin?.Key };
        payment.Begin(details);
        payment.Start();
        return payment;
    }

    /// <summary>Changes what is stated. Raises <see cref="Updated{Payment}"/>.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED as <see cref="Receive"/>; INVALID_STATE: another amount or day while money of it is allocated or refunded.</exception>
    public void Revise(PaymentDetails details, DateOnly today)
    {
        if (details.ReceivedOn != Details.ReceivedOn) EnsureNotAhead(details.ReceivedOn, today);
        Revise(details);
    }

    /// <inheritdoc/>
    public override void Revise(PaymentDetails details)
    {
        base.Revise(details);
        if (!IsInUse) Start();
    }

    /// <summary>
    /// Allocates it to invoices, which are held: all or none. Answers the entries of the ledger. Raises <see cref="PaymentAllocated"/> for each, and of the invoices <see cref="InvoiceBalanceChanged"/>,
    /// <see cref="InvoicePaid"/>.
    /// </summary>
    /// <param name="asked">The parts, each of another invoice.</param>
    /// <param name="invoices">The invoices that there are, by their ids.</param>
    /// <param name="today">The day it is in the organization's zone.</param>
    /// <exception cref="CrmException">
    /// By path: VALIDATION_FAILED: an amount that is not above 0 or in another currency, an invoice twice. INVALID_STATE: more than is left of the payment or due of the invoice, a draft, a void
    /// invoice, a credit note. UNPROCESSABLE: no such invoice, or one in another currency.
    /// </exception>
    public IReadOnlyList<ReceivableEntry> Allocate(IReadOnlyList<PaymentAllocation> asked, IReadOnlyDictionary<Guid, Invoice> invoices, DateOnly today, DateTimeOffset now)
    {
        var (wrong, refused, unknown) = (new Dictionary<string, string[]>(), new Dictionary<string, string[]>(), new Dictionary<string, string[]>());
        var (left, parts) = (Unallocated.Amount, new List<(Invoice Invoice, decimal Amount)>());
        for (var i = 0; i < asked.Count; i++)
        {
            var ((id, amount), path) = (asked[i], $"allocations[{i}]");
            if (asked.Take(i).Any(a => a.InvoiceId == id)) wrong[$"{path}.invoiceId"] = ["is given more than once"];
            else if (amount is { Amount: <= 0 }) wrong[$"{path}.amount.amount"] = ["must be above 0"];
            else if (amount is not null && amount.Currency != Details.Amount.Currency) wrong[$"{path}.amount.currency"] = [$"must be {Details.Amount.Currency}, the currency of the payment"];
            else if (!invoices.TryGetValue(id, out var invoice)) unknown[$"{path}.invoiceId"] = ["refers to no invoice you can see"];
            else if (invoice.WhyNoReceivable is { } why) refused[$"{path}.invoiceId"] = [why];
            else if (invoice.Total.Currency != Details.Amount.Currency) unknown[$"{path}.invoiceId"] = [$"is in {invoice.Total.Currency}, the payment in {Details.Amount.Currency}"];
            else if (invoice.DueTotal.Amount <= 0) refused[$"{path}.invoiceId"] = ["nothing is due of the invoice"];
            else if (left <= 0) refused[$"{path}.amount"] = ["nothing is left of the payment"];
            else if (amount?.Amount > invoice.DueTotal.Amount) refused[$"{path}.amount"] = [$"must be at most {invoice.DueTotal}, which is due of the invoice"];
            else if (amount?.Amount > left) refused[$"{path}.amount"] = [$"must be at most {Money.Of(left, Details.Amount.Currency)}, which is left of the payment"];
            else
            {
                var part = amount?.Amount ?? Math.Min(left, invoice.DueTotal.Amount);
                parts.Add((invoice, part));
                left -= part;
            }
        }
        if (wrong.Count > 0) throw CrmException.Validation(wrong);
        if (refused.Count > 0) throw PaymentErrors.Exceeds(refused);
        if (unknown.Count > 0) throw PaymentErrors.Unallocatable(unknown);
        return [.. parts.Select(p => ReceivableEntry.OfAllocation(Ids.New(now), this, p.Invoice, Money.Of(p.Amount, Details.Amount.Currency), today))];
    }

    /// <summary>Notes whose it is, when nobody has said so: the customer's whose invoice it pays.</summary>
    public void BelongTo(Guid customerId)
    {
        if (Details.CustomerId is null) Set(Details with { CustomerId = customerId });
    }

    /// <summary>Follows an entry of the ledger. Raises <see cref="PaymentAllocated"/>, <see cref="PaymentAllocationReversed"/>, <see cref="PaymentRefunded"/> or <see cref="PaymentRefundReversed"/>.</summary>
    internal void Follow(ReceivableEntry entry, Invoice? invoice)
    {
        var (amount, currency) = (entry.Details.Amount, Details.Amount.Currency);
        if (invoice is not null) AllocatedTotal = AllocatedTotal.Add(amount);
        else RefundedTotal = RefundedTotal.Add(amount);
        Balance();
        if (AllocatedTotal.Amount < 0 || RefundedTotal.Amount < 0 || Unallocated.Amount < 0) throw new InvalidOperationException("An entry moved more than there was.");
        var size = Money.Of(Math.Abs(amount.Amount), currency);
        Raise((invoice, amount.Amount > 0) switch
        {
            ({ } to, true) => new PaymentAllocated(Id, entry.Id, to.Id, to.Number!, size, Unallocated),
            ({ } to, false) => new PaymentAllocationReversed(Id, entry.Id, to.Id, to.Number!, size, Unallocated),
            (null, true) => new PaymentRefunded(Id, entry.Id, size, entry.Details.Reason, Unallocated),
            (null, false) => new PaymentRefundReversed(Id, entry.Id, size, entry.Details.Reason, Unallocated),
        });
    }

    /// <inheritdoc/>
    protected override void EnsureDeletable()
    {
        if (IsInUse) throw PaymentErrors.InUse();
    }

    /// <inheritdoc/>
    protected override void Guard(PaymentDetails? before, PaymentDetails after)
    {
        if (after.Amount.Amount <= 0) throw CrmException.Validation("amount.amount", "must be above 0");
        if (after.PayerIban is not null && !SellerRules.IsIban(after.PayerIban)) throw CrmException.Validation("payerIban", SellerRules.IbanForm);
        if (before is not null && IsInUse && (before.Amount, before.ReceivedOn) != (after.Amount, after.ReceivedOn)) throw PaymentErrors.InUse();
    }

    private bool IsInUse => AllocatedTotal.Amount != 0 || RefundedTotal.Amount != 0;

    private void Start()
    {
        (AllocatedTotal, RefundedTotal) = (Money.Zero(Details.Amount.Currency), Money.Zero(Details.Amount.Currency));
        Balance();
    }

    private void Balance()
    {
        var (amount, allocated) = (Details.Amount, AllocatedTotal.Amount);
        Unallocated = Money.Of(amount.Amount - allocated - RefundedTotal.Amount, amount.Currency);
        Status = (allocated > 0, Unallocated.Amount > 0) switch
        {
            (false, true) => PaymentStatus.Unallocated,
            (true, true) => PaymentStatus.PartiallyAllocated,
            (true, false) => PaymentStatus.Allocated,
            (false, false) => PaymentStatus.Refunded,
        };
    }

    private static void EnsureNotAhead(DateOnly receivedOn, DateOnly today)
    {
        if (receivedOn > today) throw CrmException.Validation("receivedOn", "must not be ahead of today");
    }
}
