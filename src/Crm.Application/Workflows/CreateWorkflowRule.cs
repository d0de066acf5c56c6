using Crm.Application.Abstractions;
using Crm.Application.Resources;
using Crm.Domain.Common;
using Crm.Domain.Workflows;
using FluentValidation;

namespace Crm.Application.Workflows;

/// <summary>Makes a rule. 400 names by its path what does not fit the resource: an unknown member, a value it cannot have, a step without what it needs, a placeholder of what there is not. 422 names each member or team there is not.</summary>
[Requires(Permissions.WorkflowRulesWrite)]
public sealed record CreateWorkflowRule(WorkflowRuleDetails Details) : ICommand<Guid>;

internal sealed class CreateWorkflowRuleValidator : AbstractValidator<CreateWorkflowRule>
{
    public CreateWorkflowRuleValidator(WorkflowRuleResource rules) => RuleFor(c => c.Details).Meets(rules);
}

internal sealed class CreateWorkflowRuleHandler(IRepository<WorkflowRule> rules, RuleChecks checks, TimeProvider clock) : ICommandHandler<CreateWorkflowRule, Guid>
{
    public async Task<Guid> Handle(CreateWorkflowRule command, CancellationToken ct)
    {
        await checks.CheckAsync(null, command.Details, ct);
        var now = clock.GetUtcNow();
        var rule = WorkflowRule.Define(Ids.New(now), command.Details, now);
        rules.Add(rule);
        return rule.Id;
    }
}
