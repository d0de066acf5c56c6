using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Resources;
using Crm.Domain.Payments;

namespace Crm.Application.Payments;

/// <summary>The declaration of the receivables ledger: entries are written and read, never changed.</summary>
public sealed class ReceivableEntryResource : Resource<ReceivableEntry, ReceivableEntryDetails>
{
    /// <summary>Declares the members.</summary>
    public ReceivableEntryResource() : base("receivable-entries", "receivable entry")
    {
        ReadOnly("kind", FieldKind.Choice, typeof(ReceivableEntryKind)).NotNull().Sort().Says("ALLOCATION: money of a payment settles an invoice. REFUND: money goes back. WRITE_OFF: an invoice is given up.", "\"ALLOCATION\"");
        ReadOnly("paymentId", FieldKind.Id).Refers("payments").Says("The payment whose money it moves.");
        ReadOnly("invoiceId", FieldKind.Id).Refers("invoices").Says("The invoice it settles.");
        ReadOnly("amount", FieldKind.Money).NotNull().Sort().Says("How much; below 0 in one that takes back another.", """{"amount": 120.00, "currency": "EUR"}""");
        ReadOnly("bookedOn", FieldKind.Date).NotNull().Sort().Says("The day it counts from.", "\"2026-03-01\"");
        ReadOnly("reason", FieldKind.Text).Says("Why.", "\"Paid twice\"");
        ReadOnly("reversesId", FieldKind.Id).Refers("receivable-entries").Says("The entry that it takes back, or some of it.");
        Kept();
    }

    /// <inheritdoc/>
    protected override string PermissionName => "payments";

    /// <inheritdoc/>
    protected override ICommand<Guid> Create(ReceivableEntryDetails details) => throw new NotSupportedException("Payments and invoices write entries.");

    /// <inheritdoc/>
    protected override ICommand<Guid> Update(Guid id, Patch<ReceivableEntryDetails> patch) => throw new NotSupportedException("The ledger never changes.");
}

/// <summary>An entry, as events carry it.</summary>
public sealed record ReceivableEntryState : ReceivableEntryDetails;

internal sealed class ReceivableEntryStateProfile : StateProfile<ReceivableEntry, ReceivableEntryDetails, ReceivableEntryState>;
