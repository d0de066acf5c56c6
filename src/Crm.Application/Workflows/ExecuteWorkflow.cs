using System.Text.Json;
using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Domain.Common;
using Crm.Domain.Workflows;

namespace Crm.Application.Workflows;

/// <summary>
/// Takes the steps of a run. Each step and the note that it is done are one transaction, so it is done exactly once; what goes to another system is sent between
/// two transactions, under an id that stays the same, so that the receiver can tell a repetition.
/// </summary>
internal sealed class ExecuteWorkflow(IUnitOfWork unit, IWorkflowRuns runs, WorkflowSteps steps, CommandParts parts, ISystemCallers callers, IRequestContext context, TimeProvider clock) : IOutboxSink
{
    public string Name => WorkflowRunState.Sink;

    public bool NeedsEvent => false;

    public async Task DeliverAsync(OutboxMessage message, CancellationToken ct)
    {
        context.ActAs(await callers.FindAsync(message.TenantId, ct) ?? throw new InvalidOperationException("There is no such tenant."));
        while (await StepAsync(message.EventId, ct)) { }
    }

    public async Task GiveUpAsync(OutboxMessage message, string error, CancellationToken ct)
    {
        if (await callers.FindAsync(message.TenantId, ct) is not { } caller) return;
        context.ActAs(caller);
        await unit.BeginAsync(ct);
        try
        {
            await runs.FailAsync(message.EventId, $"Its next step could not be taken: {error}", clock.GetUtcNow(), ct);
            await unit.CommitAsync(ct);
        }
        catch
        {
            await unit.RollbackAsync();
            throw;
        }
    }

    /// <summary>Takes one step; false when there is nothing more to do now.</summary>
    private async Task<bool> StepAsync(Guid id, CancellationToken ct)
    {
        await unit.BeginAsync(ct);
        try
        {
            if (await HoldAsync(id, ct) is not { } state)
            {
                await unit.RollbackAsync();
                return false;
            }
            context.FollowFrom(state.Run.EventId ?? state.Run.Id, state.CorrelationId);
            var action = state.Actions[state.NextStep];
            var record = await steps.RecordAsync(state, ct);
            if (steps.Message(state, action, record) is { } send)
            {
                // Nothing is held in the database while another system is spoken to.
                await unit.RollbackAsync();
                return await SendAsync(state, action, send, ct);
            }
            var outcome = "";
            var refusal = await parts.TryAsync(async () => outcome = await steps.TakeAsync(state, action, record, ct), ct);
            state = After(state, action, refusal is null, refusal is null ? outcome : RefusalText.Of(refusal));
            await runs.SaveAsync(state, ct);
            await unit.SaveAsync(ct);
            await unit.CommitAsync(ct);
            return state.Run.Status == WorkflowRunStatus.Running;
        }
        catch
        {
            await unit.RollbackAsync();
            throw;
        }
    }

    private async Task<bool> SendAsync(WorkflowRunState before, WorkflowAction action, Func<CancellationToken, Task<string>> send, CancellationToken ct)
    {
        var (isDone, outcome) = (true, "");
        try
        {
            outcome = await send(ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            (isDone, outcome) = (false, e is CrmException refusal ? RefusalText.Of(refusal) : e is UndeliverableException ? e.Message : $"It could not be sent ({e.GetType().Name}).");
        }
        await unit.BeginAsync(ct);
        try
        {
            if (await HoldAsync(before.Run.Id, ct) is not { } state || state.NextStep != before.NextStep)
            {
                await unit.RollbackAsync();
                return false;
            }
            state = After(state, action, isDone, outcome);
            await runs.SaveAsync(state, ct);
            await unit.CommitAsync(ct);
            return state.Run.Status == WorkflowRunStatus.Running;
        }
        catch
        {
            await unit.RollbackAsync();
            throw;
        }
    }

    /// <summary>The run, when there is something to do now.</summary>
    private async Task<WorkflowRunState?> HoldAsync(Guid id, CancellationToken ct) =>
        await runs.HoldAsync(id, waits: false, ct) is { IsOpen: true, WaitsForApproval: false } state && state.NextStep < state.Actions.Count && (state.Run.DueAt ?? default) <= clock.GetUtcNow() ? state : null;

    private WorkflowRunState After(WorkflowRunState state, WorkflowAction action, bool isDone, string outcome)
    {
        var (now, attempts) = (clock.GetUtcNow(), state.Attempts + 1);
        if (isDone && action.Type == WorkflowActionType.RequestApproval) return state.Waiting(new WorkflowStep(state.NextStep, action.Type, WorkflowStepStatus.Waiting, attempts, now, outcome));
        var retries = !isDone && attempts <= action.Retries;
        var step = new WorkflowStep(state.NextStep, action.Type, isDone ? WorkflowStepStatus.Succeeded : retries ? WorkflowStepStatus.Retrying : WorkflowStepStatus.Failed, attempts, now, outcome);
        DateTimeOffset? due = retries ? now + StepRetries.Delay(attempts) : isDone && action.Type == WorkflowActionType.Wait ? now + TimeSpan.FromMinutes(action.Minutes!.Value) : null;
        return state.After(step, now, due);
    }
}

/// <summary>How far apart a step is tried.</summary>
internal static class StepRetries
{
    /// <summary>The wait after this many tries: 5 s, three times as long after each, 3 h at most.</summary>
    public static TimeSpan Delay(int attempts) => TimeSpan.FromSeconds(Math.Min(5 * Math.Pow(3, attempts - 1), 10_800));
}
