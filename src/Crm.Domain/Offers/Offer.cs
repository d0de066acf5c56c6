using Crm.Domain.Commerce;
using Crm.Domain.Common;

namespace Crm.Domain.Offers;

/// <summary>
/// What is offered to a customer until a day. As a draft it may change; once sent it changes no more but its labels and what became of it. What is to be different then is a newer version,
/// an offer of its own with the same number.
/// </summary>
public sealed class Offer : Document<Offer, OfferDetails>
{
    private const int LongestText = 2_000, LongestName = 300;

    private Offer() { }

    /// <summary>Its number, such as <c>OF-1</c>: taken when its first version is sent, and that of all its versions.</summary>
    public string? Number { get; private set; }

    /// <summary>The how manieth version it is, from 1.</summary>
    public int Revision { get; private set; } = 1;

    /// <summary>Of a newer version: the first one.</summary>
    public Guid? OriginalOfferId { get; private set; }

    /// <summary>Where it stands.</summary>
    public OfferStatus Status { get; private set; }

    /// <summary>What the token of its link follows from; null until it is sent.</summary>
    public Guid? TokenId { get; private set; }

    /// <summary>When it was first sent.</summary>
    public DateTimeOffset? SentAt { get; private set; }

    /// <summary>When the customer first opened its link.</summary>
    public DateTimeOffset? ViewedAt { get; private set; }

    /// <summary>When it was accepted.</summary>
    public DateTimeOffset? AcceptedAt { get; private set; }

    /// <summary>When it was declined.</summary>
    public DateTimeOffset? DeclinedAt { get; private set; }

    /// <summary>When it ended otherwise: expired, withdrawn or superseded.</summary>
    public DateTimeOffset? ClosedAt { get; private set; }

    /// <summary>Why it was declined or withdrawn.</summary>
    public string? Reason { get; private set; }

    /// <summary>Who accepted it, and what of it.</summary>
    public OfferAcceptance? Acceptance { get; private set; }

    /// <summary>The template it is printed with; null for the built-in one, and while it is a draft.</summary>
    public Guid? TemplateId { get; private set; }

    /// <summary>The version of the template when it was sent, 0 for the built-in one; null while it is a draft, and of what was sent before versions were kept.</summary>
    public int? TemplateVersion { get; private set; }

    /// <summary>Who sells, as it was when it was sent.</summary>
    public DocumentParty? Seller { get; private set; }

    /// <summary>Who buys, as it was when it was sent.</summary>
    public DocumentParty? Buyer { get; private set; }

    /// <summary>The last order that was drafted of it.</summary>
    public Guid? OrderId { get; private set; }

    /// <summary>The last invoice that was drafted of it.</summary>
    public Guid? InvoiceId { get; private set; }

    /// <summary>Drafts an offer. Raises <see cref="Created{Offer}"/>.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED, UNPROCESSABLE by path.</exception>
    public static Offer Draft(Guid id, OfferDetails details, DocumentSetting setting)
    {
        var offer = new Offer { Id = id };
        offer.Begin(offer.Settle(null, details, setting));
        return offer;
    }

    /// <inheritdoc/>
    protected override bool IsDraft => Status == OfferStatus.Draft;

    /// <summary>Drafts the version after this one. Raises <see cref="Created{Offer}"/> of it.</summary>
    /// <exception cref="CrmException">INVALID_STATE: it was never sent, or is accepted or superseded.</exception>
    public Offer NextVersion(Guid id, DateTimeOffset now)
    {
        if (Status is OfferStatus.Draft or OfferStatus.Accepted or OfferStatus.Superseded) throw OfferErrors.Stands(Status, "revised");
        var next = new Offer { Id = id, Number = Number, Revision = Revision + 1, OriginalOfferId = OriginalOfferId ?? Id };
        next.Begin(next.Counted(Details.Renewed(now)));
        return next;
    }

    /// <summary>Refuses what cannot be sent: before a number is taken.</summary>
    /// <exception cref="CrmException">As <see cref="Send"/>.</exception>
    public void EnsureSendable(OfferSetting setting)
    {
        if (Status == OfferStatus.Sent) EnsureOpen(setting.Today);
        else if (Status != OfferStatus.Draft) throw OfferErrors.Stands(Status, "sent");
        if (Details.LineItems.Count + Details.OptionalItems.Count == 0) throw OfferErrors.Empty();
        if (Details.ValidUntil < setting.Today) throw OfferErrors.Past();
        if (Total.Amount < 0) throw OfferErrors.BelowZero();
    }

