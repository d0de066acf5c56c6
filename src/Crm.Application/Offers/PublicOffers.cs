using Crm.Application.Abstractions;
using Crm.Domain.Common;

namespace Crm.Application.Offers;

/// <summary>
/// The offer of a link, for the customer's page; the first time is noted. 404 for a link that leads nowhere, OFFER_EXPIRED when its last day is over, OFFER_WITHDRAWN when it was taken back or replaced.
/// </summary>
/// <param name="Token">What the link carries.</param>
[Public]
public sealed record ViewPublicOffer(string Token) : ICommand<PublicOffer>;

internal sealed class ViewPublicOfferHandler(OfferEntry entry, IRequestContext context, TimeProvider clock) : ICommandHandler<ViewPublicOffer, PublicOffer>
{
    public async Task<PublicOffer> Handle(ViewPublicOffer command, CancellationToken ct)
    {
        var (offer, now) = (await entry.EnterAsync(command.Token, ct), clock.GetUtcNow());
        offer.View(TimeZones.DayIn(context.Caller.Tenant.TimeZone, now), now);
        return PublicOffer.Of(offer);
    }
}

/// <summary>
/// Accepts the offer of a link, with optional items. The same once more answers the same. 404 for a link that leads nowhere, OFFER_EXPIRED when its last day is over, OFFER_WITHDRAWN when it was taken
/// back or replaced, INVALID_STATE when it was declined, or accepted otherwise; 422 for an optional item that it does not have.
/// </summary>
/// <param name="Token">What the link carries.</param>
/// <param name="Name">Who accepts it; at most 300 characters.</param>
/// <param name="Email">His e-mail address.</param>
/// <param name="OptionalItems">The ids of the optional items that he takes.</param>
/// <param name="Comment">What he says to it; at most 2,000 characters.</param>
[Public]
public sealed record AcceptPublicOffer(string Token, [Example("\"Charles Babbage\"")] string Name, EmailAddress? Email = null, [Example("[]")] ValueList<Guid>? OptionalItems = null,
    [Example("\"With pleasure\"")] string? Comment = null) : ICommand<PublicOffer>;

internal sealed class AcceptPublicOfferHandler(OfferEntry entry, OfferAcceptances acceptances) : ICommandHandler<AcceptPublicOffer, PublicOffer>
{
    public async Task<PublicOffer> Handle(AcceptPublicOffer command, CancellationToken ct)
    {
        var offer = await entry.EnterAsync(command.Token, ct);
        await acceptances.AcceptAsync(offer, command.Name, command.Email, command.OptionalItems, command.Comment, ct);
        return PublicOffer.Of(offer);
    }
}

/// <summary>
/// Declines the offer of a link. The same once more answers the same. 404 for a link that leads nowhere, OFFER_EXPIRED when its last day is over, OFFER_WITHDRAWN when it was taken back or replaced,
/// INVALID_STATE when it was accepted.
/// </summary>
/// <param name="Token">What the link carries.</param>
/// <param name="Reason">Why; at most 2,000 characters.</param>
[Public]
public sealed record DeclinePublicOffer(string Token, [Example("\"Too dear\"")] string? Reason = null) : ICommand<PublicOffer>;

internal sealed class DeclinePublicOfferHandler(OfferEntry entry, IRequestContext context, TimeProvider clock) : ICommandHandler<DeclinePublicOffer, PublicOffer>
{
    public async Task<PublicOffer> Handle(DeclinePublicOffer command, CancellationToken ct)
    {
        var (offer, now) = (await entry.EnterAsync(command.Token, ct), clock.GetUtcNow());
        offer.Decline(command.Reason, TimeZones.DayIn(context.Caller.Tenant.TimeZone, now), now);
        return PublicOffer.Of(offer);
    }
}
