using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Application.Invoices;
using Crm.Domain.Common;
using Crm.Domain.Offers;

namespace Crm.Application.Offers;

/// <summary>
/// Sends an offer by e-mail, with a link by which the customer accepts or declines it. The first time the offer gets its number and never changes again, and an open version before it is superseded;
/// it may be sent again. INVALID_STATE: it has ended, is empty, or the version before it was accepted. OFFER_EXPIRED. UNPROCESSABLE: its last day is over before it is sent, or nobody knows an address.
/// </summary>
/// <param name="To">The address; the customer's, when absent.</param>
[Requires(Permissions.OffersWrite)]
public sealed record SendOffer(Guid Id, EmailAddress? To = null) : ICommand<Guid>, IAuditedSubject
{
    string? IAuditedSubject.Resource => "offers";
    Guid? IAuditedSubject.RecordId => Id;
}

internal sealed class SendOfferHandler(IRepository<Offer> offers, IssueSettings settings, INumbers numbers, OfferVersions versions) : ICommandHandler<SendOffer, Guid>
{
    public async Task<Guid> Handle(SendOffer command, CancellationToken ct)
    {
        var offer = await offers.GetAsync(command.Id, ct);
        var setting = await settings.OfOfferAsync(offer.Details.CustomerId, offer.Details.Language!, ct);
        offer.EnsureSendable(setting);
        if (offer is { Status: OfferStatus.Draft, Revision: > 1 } && await versions.FormerAsync(offer, ct) is { } former) former.GiveWayTo(offer, setting.Now);
        var number = offer.Number ?? $"OF-{await numbers.NextAsync("offer", ct)}";
        offer.Send(command.To, number, Ids.New(setting.Now), setting);
        return offer.Id;
    }
}
