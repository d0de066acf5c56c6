using Crm.Domain.Common;
using Crm.Domain.Payments;

namespace Crm.Domain.Invoices;

/// <summary>A document got its number and changes no more.</summary>
/// <param name="Total">With tax; of a credit note below zero.</param>
public sealed record InvoiceIssued(Guid InvoiceId, InvoiceKind Kind, string Number, DateOnly IssueDate, DateOnly? DueDate, Money Total, Guid CustomerId) : IDomainEvent;

/// <summary>An issued document is sent to this address.</summary>
public sealed record InvoiceSent(Guid InvoiceId, string Number, EmailAddress To) : IDomainEvent;

/// <summary>An invoice was not paid by the day it was due.</summary>
public sealed record InvoiceOverdue(Guid InvoiceId, string Number, DateOnly DueDate, Money DueTotal, Guid CustomerId) : IDomainEvent;

/// <summary>Somebody is reminded of what is due of a late invoice.</summary>
/// <param name="Stage">The stage of the reminder, from 1; each is sent once.</param>
/// <param name="To">The address.</param>
/// <param name="DaysOverdue">How many days after the day it was due.</param>
/// <param name="DueTotal">What is still to be paid.</param>
public sealed record InvoiceReminded(Guid InvoiceId, string Number, int Stage, EmailAddress To, DateOnly DueDate, int DaysOverdue, Money DueTotal, Guid CustomerId) : IDomainEvent;

/// <summary>A reminder that was due could not be sent, such as to a customer without an address.</summary>
/// <param name="Stage">The stage of the reminder.</param>
/// <param name="Reason">What stood in the way.</param>
public sealed record InvoiceReminderFailed(Guid InvoiceId, string Number, int Stage, string Reason, Guid CustomerId) : IDomainEvent;

/// <summary>An issued invoice counts no more.</summary>
public sealed record InvoiceVoided(Guid InvoiceId, string Number, Money Total, string? Reason) : IDomainEvent;

/// <summary>A credit note took back an invoice, or a part of it.</summary>
/// <param name="Amount">What was taken back, with tax.</param>
public sealed record InvoiceCredited(Guid InvoiceId, Guid CreditNoteId, string CreditNoteNumber, Money Amount) : IDomainEvent;

/// <summary>An entry of the receivables ledger settled an invoice, or took back what had.</summary>
/// <param name="EntryId">The entry.</param>
/// <param name="Kind">What it is about.</param>
/// <param name="Amount">How much; below zero when it takes back.</param>
/// <param name="PaidTotal">What payments are allocated to it, all in all.</param>
/// <param name="WrittenOffTotal">What of it is given up, all in all.</param>
/// <param name="RefundedTotal">What went back to the customer, all in all.</param>
/// <param name="DueTotal">What is still to be paid.</param>
/// <param name="Status">Where it stands.</param>
public sealed record InvoiceBalanceChanged(Guid InvoiceId, string Number, Guid EntryId, ReceivableEntryKind Kind, Money Amount, Money PaidTotal, Money WrittenOffTotal, Money RefundedTotal, Money DueTotal,
    InvoiceStatus Status, Guid CustomerId) : IDomainEvent;

/// <summary>Nothing is due of an invoice any more: by payments, credit notes or because it was given up.</summary>
/// <param name="PaidTotal">What payments are allocated to it.</param>
/// <param name="CreditedTotal">What credit notes took back of it.</param>
/// <param name="WrittenOffTotal">What of it was given up.</param>
public sealed record InvoicePaid(Guid InvoiceId, string Number, Money Total, Money PaidTotal, Money CreditedTotal, Money WrittenOffTotal, Guid CustomerId) : IDomainEvent;

/// <summary>The ways in which an invoice refuses.</summary>
public static class InvoiceErrors
{
    /// <summary>409: it is issued, and what is issued never changes.</summary>
    public static CrmException Issued() => CrmException.Conflict("INVALID_STATE", "The document is issued and never changes: declare it void or write a credit note.");

    /// <summary>409: it is a draft, and this needs an issued document.</summary>
    public static CrmException NotIssued() => CrmException.Conflict("INVALID_STATE", "The document is a draft: issue it first.");

    /// <summary>409: it counts no more.</summary>
    public static CrmException Void() => CrmException.Conflict("INVALID_STATE", "The document is void.");

    /// <summary>409: payments, credit notes, write-offs or refunds refer to it.</summary>
    public static CrmException InUse() => CrmException.Conflict("INVALID_STATE", "An invoice with payments, credit notes, write-offs or refunds cannot be void: write a credit note.");

    /// <summary>409: credit notes are final.</summary>
    public static CrmException IsCreditNote() => CrmException.Conflict("INVALID_STATE", "A credit note is final: write a new invoice.");

    /// <summary>409: nothing is to be paid.</summary>
    public static CrmException NotOwed() => CrmException.Conflict("INVALID_STATE", "Nothing is due of the document.");

    /// <summary>409: the day it is due is not over.</summary>
    public static CrmException NotLate(DateOnly due) => CrmException.Conflict("INVALID_STATE", $"The invoice is not late: it is due on {Instants.FormatDate(due)}.");

    /// <summary>409: this reminder, or a later one, was sent already.</summary>
    public static CrmException Reminded(int stage) => CrmException.Conflict("INVALID_STATE", $"Reminder {stage} of the invoice was sent already.");

    /// <summary>409: no more reminders can follow.</summary>
    public static CrmException RemindedLast() => CrmException.Conflict("INVALID_STATE", $"The invoice has had its {Dunning.MostStages} reminders.");

    /// <summary>409: nothing is left to take back.</summary>
    public static CrmException Credited() => CrmException.Conflict("INVALID_STATE", "The invoice is credited in full.");

    /// <summary>422: lines that the invoice does not have, or not so much of.</summary>
    public static CrmException Uncreditable(IReadOnlyDictionary<string, string[]> errors) =>
        new(ErrorKind.Unprocessable, "UNPROCESSABLE", "The request takes back what the invoice does not have.", errors);

    /// <summary>422: what EN 16931 demands is missing; by path.</summary>
    public static CrmException Incomplete(IReadOnlyDictionary<string, string[]> errors) =>
        new(ErrorKind.Unprocessable, "UNPROCESSABLE", "The document lacks what an invoice must say.", errors);
}
