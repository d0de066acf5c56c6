using System.Text.Json;
using Crm.Application.Conditions;
using Crm.Domain.Common;
using Crm.Domain.Workflows;

namespace Crm.Application.Workflows;

/// <summary>How a run stands.</summary>
public enum WorkflowRunStatus
{
    /// <summary>Its steps are being taken.</summary>
    Running,
    /// <summary>It goes on later: a step waits, or is tried again.</summary>
    Waiting,
    /// <summary>All steps were taken.</summary>
    Succeeded,
    /// <summary>A step failed for good.</summary>
    Failed,
    /// <summary>The conditions did not hold.</summary>
    Skipped,
    /// <summary>It would have gone round in a circle.</summary>
    Stopped,
    /// <summary>Many records changed at once, and the rule does not run then.</summary>
    Suppressed,
}

/// <summary>How a step ended, or stands.</summary>
public enum WorkflowStepStatus
{
    /// <summary>It is done.</summary>
    Succeeded,
    /// <summary>It failed for good.</summary>
    Failed,
    /// <summary>It failed and is tried again.</summary>
    Retrying,
    /// <summary>It waits for what members decide.</summary>
    Waiting,
}

/// <summary>One step of a run.</summary>
/// <param name="Index">Its place in the rule's actions, from 0.</param>
/// <param name="Type">What it does.</param>
/// <param name="Status">How it ended, or stands.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="At">When it was last tried.</param>
/// <param name="Outcome">What it did, or why it failed.</param>
public sealed record WorkflowStep(int Index, WorkflowActionType Type, WorkflowStepStatus Status, int Attempts, DateTimeOffset At, string Outcome);

/// <summary>One run of a rule.</summary>
/// <param name="Id">Its id; what a run without event did names it as its cause.</param>
/// <param name="RuleId">The rule.</param>
/// <param name="RuleVersion">The version of the rule it follows.</param>
/// <param name="Trigger">What set it off.</param>
/// <param name="Resource">The resource of the record it is about.</param>
/// <param name="RecordId">The record it is about.</param>
/// <param name="EventId">The event that set it off; null when somebody ran it.</param>
/// <param name="Status">How it stands.</param>
/// <param name="Reason">Why it did not run, or what failed.</param>
/// <param name="Conditions">Each comparison of the conditions with the value found.</param>
/// <param name="Steps">The steps taken so far.</param>
/// <param name="DueAt">When it goes on; null when nothing is waited for.</param>
/// <param name="CreatedAt">When it began.</param>
/// <param name="FinishedAt">When it ended; null while it has not.</param>
public sealed record WorkflowRun(Guid Id, Guid RuleId, int RuleVersion, WorkflowTriggerType Trigger, string Resource, Guid? RecordId, Guid? EventId, WorkflowRunStatus Status,
    string? Reason, IReadOnlyList<ConditionFinding> Conditions, IReadOnlyList<WorkflowStep> Steps, DateTimeOffset? DueAt, DateTimeOffset CreatedAt, DateTimeOffset? FinishedAt);

/// <summary>A run as those who execute it know it.</summary>
/// <param name="Actions">The steps of the rule as it was when the run began.</param>
/// <param name="NextStep">The step to take next.</param>
/// <param name="Attempts">How often that step has failed.</param>
public sealed record WorkflowRunState(WorkflowRun Run, ValueList<WorkflowAction> Actions, int NextStep, int Attempts, string? CorrelationId)
{
    /// <summary>What came with the call that set it off.</summary>
    public FreeJson? Payload { get; init; }

    /// <summary>The sink of the outbox that takes a run's steps.</summary>
    public const string Sink = "workflow.run";

    /// <summary>True while there may be something to do.</summary>
    public bool IsOpen => Run.Status is WorkflowRunStatus.Running or WorkflowRunStatus.Waiting;

    /// <summary>True while it waits for what members decide.</summary>
    public bool WaitsForApproval => Run is { Status: WorkflowRunStatus.Waiting, DueAt: null };

    /// <summary>The same, waiting for an approval.</summary>
    public WorkflowRunState Waiting(WorkflowStep step) => this with { Run = Run with { Steps = [.. Run.Steps.Where(s => s.Index != step.Index), step], Status = WorkflowRunStatus.Waiting, DueAt = null } };

    /// <summary>The same after a step, on the way to the next.</summary>
    public WorkflowRunState After(WorkflowStep step, DateTimeOffset now, DateTimeOffset? due = null)
    {
        var steps = Run.Steps.Where(s => s.Index != step.Index).Append(step).ToList();
        var next = step.Status == WorkflowStepStatus.Retrying ? NextStep : NextStep + 1;
        var stops = step.Status == WorkflowStepStatus.Failed && !Actions[step.Index].ContinueOnError;
        var status = stops ? WorkflowRunStatus.Failed : next == Actions.Count ? WorkflowRunStatus.Succeeded : due is null ? WorkflowRunStatus.Running : WorkflowRunStatus.Waiting;
        var ends = status is WorkflowRunStatus.Failed or WorkflowRunStatus.Succeeded;
        return this with
        {
            NextStep = next,
            Attempts = step.Status == WorkflowStepStatus.Retrying ? Attempts + 1 : 0,
            Run = Run with { Steps = steps, Status = status, DueAt = ends ? null : due, FinishedAt = ends ? now : null, Reason = stops ? $"actions[{step.Index}]: {step.Outcome}" : Run.Reason },
        };
    }
}

/// <summary>The runs of the tenant's rules, in the open transaction.</summary>
public interface IWorkflowRuns
{
    /// <summary>Keeps a new run; false when the rule has had this event before. An open one is executed after the commit, or when it is due.</summary>
    Task<bool> AddAsync(WorkflowRunState run, CancellationToken ct);

    /// <summary>The run, locked; null when there is none, or somebody else is at it and is not to be waited for.</summary>
    Task<WorkflowRunState?> HoldAsync(Guid id, bool waits, CancellationToken ct);

    /// <summary>Lets an open run go on after the commit, or when it is due.</summary>
    Task GoOnAsync(WorkflowRunState run, CancellationToken ct);

    /// <summary>Keeps how it stands; one that waits is gone on with when it is due.</summary>
    Task SaveAsync(WorkflowRunState run, CancellationToken ct);

    /// <summary>Ends a run that has not ended, whatever it is made of: nobody takes its steps any more.</summary>
    Task FailAsync(Guid id, string reason, DateTimeOffset now, CancellationToken ct);

    /// <summary>The next moment at which a rule that is throttled may run: one every 100 ms.</summary>
    Task<DateTimeOffset> NextSlotAsync(Guid ruleId, DateTimeOffset now, CancellationToken ct);

    /// <summary>Up to when a rule that goes by the clock has looked; from now on, that is now. Null when it has never.</summary>
    Task<DateTimeOffset?> MoveClockAsync(Guid ruleId, DateTimeOffset now, CancellationToken ct);
}
