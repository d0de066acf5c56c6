using Crm.Domain.Common;

namespace Crm.Domain.RecurringInvoices;

/// <summary>The invoice of a period was made.</summary>
/// <param name="Period">The how manieth period it is, from 1.</param>
/// <param name="DueOn">The day on which it was to be made.</param>
public sealed record RecurringInvoiceMade(Guid RecurringInvoiceId, Guid InvoiceId, int Period, DateOnly DueOn) : IDomainEvent;

/// <summary>The invoice of a period stayed a draft, or was not sent; or, without one, was not made.</summary>
public sealed record RecurringInvoiceFailed(Guid RecurringInvoiceId, Guid? InvoiceId, string Reason) : IDomainEvent;

/// <summary>Nothing is made until it is resumed.</summary>
public sealed record RecurringInvoicePaused(Guid RecurringInvoiceId) : IDomainEvent;

/// <summary>It goes on.</summary>
public sealed record RecurringInvoiceResumed(Guid RecurringInvoiceId, DateOnly? NextOn) : IDomainEvent;

/// <summary>Nothing more is made.</summary>
public sealed record RecurringInvoiceEnded(Guid RecurringInvoiceId) : IDomainEvent;

/// <summary>The ways in which a recurring invoice refuses.</summary>
public static class RecurringInvoiceErrors
{
    /// <summary>409: it does not stand where that can be done.</summary>
    public static CrmException Stands(RecurringInvoiceStatus status, string what) =>
        CrmException.Conflict("INVALID_STATE", $"A recurring invoice that is {status.ToString().ToLowerInvariant()} cannot be {what}.");

    /// <summary>409: invoices were made by this rhythm.</summary>
    public static CrmException RhythmStays() => CrmException.Conflict("INVALID_STATE", "Invoices were made: startsOn, interval and every stay. End it, and begin another one.");
}
