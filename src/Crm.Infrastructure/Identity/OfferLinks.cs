using Crm.Application.Abstractions;
using Crm.Application.Offers;

namespace Crm.Infrastructure.Identity;

/// <summary>The global side of offers: the hash of each link, and whose it is. What a link is still good for the offer says.</summary>
internal sealed class OfferLinks(GlobalDb db, IOneTimeTokens tokens, IRequestContext context) : IOfferLinks
{
    public Task KeepAsync(Guid offerId, Guid tokenId, DateOnly lastDay, CancellationToken ct) => db.QueryAsync<int>("""
        insert into crm.offer_links (token_hash, tenant_id, offer_id, expires_at) values (@Hash, @TenantId, @OfferId, @ExpiresAt) on conflict (token_hash) do nothing
        """, new
    {
        context.Caller.TenantId, OfferId = offerId, Hash = SessionStore.HashOf(tokens.Of(IOfferLinks.Purpose, tokenId)),
        // Wherever the day ends last.
        ExpiresAt = new DateTimeOffset(lastDay.AddDays(2), TimeOnly.MinValue, TimeSpan.Zero),
    }, ct);

    public async Task<OfferLink?> FindAsync(string token, CancellationToken ct) => (await db.QueryAsync<OfferLink>("""
        select l.tenant_id as TenantId, l.offer_id as OfferId from crm.offer_links l join crm.tenants t on t.id = l.tenant_id and t.status = 'ACTIVE' where l.token_hash = @Hash
        """, new { Hash = SessionStore.HashOf(token) }, ct)).FirstOrDefault();
}
