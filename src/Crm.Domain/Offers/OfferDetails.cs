using Crm.Domain.Commerce;
using Crm.Domain.Common;
using Crm.Domain.Documents;

namespace Crm.Domain.Offers;

/// <summary>Where an offer stands.</summary>
public enum OfferStatus
{
    /// <summary>Being written; it may change.</summary>
    Draft,
    /// <summary>Made: the customer may accept or decline it, and it changes no more.</summary>
    Sent,
    /// <summary>The customer took it.</summary>
    Accepted,
    /// <summary>The customer refused it.</summary>
    Declined,
    /// <summary>Its last day went by.</summary>
    Expired,
    /// <summary>The seller took it back.</summary>
    Withdrawn,
    /// <summary>A newer version took its place.</summary>
    Superseded,
}

/// <summary>What is made of an offer when it is accepted.</summary>
public enum OfferFollowUp
{
    /// <summary>Nothing: somebody decides then.</summary>
    None,
    /// <summary>A draft of an order.</summary>
    Order,
    /// <summary>A draft of an invoice.</summary>
    Invoice,
    /// <summary>A draft of an order, and of its invoice.</summary>
    Both,
}

/// <summary>What users state about an offer.</summary>
public record OfferDetails : DocumentDetails
{
    /// <summary>What the customer may take besides, at most 100 lines. They count in no sum until he does.</summary>
    public ValueList<DocumentItem> OptionalItems { get; init; } = [];
    /// <summary>The last day on which it can be accepted, in the organization's zone; by the organization's <c>offerValidityDays</c> when it is sent, unless stated.</summary>
    public DateOnly? ValidUntil { get; init; }
    /// <summary>What is made of it when it is accepted.</summary>
    public OfferFollowUp OnAccept { get; init; }

    /// <inheritdoc/>
    public override ValueList<DocumentItem> Options() => OptionalItems;

    /// <inheritdoc/>
    public override DocumentDetails With(ValueList<DocumentItem> lines, ValueList<DocumentItem> options) => this with { LineItems = lines, OptionalItems = options };

    /// <summary>What a newer version begins with: all of this but the last day and the key, with lines that name those they come from.</summary>
    internal OfferDetails Renewed(DateTimeOffset now) => this with { LineItems = Anew(LineItems, now), OptionalItems = Anew(OptionalItems, now), ValidUntil = null, ExternalId = null };
}

/// <summary>How an offer was accepted, and by what one can tell.</summary>
public sealed record OfferAcceptance
{
    /// <summary>Who accepted it, 1–300 characters.</summary>
    public required string Name { get; init; }
    /// <summary>His e-mail address.</summary>
    public EmailAddress? Email { get; init; }
    /// <summary>What he said to it, at most 2,000 characters.</summary>
    public string? Comment { get; init; }
    /// <summary>The optional items that he took.</summary>
    public ValueList<Guid> OptionalItems { get; init; } = [];
    /// <summary>What the offer comes to with them, with tax; set by the service.</summary>
    public Money? Total { get; init; }
    /// <summary>When.</summary>
    public DateTimeOffset AcceptedAt { get; init; }
    /// <summary>The network address that it came from.</summary>
    public string? SourceAddress { get; init; }
    /// <summary>What his client calls itself.</summary>
    public string? UserAgent { get; init; }

    /// <summary>Whether somebody says the same once more.</summary>
    internal bool Repeats(OfferAcceptance other) => Name == other.Name && Email == other.Email && Comment == other.Comment && OptionalItems.ToHashSet().SetEquals(other.OptionalItems);
}

/// <summary>What sending an offer depends on besides itself.</summary>
/// <param name="Seller">Who sells, as he is now.</param>
/// <param name="Buyer">Who buys, as he is now.</param>
/// <param name="ValidityDays">How long it stands, in days, if the draft does not say.</param>
/// <param name="Today">The day it is in the organization's zone.</param>
/// <param name="Now">The instant.</param>
/// <param name="Template">What it is printed with.</param>
public sealed record OfferSetting(DocumentParty Seller, DocumentParty Buyer, int ValidityDays, DateOnly Today, DateTimeOffset Now, TemplateUse Template);
