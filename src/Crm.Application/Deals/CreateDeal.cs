using Crm.Application.Abstractions;
using Crm.Application.Resources;
using Crm.Domain.Common;
using Crm.Domain.Deals;
using FluentValidation;

namespace Crm.Application.Deals;

/// <summary>Opens a deal; in a WON or LOST stage it is closed at once.</summary>
[Requires(Permissions.DealsWrite)]
public sealed record CreateDeal(DealDetails Details) : ICommand<Guid>;

internal sealed class CreateDealValidator : AbstractValidator<CreateDeal>
{
    public CreateDealValidator(DealResource deals) => RuleFor(c => c.Details).Meets(deals);
}

internal sealed class CreateDealHandler(IRepository<Deal> deals, DealSettings settings) : ICommandHandler<CreateDeal, Guid>
{
    public async Task<Guid> Handle(CreateDeal command, CancellationToken ct)
    {
        var setting = await settings.OfAsync(null, command.Details, ct);
        var deal = Deal.Open(Ids.New(setting.Now), command.Details, setting);
        deals.Add(deal);
        return deal.Id;
    }
}
