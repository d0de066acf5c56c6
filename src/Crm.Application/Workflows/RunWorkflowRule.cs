using Crm.Application.Abstractions;
using Crm.Domain.Common;
using Crm.Domain.Workflows;

namespace Crm.Application.Workflows;

/// <summary>A run that was asked for.</summary>
/// <param name="RunId">The run; GET /workflow-rules/{id}/runs shows how it stands.</param>
/// <param name="Status">RUNNING, or SKIPPED when the conditions do not hold.</param>
public sealed record RequestedRun(Guid RunId, WorkflowRunStatus Status);

/// <summary>
/// Runs a rule whose trigger is MANUAL on one record, if its conditions hold. 409 INVALID_STATE when it is not active or has another trigger; 422 for a record
/// you cannot see.
/// </summary>
/// <param name="RecordId">The record, of the rule's resource.</param>
[Requires(Permissions.WorkflowRulesWrite)]
public sealed record RunWorkflowRule(Guid Id, [Example("\"019ca8d2-7c1f-712f-8ad7-944c163e782a\"")] Guid RecordId) : ICommand<RequestedRun>;

internal sealed class RunWorkflowRuleHandler(ActiveRules rules, WorkflowSteps steps, IWorkflowRuns runs, IRequestContext context, TimeProvider clock) : ICommandHandler<RunWorkflowRule, RequestedRun>
{
    public async Task<RequestedRun> Handle(RunWorkflowRule command, CancellationToken ct)
    {
        var rule = await rules.OneAsync(command.Id, ct);
        context.Precondition?.Check(rule.Id, rule.Version);
        if (rule.Trigger.Type != WorkflowTriggerType.Manual || rule.ActiveSince is null)
            throw CrmException.Conflict("INVALID_STATE", "Only an active rule whose trigger is MANUAL can be run.");
        var record = await steps.CurrentAsync(rule.Resource, command.RecordId, ct) ?? throw CrmException.Unprocessable("recordId", $"refers to no {rule.Resource.Singular} you can see");
        var state = NewRuns.Of(rule, command.RecordId, null, context.CorrelationId, record, record, clock.GetUtcNow());
        await runs.AddAsync(state, ct);
        return new RequestedRun(state.Run.Id, state.Run.Status);
    }
}
