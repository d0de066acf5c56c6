using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Records;
using Crm.Domain.Deals;

namespace Crm.Application.Deals;

/// <summary>Changes what is stated about a deal. Another stage is a move, with all that follows from it.</summary>
[Requires(Permissions.DealsWrite)]
public sealed record UpdateDeal(Guid Id, Patch<DealDetails> Changes) : ChangesRecord<Deal, DealDetails>(Id, Changes);

internal sealed class UpdateDealHandler(IRepository<Deal> deals, DealSettings settings) : ICommandHandler<UpdateDeal, Guid>
{
    public async Task<Guid> Handle(UpdateDeal command, CancellationToken ct)
    {
        var deal = await deals.GetAsync(command.Id, ct);
        var details = command.Changes.ApplyTo(deal.Details);
        deal.Revise(details, await settings.OfAsync(deal.Details, details, ct), command.Changes.Replaces || command.Changes.Has("value"));
        return deal.Id;
    }
}