    /// <summary>Sends it to an address, the customer's unless stated. The first time makes the offer: it changes no more. Raises <see cref="OfferSent"/>.</summary>
    /// <param name="number">Its number, if it has none yet.</param>
    /// <param name="tokenId">What the token of its link follows from, if it has none yet.</param>
    /// <exception cref="CrmException">
    /// INVALID_STATE: it has ended, or is empty. OFFER_EXPIRED. UNPROCESSABLE: its last day is over before it is sent, or the customer has no address.
    /// </exception>
    public void Send(EmailAddress? to, string number, Guid tokenId, OfferSetting setting)
    {
        EnsureSendable(setting);
        var buyer = Buyer ?? setting.Buyer;
        if (to is null && !EmailAddress.TryParse(buyer.Email, out to)) throw OfferErrors.NoAddress();
        if (Status == OfferStatus.Draft)
        {
            Set(Details with { ValidUntil = Details.ValidUntil ?? setting.Today.AddDays(setting.ValidityDays) });
            (Status, SentAt, Number, TokenId, Seller, Buyer) = (OfferStatus.Sent, setting.Now, Number ?? number, tokenId, setting.Seller, setting.Buyer);
            (TemplateId, TemplateVersion) = (setting.Template.Id, setting.Template.Version);
        }
        Raise(new OfferSent(Id, Number!, Revision, to!, Details.ValidUntil!.Value, TokenId!.Value));
    }

    /// <summary>Notes that the customer looks at it. Raises <see cref="OfferViewed"/> the first time.</summary>
    /// <exception cref="CrmException">OFFER_EXPIRED, OFFER_WITHDRAWN.</exception>
    public void View(DateOnly today, DateTimeOffset now)
    {
        if (Status is not (OfferStatus.Accepted or OfferStatus.Declined)) EnsureOpen(today);
        if (ViewedAt is not null) return;
        ViewedAt = now;
        Raise(new OfferViewed(Id, Number!, Revision));
    }

    /// <summary>Accepts it, with optional items. The same once more changes nothing. Raises <see cref="OfferAccepted"/>.</summary>
    /// <returns>Whether it was accepted by this.</returns>
    /// <exception cref="CrmException">
    /// INVALID_STATE: it is a draft, declined, or accepted otherwise. OFFER_EXPIRED, OFFER_WITHDRAWN. VALIDATION_FAILED: no name, an item named twice. UNPROCESSABLE: an item it does not have.
    /// </exception>
    public bool Accept(OfferAcceptance acceptance, DateOnly today)
    {
        Require.Text(acceptance.Name, "name");
        Short(acceptance.Name, "name", LongestName);
        Short(acceptance.Comment, "comment", LongestText);
        if (Status == OfferStatus.Accepted && Acceptance!.Repeats(acceptance)) return false;
        EnsureOpen(today);
        for (var i = 0; i < acceptance.OptionalItems.Count; i++)
        {
            if (acceptance.OptionalItems.Take(i).Contains(acceptance.OptionalItems[i])) throw CrmException.Validation($"optionalItems[{i}]", "is given more than once");
            if (Details.OptionalItems.All(item => item.Id != acceptance.OptionalItems[i])) throw CrmException.Unprocessable($"optionalItems[{i}]", "is no optional item of this offer");
        }
        Acceptance = acceptance;
        var totals = DocumentSettlement.Totals(Details with { LineItems = AgreedItems() });
        Acceptance = acceptance with { Total = Money.Of(totals.TaxInclusive, totals.Currency) };
        (Status, AcceptedAt) = (OfferStatus.Accepted, acceptance.AcceptedAt);
        Raise(new OfferAccepted(Id, Number!, Revision, Details.CustomerId, Details.DealId, Acceptance));
        return true;
    }

