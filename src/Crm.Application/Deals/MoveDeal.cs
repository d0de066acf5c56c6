using Crm.Application.Abstractions;
using Crm.Application.Records;
using Crm.Domain.Deals;
using FluentValidation;

namespace Crm.Application.Deals;

/// <summary>
/// Moves a deal to another stage of its pipeline; entering a WON or LOST stage closes it, leaving one re-opens it. Where it stands
/// already, nothing changes but what is stated besides.
/// </summary>
/// <param name="StageId">The stage to move to; one of the deal's pipeline.</param>
/// <param name="ActualCloseDate">The day it was won or lost; today, when absent.</param>
/// <param name="LostReason">Why it was lost.</param>
[Requires(Permissions.DealsWrite)]
public sealed record MoveDeal(Guid Id, Guid StageId, DateOnly? ActualCloseDate, string? LostReason) : ICommand<Guid>;

internal sealed class MoveDealValidator : AbstractValidator<MoveDeal>
{
    public MoveDealValidator(DealResource deals) => RuleFor(c => c.LostReason).Custom((reason, context) =>
    {
        if (deals.Find("lostReason")!.Refusal(reason) is { } refusal) context.AddFailure("lostReason", refusal);
    });
}

internal sealed class MoveDealHandler(IRepository<Deal> deals, DealSettings settings) : ICommandHandler<MoveDeal, Guid>
{
    public async Task<Guid> Handle(MoveDeal command, CancellationToken ct)
    {
        var deal = await deals.GetAsync(command.Id, ct);
        deal.MoveTo(command.StageId, command.ActualCloseDate, command.LostReason, await settings.OfAsync(deal.Details, deal.Details, ct));
        return deal.Id;
    }
}
