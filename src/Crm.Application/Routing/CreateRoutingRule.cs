using Crm.Application.Abstractions;
using Crm.Application.Resources;
using Crm.Domain.Common;
using Crm.Domain.Routing;
using FluentValidation;

namespace Crm.Application.Routing;

/// <summary>Makes a rule that gives new leads to members. 400 names by its path what leads do not have; 422 a member or team there is not.</summary>
[Requires(Permissions.RoutingRulesWrite)]
public sealed record CreateRoutingRule(RoutingRuleDetails Details) : ICommand<Guid>;

internal sealed class CreateRoutingRuleValidator : AbstractValidator<CreateRoutingRule>
{
    public CreateRoutingRuleValidator(RoutingRuleResource rules) => RuleFor(c => c.Details).Meets(rules);
}

internal sealed class CreateRoutingRuleHandler(IRepository<RoutingRule> rules, RoutingRuleChecks checks, TimeProvider clock) : ICommandHandler<CreateRoutingRule, Guid>
{
    public async Task<Guid> Handle(CreateRoutingRule command, CancellationToken ct)
    {
        var rule = RoutingRule.Define(Ids.New(clock.GetUtcNow()), command.Details);
        await checks.CheckAsync(null, command.Details, ct);
        rules.Add(rule);
        return rule.Id;
    }
}