    /// <summary>Declines it. The same once more changes nothing. Raises <see cref="OfferDeclined"/>.</summary>
    /// <exception cref="CrmException">INVALID_STATE: it is a draft, accepted, or declined otherwise. OFFER_EXPIRED, OFFER_WITHDRAWN. VALIDATION_FAILED: the reason is too long.</exception>
    public void Decline(string? reason, DateOnly today, DateTimeOffset now)
    {
        Short(reason, "reason", LongestText);
        if (Status == OfferStatus.Declined && Reason == reason) return;
        EnsureOpen(today);
        (Status, DeclinedAt, Reason) = (OfferStatus.Declined, now, reason);
        Raise(new OfferDeclined(Id, Number!, Revision, reason));
    }

    /// <summary>Takes it back. Raises <see cref="OfferWithdrawn"/>.</summary>
    /// <exception cref="CrmException">INVALID_STATE: it is not open. VALIDATION_FAILED: the reason is too long.</exception>
    public void Withdraw(string? reason, DateTimeOffset now)
    {
        Short(reason, "reason", LongestText);
        if (Status != OfferStatus.Sent) throw OfferErrors.Stands(Status, "withdrawn");
        (Status, ClosedAt, Reason) = (OfferStatus.Withdrawn, now, reason);
        Raise(new OfferWithdrawn(Id, Number!, Revision, reason));
    }

    /// <summary>A newer version is sent: an open one is superseded by it. Raises <see cref="OfferSuperseded"/>.</summary>
    /// <exception cref="CrmException">INVALID_STATE: it was accepted meanwhile.</exception>
    public void GiveWayTo(Offer newer, DateTimeOffset now)
    {
        if (Status == OfferStatus.Accepted) throw OfferErrors.FormerAccepted();
        if (Status != OfferStatus.Sent) return;
        (Status, ClosedAt) = (OfferStatus.Superseded, now);
        Raise(new OfferSuperseded(Id, Number!, Revision, newer.Id));
    }

    /// <summary>Notes that its last day is over. Once: later days change nothing. Raises <see cref="OfferExpired"/>.</summary>
    public void Expire(DateOnly today, DateTimeOffset now)
    {
        if (Status != OfferStatus.Sent || Details.ValidUntil is not { } last || last >= today) return;
        (Status, ClosedAt) = (OfferStatus.Expired, now);
        Raise(new OfferExpired(Id, Number!, Revision, last));
    }

    /// <summary>What was agreed: its lines, and the optional items that were taken.</summary>
    public ValueList<DocumentItem> AgreedItems() => ValueList.Of(Details.LineItems.Concat(Details.OptionalItems.Where(item => Acceptance!.OptionalItems.Contains(item.Id!.Value))));

    /// <summary>Refuses what is not accepted.</summary>
    /// <exception cref="CrmException">INVALID_STATE.</exception>
    public void EnsureAccepted(string what)
    {
        if (Status != OfferStatus.Accepted) throw OfferErrors.Stands(Status, what);
    }

    /// <summary>Notes the order that was drafted of it. Raises <see cref="OfferOrdered"/>.</summary>
    public void Order(Guid orderId)
    {
        OrderId = orderId;
        Raise(new OfferOrdered(Id, Number!, orderId));
    }

    /// <summary>Notes the invoice that was drafted of it. Raises <see cref="OfferInvoiced"/>.</summary>
    public void Invoice(Guid invoiceId)
    {
        InvoiceId = invoiceId;
        Raise(new OfferInvoiced(Id, Number!, invoiceId));
    }

    /// <inheritdoc/>
    protected override CrmException Agreed() => OfferErrors.Stands(Status, "changed or deleted");

    /// <inheritdoc/>
    protected override void Guard(OfferDetails? before, OfferDetails after)
    {
        // Whatever is taken of it can be added up, so that nobody is refused when he accepts.
        if (after.OptionalItems.Count > 0) DocumentSettlement.Totals(after with { LineItems = ValueList.Of(after.LineItems.Concat(after.OptionalItems)) });
    }

    private void EnsureOpen(DateOnly today)
    {
        if (Status is OfferStatus.Withdrawn or OfferStatus.Superseded) throw OfferErrors.Withdrawn();
        if (Status == OfferStatus.Expired || Status == OfferStatus.Sent && Details.ValidUntil < today) throw OfferErrors.Expired();
        if (Status != OfferStatus.Sent) throw OfferErrors.Stands(Status, "accepted or declined");
    }

    private static void Short(string? text, string member, int longest)
    {
        if (text is not null && Characters.Exceed(text, longest)) throw CrmException.Validation(member, $"must be at most {longest} characters");
    }
}
