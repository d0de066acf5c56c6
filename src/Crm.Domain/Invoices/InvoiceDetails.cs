using Crm.Domain.Commerce;
using Crm.Domain.Common;

namespace Crm.Domain.Invoices;

/// <summary>Where an invoice stands (product.md §6).</summary>
public enum InvoiceStatus
{
    /// <summary>Being written; it has no number and may change.</summary>
    Draft,
    /// <summary>Issued and open: it has its number and changes no more.</summary>
    Sent,
    /// <summary>Open, and some of it is paid.</summary>
    PartiallyPaid,
    /// <summary>Nothing is due any more: it was paid, prepaid or credited.</summary>
    Paid,
    /// <summary>Open after the day it was due.</summary>
    Overdue,
    /// <summary>It counts no more; its number stays its own.</summary>
    Void,
}

/// <summary>What kind of document it is (UNTDID 1001: 380 and 381).</summary>
public enum InvoiceKind
{
    /// <summary>Demands a payment.</summary>
    Invoice,
    /// <summary>Takes back an invoice, or a part of it: its quantities are negative.</summary>
    CreditNote,
}

/// <summary>What users state about an invoice.</summary>
public record InvoiceDetails : DocumentDetails
{
    /// <summary>What begins its number, at most 20 characters; the organization's series unless stated.</summary>
    public string? Series { get; init; }
    /// <summary>The day of the delivery (BT-72), where it is not that of the issue.</summary>
    public DateOnly? DeliveryDate { get; init; }
    /// <summary>The day it is due (BT-9); by the terms of payment unless stated.</summary>
    public DateOnly? DueDate { get; init; }
    /// <summary>What was paid before (BT-113), from 0, at most the total.</summary>
    public Money? Prepaid { get; init; }
    /// <summary>Whether the organization's schedule sends no reminders of it; changes like a label, also once it is issued.</summary>
    public bool RemindersPaused { get; init; }
}
