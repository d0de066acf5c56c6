using Crm.Application.Abstractions;
using Crm.Application.Events;
using Crm.Domain.Common;
using Crm.Domain.Workflows;

namespace Crm.Application.Workflows;

/// <summary>
/// Asks the tenant's rules about every change and writes down a run for each that is set off. What a run does is done afterwards, step by step, in transactions of
/// its own: a slow rule holds up nobody.
/// </summary>
internal sealed class FollowWithWorkflows(ActiveRules rules, RecordChanges changes, IWorkflowRuns runs, TimeProvider clock) : ILogFollower
{
    public string Name => "workflows";

    public async Task FollowAsync(IReadOnlyList<LoggedEvent> events, CancellationToken ct)
    {
        var told = events.Where(e => e.Event.Data.TryGetProperty("record", out _)).ToList();
        if (told.Count == 0) return;
        var active = (await rules.AllAsync(ct)).Where(r => r.Trigger.Type != WorkflowTriggerType.Manual).ToList();
        var found = new List<(ReadyRule Rule, RecordChange Change, LogPosition Place)>();
        foreach (var group in active.GroupBy(r => r.Resource))
        {
            var about = told.Where(e => e.Event.AggregateType == group.Key.EventName).ToDictionary(e => e.Event.Id);
            if (about.Count == 0) continue;
            foreach (var change in await changes.ReadAsync(group.Key, [.. about.Values.Select(e => e.Event)], ct))
                found.AddRange(group.Where(r => change.OccurredAt >= r.ActiveSince && r.IsSetOff(change)).Select(r => (r, change, about[change.EventId].Place)));
        }
        if (found.Count == 0) return;
        var chains = await changes.ChainsAsync([.. found.Select(f => f.Change.EventId).Distinct()], ct);
        var many = found.Any(f => f.Rule.Bulk != WorkflowBulkPolicy.Run) ? await changes.ManyAsync([.. found.Select(f => f.Place)], ct) : new HashSet<(long, long)>();
        foreach (var (rule, change, place) in found)
            await runs.AddAsync(await BeginAsync(rule, change, chains[change.EventId], many.Contains((place.Epoch, place.Xid)), ct), ct);
    }

    private async Task<WorkflowRunState> BeginAsync(ReadyRule rule, RecordChange change, CauseChain chain, bool isMany, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var state = NewRuns.Of(rule, change.RecordId, change.EventId, change.CorrelationId, change.After, change.Before, now);
        if (state.Run.Status != WorkflowRunStatus.Running) return state;
        if (chain.Loop(rule.Id, change.RecordId) is { } loop) return NewRuns.Ended(state, WorkflowRunStatus.Stopped, loop, now);
        if (!isMany || rule.Bulk == WorkflowBulkPolicy.Run) return state;
        return rule.Bulk == WorkflowBulkPolicy.Suppress
            ? NewRuns.Ended(state, WorkflowRunStatus.Suppressed, $"One request changed more than {RecordChanges.ManyRecords} records, and the rule does not run then.", now)
            : state with { Run = state.Run with { Status = WorkflowRunStatus.Waiting, DueAt = await runs.NextSlotAsync(rule.Id, now, ct) } };
    }
}

/// <summary>How runs begin.</summary>
internal static class NewRuns
{
    /// <summary>A run that goes on, or one that its conditions have ended.</summary>
    public static WorkflowRunState Of(ReadyRule rule, Guid? recordId, Guid? eventId, string? correlationId, System.Text.Json.JsonElement after, System.Text.Json.JsonElement? before, DateTimeOffset now)
    {
        var run = new WorkflowRun(Ids.New(now), rule.Id, rule.Version, rule.Trigger.Type, rule.Resource.Name, recordId, eventId, WorkflowRunStatus.Running, null,
            rule.Explain(after, before), [], null, now, null);
        var state = new WorkflowRunState(run, rule.Actions, 0, 0, correlationId);
        if (rule.Broken is { } broken) return Ended(state, WorkflowRunStatus.Failed, broken, now);
        return rule.Holds(after, before) ? state : Ended(state, WorkflowRunStatus.Skipped, "The conditions do not hold.", now);
    }

    /// <summary>The run, ended before its first step.</summary>
    public static WorkflowRunState Ended(WorkflowRunState state, WorkflowRunStatus status, string reason, DateTimeOffset now) =>
        state with { Run = state.Run with { Status = status, Reason = reason, FinishedAt = now } };
}
