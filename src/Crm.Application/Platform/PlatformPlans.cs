using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Subscriptions;
using Crm.Domain.Common;
using Crm.Domain.Subscriptions;
using FluentValidation;

namespace Crm.Application.Platform;

/// <summary>Plans by their codes.</summary>
internal static class PlanCodes
{
    /// <summary>The plan of this code.</summary>
    /// <exception cref="CrmException">NOT_FOUND.</exception>
    public static async Task<Plan> PlanAsync(this ISubscriptionBooks books, string code, CancellationToken ct) =>
        Choices.TryParse(typeof(PlanCode), code, out var known) ? (await books.PlansAsync(ct)).Single(p => p.Code == (PlanCode)known) : throw CrmException.NotFound("plan");
}

/// <summary>All plans with their terms.</summary>
public sealed record ListPlatformPlans : IQuery<IReadOnlyList<Plan>>, IPlatformRequest;

internal sealed class ListPlatformPlansHandler(ISubscriptionBooks books) : IQueryHandler<ListPlatformPlans, IReadOnlyList<Plan>>
{
    public Task<IReadOnlyList<Plan>> Handle(ListPlatformPlans query, CancellationToken ct) => books.PlansAsync(ct);
}

/// <summary>One plan.</summary>
public sealed record GetPlatformPlan(string Code) : IQuery<Plan>, IPlatformRequest;

internal sealed class GetPlatformPlanHandler(ISubscriptionBooks books) : IQueryHandler<GetPlatformPlan, Plan>
{
    public Task<Plan> Handle(GetPlatformPlan query, CancellationToken ct) => books.PlanAsync(query.Code, ct);
}

/// <summary>
/// Changes the terms of a plan; what is absent or null stays. Limits hold at once, for everybody who is on the plan; prices from the next period on.
/// </summary>
/// <param name="Name">What it is called.</param>
/// <param name="MonthlyPrice">The price of a month.</param>
/// <param name="YearlyPrice">The price of a year, in the same currency.</param>
/// <param name="TrialDays">For how many days it may be tried once, 0–365.</param>
/// <param name="Limits">All that it limits: what the list leaves out is not limited any more.</param>
public sealed record UpdatePlan(string Code, [Example("\"Professional\"")] string? Name = null, Money? MonthlyPrice = null, Money? YearlyPrice = null, int? TrialDays = null,
    ValueList<PlanLimit>? Limits = null) : ICommand<Plan>, IPlatformRequest;

internal sealed class UpdatePlanValidator : AbstractValidator<UpdatePlan>
{
    public UpdatePlanValidator()
    {
        RuleFor(c => c.Name).MaximumLength(300);
        RuleFor(c => c.TrialDays).InclusiveBetween(0, 365);
    }
}

internal sealed class UpdatePlanHandler(ISubscriptionBooks books, LimitNames names) : ICommandHandler<UpdatePlan, Plan>
{
    public async Task<Plan> Handle(UpdatePlan command, CancellationToken ct)
    {
        var plan = await books.PlanAsync(command.Code, ct);
        if (command.Limits?.FirstOrDefault(l => !names.All.Contains(l.Name)) is { } unknown)
            throw CrmException.Validation("limits", $"must name what can be limited ({string.Join(", ", names.All)}), not {unknown.Name}");
        var revised = plan.Revise(command.Name ?? plan.Name, command.MonthlyPrice ?? plan.MonthlyPrice, command.YearlyPrice ?? plan.YearlyPrice, command.TrialDays ?? plan.TrialDays, command.Limits ?? plan.Limits);
        if (revised != plan) await books.KeepAsync(revised, ct);
        return revised;
    }
}
