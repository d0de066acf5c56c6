using Crm.Domain.Common;

namespace Crm.Domain.Offers;

/// <summary>An offer is sent to this address; the first time it is made by that.</summary>
/// <param name="TokenId">What the link's token follows from.</param>
public sealed record OfferSent(Guid OfferId, string Number, int Revision, EmailAddress To, DateOnly ValidUntil, Guid TokenId) : IDomainEvent;

/// <summary>The customer opened the link for the first time.</summary>
public sealed record OfferViewed(Guid OfferId, string Number, int Revision) : IDomainEvent;

/// <summary>An offer was accepted.</summary>
/// <param name="Acceptance">Who did, what he took, and how one can tell.</param>
public sealed record OfferAccepted(Guid OfferId, string Number, int Revision, Guid CustomerId, Guid? DealId, OfferAcceptance Acceptance) : IDomainEvent;

/// <summary>An offer was refused.</summary>
public sealed record OfferDeclined(Guid OfferId, string Number, int Revision, string? Reason) : IDomainEvent;

/// <summary>The last day of an offer went by.</summary>
public sealed record OfferExpired(Guid OfferId, string Number, int Revision, DateOnly ValidUntil) : IDomainEvent;

/// <summary>The seller took an offer back.</summary>
public sealed record OfferWithdrawn(Guid OfferId, string Number, int Revision, string? Reason) : IDomainEvent;

/// <summary>A newer version took the place of an offer.</summary>
public sealed record OfferSuperseded(Guid OfferId, string Number, int Revision, Guid ById) : IDomainEvent;

/// <summary>An order was drafted of an accepted offer.</summary>
public sealed record OfferOrdered(Guid OfferId, string Number, Guid OrderId) : IDomainEvent;

/// <summary>An invoice was drafted of an accepted offer.</summary>
public sealed record OfferInvoiced(Guid OfferId, string Number, Guid InvoiceId) : IDomainEvent;

/// <summary>The ways in which an offer refuses.</summary>
public static class OfferErrors
{
    /// <summary>409: it does not stand where that can be done.</summary>
    public static CrmException Stands(OfferStatus status, string what) => CrmException.Conflict("INVALID_STATE", $"An offer that is {status.ToString().ToLowerInvariant()} cannot be {what}.");

    /// <summary>409: there is nothing on it.</summary>
    public static CrmException Empty() => Refuse("INVALID_STATE", "lineItems", "An offer without lines cannot be sent.");

    /// <summary>409: its last day is over.</summary>
    public static CrmException Expired() => CrmException.Conflict("OFFER_EXPIRED", "The last day of this offer is over.");

    /// <summary>409: it was taken back, or a newer version took its place.</summary>
    public static CrmException Withdrawn() => CrmException.Conflict("OFFER_WITHDRAWN", "This offer was taken back, or replaced by a newer one.");

    /// <summary>409: there is a newer version.</summary>
    public static CrmException HasNewer() => CrmException.Conflict("INVALID_STATE", "There is a newer version of this offer.");

    /// <summary>409: the version before was accepted meanwhile.</summary>
    public static CrmException FormerAccepted() => CrmException.Conflict("INVALID_STATE", "The version before this one has been accepted.");

    /// <summary>409: there is an order of it.</summary>
    public static CrmException Ordered() => Refuse("INVALID_STATE", "orderId", "There is an order of this offer: call it off, or delete it, first.");

    /// <summary>409: there is an invoice of it.</summary>
    public static CrmException Invoiced() => Refuse("INVALID_STATE", "invoiceId", "There is an invoice of this offer: delete the draft, or declare it void or credit it, first.");

    /// <summary>422: its last day is over before it is sent.</summary>
    public static CrmException Past() => CrmException.Unprocessable("validUntil", "must not be before the day on which it is sent");

    /// <summary>422: more is taken off than there is.</summary>
    public static CrmException BelowZero() => CrmException.Unprocessable("adjustments", "must not take off more than there is");

    /// <summary>422: nobody knows where to send it.</summary>
    public static CrmException NoAddress() => CrmException.Unprocessable("to", "is required: the customer has no e-mail address");

    private static CrmException Refuse(string code, string member, string message) => new(ErrorKind.Conflict, code, message, new Dictionary<string, string[]> { [member] = [message] });
}
