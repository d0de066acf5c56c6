using Crm.Application.Abstractions;
using Crm.Application.Commerce;
using Crm.Application.Resources;
using Crm.Domain.Common;
using Crm.Domain.Offers;
using FluentValidation;

namespace Crm.Application.Offers;

/// <summary>Drafts an offer. UNPROCESSABLE names a line whose product, price or tax is not found.</summary>
[Requires(Permissions.OffersWrite)]
public sealed record CreateOffer(OfferDetails Details) : ICommand<Guid>;

internal sealed class CreateOfferValidator : AbstractValidator<CreateOffer>
{
    public CreateOfferValidator(OfferResource offers) => RuleFor(c => c.Details).Meets(offers);
}

internal sealed class CreateOfferHandler(OfferDrafts drafts) : ICommandHandler<CreateOffer, Guid>
{
    public Task<Guid> Handle(CreateOffer command, CancellationToken ct) => drafts.AddAsync(command.Details, ct);
}

/// <summary>Drafts offers: from what a caller states, and from deals.</summary>
public sealed class OfferDrafts(IRepository<Offer> offers, DocumentSettings settings) : ISharedByUseCases
{
    /// <summary>Drafts an offer; its id.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED, UNPROCESSABLE by path.</exception>
    public async Task<Guid> AddAsync(OfferDetails details, CancellationToken ct)
    {
        var setting = await settings.OfAsync(details, ct);
        var offer = Offer.Draft(Ids.New(setting.Now), details, setting);
        offers.Add(offer);
        return offer.Id;
    }
}
