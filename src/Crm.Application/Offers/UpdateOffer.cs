using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Commerce;
using Crm.Application.Records;
using Crm.Domain.Offers;

namespace Crm.Application.Offers;

/// <summary>Changes what is stated about a draft; of an offer that was sent its labels (tags, external id, custom fields, owner) alone. INVALID_STATE: it was sent.</summary>
[Requires(Permissions.OffersWrite)]
public sealed record UpdateOffer(Guid Id, Patch<OfferDetails> Changes) : ChangesRecord<Offer, OfferDetails>(Id, Changes);

internal sealed class UpdateOfferHandler(IRepository<Offer> offers, DocumentSettings settings) : ICommandHandler<UpdateOffer, Guid>
{
    public async Task<Guid> Handle(UpdateOffer command, CancellationToken ct)
    {
        var offer = await offers.GetAsync(command.Id, ct);
        var details = command.Changes.ApplyTo(offer.Details);
        offer.Revise(details, await settings.OfAsync(details, ct));
        return offer.Id;
    }
}
