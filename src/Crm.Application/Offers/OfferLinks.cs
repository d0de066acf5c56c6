using Crm.Application.Abstractions;
using Crm.Domain.Common;
using Crm.Domain.Offers;

namespace Crm.Application.Offers;

/// <summary>Finds the offer behind the link of an e-mail, before a tenant is known.</summary>
public interface IOfferLinks
{
    /// <summary>What <see cref="IOneTimeTokens"/> makes the tokens of offers for.</summary>
    const string Purpose = "offer";

    /// <summary>The page of the web application that shows an offer.</summary>
    const string Page = "offer";

    /// <summary>Keeps the link of an offer, in the command's transaction; a second time changes nothing.</summary>
    /// <param name="offerId">The offer.</param>
    /// <param name="tokenId">What its token follows from.</param>
    /// <param name="lastDay">The last day on which it can be accepted. For a while after that the link still tells what became of it.</param>
    /// <param name="ct">Cancels.</param>
    Task KeepAsync(Guid offerId, Guid tokenId, DateOnly lastDay, CancellationToken ct);

    /// <summary>What the token leads to; null when it is none of ours, or its organization is suspended.</summary>
    Task<OfferLink?> FindAsync(string token, CancellationToken ct);
}

/// <summary>Whose offer a link leads to.</summary>
public sealed record OfferLink(Guid TenantId, Guid OfferId);

/// <summary>Lets who has a link act on its offer, and on nothing else.</summary>
public sealed class OfferEntry(IOfferLinks links, ISystemCallers callers, ITenantEntry entry, IRepository<Offer> offers) : ISharedByUseCases
{
    /// <summary>The offer of the link, held. From here on the service itself acts for the offer's organization.</summary>
    /// <exception cref="CrmException">NOT_FOUND: the link leads nowhere.</exception>
    public async Task<Offer> EnterAsync(string token, CancellationToken ct)
    {
        if (await links.FindAsync(token, ct) is not { } link || await callers.FindAsync(link.TenantId, ct) is not { } caller) throw CrmException.NotFound("offer");
        await entry.EnterAsync(caller, ct);
        return await offers.GetAsync(link.OfferId, ct);
    }
}

/// <summary>The link of an offer.</summary>
/// <param name="Token">What follows /public/offers/ in the address.</param>
/// <param name="Url">The page of the web application; null when there is none.</param>
public sealed record OfferLinkData(string Token, string? Url) : ISecretAnswer;

/// <summary>The link by which the customer accepts or declines the offer, to hand it over by another way than the e-mail. INVALID_STATE: it was never sent.</summary>
[Requires(Permissions.OffersWrite)]
public sealed record GetOfferLink(Guid Id) : IQuery<OfferLinkData>;

internal sealed class GetOfferLinkHandler(IReadDb db, OfferResource offers, IOneTimeTokens tokens, IWebLinks links, IRequestContext context) : IQueryHandler<GetOfferLink, OfferLinkData>
{
    public async Task<OfferLinkData> Handle(GetOfferLink query, CancellationToken ct)
    {
        var parameters = new Dictionary<string, object?> { ["Id"] = query.Id };
        var scope = Listing.RecordScope.Of(offers, context.Caller, parameters, deleted: false);
        var row = await db.FirstOrDefaultAsync<Row>($"select t.token_id as TokenId from crm_read.offers t where {scope} and t.tenant_id = @TenantId and t.id = @Id", parameters, ct) ?? throw CrmException.NotFound(offers.Singular);
        var token = tokens.Of(IOfferLinks.Purpose, row.TokenId ?? throw OfferErrors.Stands(OfferStatus.Draft, "opened by a link"));
        return new OfferLinkData(token, links.To(IOfferLinks.Page, token));
    }

    private sealed record Row
    {
        public Guid? TokenId { get; init; }
    }
}
