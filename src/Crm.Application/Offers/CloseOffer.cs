using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Domain.Common;
using Crm.Domain.Offers;

namespace Crm.Application.Offers;

/// <summary>
/// Notes that the customer accepted the offer by another way than its link, and makes of it what onAccept says. The same once more changes nothing. INVALID_STATE: it is a draft, declined, or accepted
/// otherwise. OFFER_EXPIRED, OFFER_WITHDRAWN. UNPROCESSABLE: an optional item that it does not have.
/// </summary>
/// <param name="Name">Who accepted it; the customer, when absent.</param>
/// <param name="Email">His e-mail address.</param>
/// <param name="OptionalItems">The ids of the optional items that he takes.</param>
/// <param name="Comment">What he said to it; at most 2,000 characters.</param>
[Requires(Permissions.OffersWrite)]
public sealed record AcceptOffer(Guid Id, [Example("\"Charles Babbage\"")] string? Name = null, EmailAddress? Email = null, [Example("[]")] ValueList<Guid>? OptionalItems = null,
    [Example("\"By telephone\"")] string? Comment = null) : ICommand<Guid>, IAuditedSubject
{
    string? IAuditedSubject.Resource => "offers";
    Guid? IAuditedSubject.RecordId => Id;
}

internal sealed class AcceptOfferHandler(IRepository<Offer> offers, OfferAcceptances acceptances) : ICommandHandler<AcceptOffer, Guid>
{
    public async Task<Guid> Handle(AcceptOffer command, CancellationToken ct)
    {
        var offer = await offers.GetAsync(command.Id, ct);
        await acceptances.AcceptAsync(offer, command.Name ?? offer.Buyer?.Name ?? "?", command.Email, command.OptionalItems, command.Comment, ct);
        return offer.Id;
    }
}

/// <summary>Notes that the customer declined the offer by another way than its link. The same once more changes nothing. INVALID_STATE: it is a draft or accepted. OFFER_EXPIRED, OFFER_WITHDRAWN.</summary>
/// <param name="Reason">Why; at most 2,000 characters.</param>
[Requires(Permissions.OffersWrite)]
public sealed record DeclineOffer(Guid Id, [Example("\"Too dear\"")] string? Reason = null) : ICommand<Guid>, IAuditedSubject
{
    string? IAuditedSubject.Resource => "offers";
    Guid? IAuditedSubject.RecordId => Id;
}

internal sealed class DeclineOfferHandler(IRepository<Offer> offers, IRequestContext context, TimeProvider clock) : ICommandHandler<DeclineOffer, Guid>
{
    public async Task<Guid> Handle(DeclineOffer command, CancellationToken ct)
    {
        var (offer, now) = (await offers.GetAsync(command.Id, ct), clock.GetUtcNow());
        offer.Decline(command.Reason, TimeZones.DayIn(context.Caller.Tenant.TimeZone, now), now);
        return offer.Id;
    }
}

/// <summary>Takes an open offer back: its link is worth nothing from then on. INVALID_STATE: it is not open.</summary>
/// <param name="Reason">Why; at most 2,000 characters. The customer is not told.</param>
[Requires(Permissions.OffersWrite)]
public sealed record WithdrawOffer(Guid Id, [Example("\"Out of stock\"")] string? Reason = null) : ICommand<Guid>, IAuditedSubject
{
    string? IAuditedSubject.Resource => "offers";
    Guid? IAuditedSubject.RecordId => Id;
}

internal sealed class WithdrawOfferHandler(IRepository<Offer> offers, TimeProvider clock) : ICommandHandler<WithdrawOffer, Guid>
{
    public async Task<Guid> Handle(WithdrawOffer command, CancellationToken ct)
    {
        var offer = await offers.GetAsync(command.Id, ct);
        offer.Withdraw(command.Reason, clock.GetUtcNow());
        return offer.Id;
    }
}
