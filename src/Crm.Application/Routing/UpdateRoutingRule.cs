using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Records;
using Crm.Domain.Routing;

namespace Crm.Application.Routing;

/// <summary>Changes a rule; what has been routed stays where it is. 400 and 422 as for a new one, about what is changed.</summary>
[Requires(Permissions.RoutingRulesWrite)]
public sealed record UpdateRoutingRule(Guid Id, Patch<RoutingRuleDetails> Changes) : ChangesRecord<RoutingRule, RoutingRuleDetails>(Id, Changes);

internal sealed class UpdateRoutingRuleHandler(IRepository<RoutingRule> rules, RoutingRuleChecks checks) : ICommandHandler<UpdateRoutingRule, Guid>
{
    public async Task<Guid> Handle(UpdateRoutingRule command, CancellationToken ct)
    {
        var rule = await rules.GetAsync(command.Id, ct);
        var before = rule.Details;
        var after = command.Changes.ApplyTo(before);
        rule.Revise(after);
        await checks.CheckAsync(before, after, ct);
        return rule.Id;
    }
}
