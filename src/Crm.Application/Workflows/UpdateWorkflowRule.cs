using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Records;
using Crm.Domain.Workflows;

namespace Crm.Application.Workflows;

/// <summary>Changes a rule; runs that have begun go on as they were. 400 and 422 as for a new one, about what is changed.</summary>
[Requires(Permissions.WorkflowRulesWrite)]
public sealed record UpdateWorkflowRule(Guid Id, Patch<WorkflowRuleDetails> Changes) : ChangesRecord<WorkflowRule, WorkflowRuleDetails>(Id, Changes);

internal sealed class UpdateWorkflowRuleHandler(IRepository<WorkflowRule> rules, RuleChecks checks, TimeProvider clock) : ICommandHandler<UpdateWorkflowRule, Guid>
{
    public async Task<Guid> Handle(UpdateWorkflowRule command, CancellationToken ct)
    {
        var rule = await rules.GetAsync(command.Id, ct);
        var details = command.Changes.ApplyTo(rule.Details);
        await checks.CheckAsync(rule.Details, details, ct);
        rule.Revise(details, clock.GetUtcNow());
        return rule.Id;
    }
}
