using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Commerce;
using Crm.Application.Listing;
using Crm.Application.Resources;
using Crm.Domain.Commerce;
using Crm.Domain.Common;
using Crm.Domain.Offers;

namespace Crm.Application.Offers;

/// <summary>The declaration of offers.</summary>
public sealed class OfferResource : DocumentResource<Offer, OfferDetails>
{
    /// <summary>Declares the members.</summary>
    public OfferResource() : base("offers", "offer")
    {
        LimitName = "offers";
        ReadOnly("number", FieldKind.Text).Search().Sort().Says("Its number, that of all its versions; null until the first one is sent.", "\"OF-1\"");
        ReadOnly("revision", FieldKind.Integer).NotNull().Sort().Says("The how manieth version it is.", "1");
        ReadOnly("originalOfferId", FieldKind.Id).Refers("offers").Says("Of a newer version: the first one.");
        ReadOnly("status", FieldKind.Choice, typeof(OfferStatus)).NotNull().Sort().Says("Where it stands.", "\"DRAFT\"");
        Heading();
        Date(x => x.ValidUntil).Says("The last day on which it can be accepted, where your organization is; by offerValidityDays when it is sent, when absent.");
        Choice(x => x.OnAccept).Says("What is made of it when it is accepted.", "\"ORDER\"");
        Other(x => x.OptionalItems, FieldKind.Embedded).NotNull().NoFilter().Reads(ChildSql.Of<DocumentItem>("offer", "optional_items")).ItemRefers(nameof(DocumentItem.ProductId), "products")
            .Says("What the customer may take besides, at most 100 lines like the others. They count in no sum.", "[]");
        Body();
        ReadOnly("sentAt", FieldKind.Instant).Sort().Says("When it was first sent; from then on it never changes.");
        ReadOnly("viewedAt", FieldKind.Instant).Sort().Says("When the customer first opened its link.");
        ReadOnly("acceptedAt", FieldKind.Instant).Sort().Says("When it was accepted.");
        ReadOnly("declinedAt", FieldKind.Instant).Sort().Says("When it was declined.");
        ReadOnly("closedAt", FieldKind.Instant).Sort().Says("When it ended otherwise: expired, withdrawn or superseded.");
        ReadOnly("reason", FieldKind.Text).Says("Why it was declined or withdrawn.");
        ReadOnly<OfferAcceptance>("acceptance", FieldKind.Object).Says("Who accepted it, which optional items he took, what it comes to with them, and how one can tell.");
        ReadOnly("templateId", FieldKind.Id).Refers("document-templates").Says("The template it is printed with; null for the built-in one, and while it is a draft.");
        ReadOnly("templateVersion", FieldKind.Integer).Says("The version of the template when it was sent, which it keeps; 0 for the built-in one.", "0");
        ReadOnly<DocumentParty>("seller", FieldKind.Object).Says("Who sells, as it was when it was sent.");
        ReadOnly<DocumentParty>("buyer", FieldKind.Object).Says("Who buys, as it was when it was sent.");
        ReadOnly("orderId", FieldKind.Id).Refers("orders").Says("The last order that was drafted of it.");
        ReadOnly("invoiceId", FieldKind.Id).Refers("invoices").Says("The last invoice that was drafted of it.");
        Common();
    }

    /// <inheritdoc/>
    protected override ICommand<Guid> Create(OfferDetails details) => new CreateOffer(details);

    /// <inheritdoc/>
    protected override ICommand<Guid> Update(Guid id, Patch<OfferDetails> patch) => new UpdateOffer(id, patch);
}

/// <summary>An offer's own members, as events carry them.</summary>
public sealed record OfferState : OfferDetails, IDocumentState
{
    /// <summary>Its number.</summary>
    public string? Number { get; init; }
    /// <summary>The how manieth version it is.</summary>
    public int Revision { get; init; }
    /// <summary>The first version.</summary>
    public Guid? OriginalOfferId { get; init; }
    /// <summary>Where it stands.</summary>
    public OfferStatus Status { get; init; }
    /// <inheritdoc/>
    [WrittenInline]
    public DocumentSums Sums { get; init; } = new();
    /// <summary>What the token of its link follows from.</summary>
    public Guid? TokenId { get; init; }
    /// <summary>When it was first sent.</summary>
    public DateTimeOffset? SentAt { get; init; }
    /// <summary>When the customer first opened its link.</summary>
    public DateTimeOffset? ViewedAt { get; init; }
    /// <summary>When it was accepted.</summary>
    public DateTimeOffset? AcceptedAt { get; init; }
    /// <summary>When it was declined.</summary>
    public DateTimeOffset? DeclinedAt { get; init; }
    /// <summary>When it ended otherwise.</summary>
    public DateTimeOffset? ClosedAt { get; init; }
    /// <summary>Why it was declined or withdrawn.</summary>
    public string? Reason { get; init; }
    /// <summary>Who accepted it, and what of it.</summary>
    public OfferAcceptance? Acceptance { get; init; }
    /// <summary>The template it is printed with.</summary>
    public Guid? TemplateId { get; init; }
    /// <summary>The version of the template.</summary>
    public int? TemplateVersion { get; init; }
    /// <summary>Who sells.</summary>
    public DocumentParty? Seller { get; init; }
    /// <summary>Who buys.</summary>
    public DocumentParty? Buyer { get; init; }
    /// <summary>The last order that was drafted of it.</summary>
    public Guid? OrderId { get; init; }
    /// <summary>The last invoice that was drafted of it.</summary>
    public Guid? InvoiceId { get; init; }
}

internal sealed class OfferStateProfile : DocumentStateProfile<Offer, OfferDetails, OfferState>;
