using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Application.Commerce;
using Crm.Domain.Common;
using Crm.Domain.Deals;
using Crm.Domain.Offers;

namespace Crm.Application.Offers;

/// <summary>
/// Drafts an offer with the lines of a deal: products, quantities and the prices that are spoken of; what the deal leaves open is found as in any offer. 409 INVALID_STATE when the deal is
/// lost, or has no lines; 422 when it names no customer.
/// </summary>
/// <param name="Id">The deal.</param>
/// <param name="ValidUntil">The last day on which it can be accepted; found when it is sent, when absent.</param>
/// <param name="OnAccept">What is made of it when it is accepted: nothing, when absent.</param>
[Requires(Permissions.OffersWrite)]
public sealed record OfferDeal(Guid Id, [Example("null")] DateOnly? ValidUntil = null, OfferFollowUp OnAccept = OfferFollowUp.None) : ICommand<Guid>, IAuditedSubject
{
    string? IAuditedSubject.Resource => "deals";
    Guid? IAuditedSubject.RecordId => Id;
}

internal sealed class OfferDealHandler(IRepository<Deal> deals, OfferDrafts drafts) : ICommandHandler<OfferDeal, Guid>
{
    public async Task<Guid> Handle(OfferDeal command, CancellationToken ct)
    {
        var deal = await deals.GetAsync(command.Id, ct);
        var details = deal.Details;
        DealLines.EnsureThere(deal);
        return await drafts.AddAsync(new OfferDetails
        {
            CustomerId = DealLines.Customer(details), ContactId = details.ContactId, DealId = deal.Id, OwnerId = details.OwnerId, Currency = DealLines.Currency(details),
            LineItems = DealLines.Of(details), ValidUntil = command.ValidUntil, OnAccept = command.OnAccept,
        }, ct);
    }
}
