using Crm.Application.Abstractions;
using Crm.Application.Workflows;
using Crm.Domain.Approvals;
using Crm.Domain.Workflows;

namespace Crm.Application.Approvals;

/// <summary>Lets the run that waits for an approval go on, or ends it.</summary>
internal sealed class GoOnWhenApprovalDecided(IWorkflowRuns runs, TimeProvider clock) : IDomainEventHandler<ApprovalDecided>
{
    public async Task HandleAsync(ApprovalDecided happened, CancellationToken ct)
    {
        if (happened.RunId is not { } id || await runs.HoldAsync(id, waits: true, ct) is not { WaitsForApproval: true } state) return;
        var isApproved = happened.Status == ApprovalStatus.Approved;
        var now = clock.GetUtcNow();
        var step = new WorkflowStep(state.NextStep, WorkflowActionType.RequestApproval, isApproved ? WorkflowStepStatus.Succeeded : WorkflowStepStatus.Failed, 1, now,
            isApproved ? $"Approved: {happened.ApprovalId}" : $"It was {(happened.Status == ApprovalStatus.Rejected ? "rejected" : "not decided in time")}: {happened.ApprovalId}");
        var after = state.After(step, now);
        await runs.SaveAsync(after, ct);
        if (after.IsOpen) await runs.GoOnAsync(after, ct);
    }
}
