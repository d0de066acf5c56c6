using Crm.Application.Abstractions;
using Crm.Application.Records;
using Crm.Domain.Common;
using Crm.Domain.Workflows;

namespace Crm.Application.Workflows;

/// <summary>
/// Gives a rule whose trigger is WEBHOOK_RECEIVED or MANUAL a secret address, which is in this answer as hookUrl and nowhere else; the one it had leads nowhere any more. Whoever knows it runs the rule: POST a JSON
/// object to it. 409 INVALID_STATE for another trigger.
/// </summary>
[Requires(Permissions.WorkflowRulesWrite)]
public sealed record OpenWorkflowHook(Guid Id) : ICommand<ShownOnce>;

internal sealed class OpenWorkflowHookHandler(IRepository<WorkflowRule> rules, IWorkflowHooks hooks) : ICommandHandler<OpenWorkflowHook, ShownOnce>
{
    public async Task<ShownOnce> Handle(OpenWorkflowHook command, CancellationToken ct)
    {
        var rule = await rules.GetAsync(command.Id, ct);
        if (rule.Details.Trigger.Type is not (WorkflowTriggerType.WebhookReceived or WorkflowTriggerType.Manual))
            throw CrmException.Conflict("INVALID_STATE", "Only a rule whose trigger is WEBHOOK_RECEIVED or MANUAL is run by an address.");
        return new ShownOnce(rule.Id, WorkflowRuleResource.HookUrl, $"/api/v1/hooks/{await hooks.IssueAsync(rule.Id, ct)}");
    }
}

/// <summary>The secret addresses of rules: made here, kept as hashes only. Works on the command's transaction.</summary>
public interface IWorkflowHooks
{
    /// <summary>Makes the token of a rule of the caller's tenant; the one before counts no more.</summary>
    Task<string> IssueAsync(Guid ruleId, CancellationToken ct);

    /// <summary>Whose rule it is; null when it is none of ours.</summary>
    Task<WorkflowHook?> FindAsync(string token, CancellationToken ct);
}

/// <summary>The rule behind an address.</summary>
public sealed record WorkflowHook(Guid TenantId, Guid RuleId);
