using System.Text.Json;
using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Conditions;
using Crm.Application.Listing;
using Crm.Domain.Common;
using Crm.Domain.Workflows;

namespace Crm.Application.Workflows;

/// <summary>The runs of a rule, newest first: each step's outcome, and why conditions failed.</summary>
/// <param name="Status">Only runs that stand so.</param>
/// <param name="RecordId">Only runs about this record.</param>
/// <param name="Skip">Rows to leave out, 0–10,000.</param>
/// <param name="Take">Rows to give, 1–200.</param>
[Requires(Permissions.WorkflowRulesRead)]
public sealed record ListWorkflowRuns(Guid Id, WorkflowRunStatus? Status, Guid? RecordId, int Skip = 0, int Take = 50) : IQuery<DataPage<WorkflowRun>>;

internal sealed class ListWorkflowRunsHandler(IReadDb db, ActiveRules rules) : IQueryHandler<ListWorkflowRuns, DataPage<WorkflowRun>>
{
    private const string Sql = $"""
        select {WorkflowRunRow.Columns} from crm_read.workflow_runs r
        where r.tenant_id = @TenantId and r.rule_id = @Id and (@Status::text is null or r.status = @Status) and (@RecordId::uuid is null or r.record_id = @RecordId)
        order by r.created_at desc, r.id desc offset @Skip limit @Limit
        """;

    public async Task<DataPage<WorkflowRun>> Handle(ListWorkflowRuns query, CancellationToken ct)
    {
        if (query.Skip is < 0 or > ListRequest.MaxSkip) throw QueryErrors.Invalid("skip", $"must be a whole number from 0 to {ListRequest.MaxSkip}");
        if (query.Take is < 1 or > ListRequest.MaxTake) throw QueryErrors.Invalid("take", $"must be a whole number from 1 to {ListRequest.MaxTake}");
        await rules.OneAsync(query.Id, ct);
        var rows = await db.QueryAsync<WorkflowRunRow>(Sql, new { query.Id, Status = query.Status is { } status ? Choices.Text(status) : null, query.RecordId, query.Skip, Limit = query.Take }, ct);
        return new DataPage<WorkflowRun>([.. rows.Select(r => r.State().Run)], new PageMeta(query.Skip, query.Take, null, false, null));
    }
}

/// <summary>A row of the runs.</summary>
public sealed record WorkflowRunRow
{
    /// <summary>The select list; the table is <c>r</c>.</summary>
    public const string Columns = """
        r.id as Id, r.rule_id as RuleId, r.rule_version as RuleVersion, r.trigger as Trigger, r.resource as Resource, r.record_id as RecordId, r.event_id as EventId,
        r.correlation_id as CorrelationId, r.status as Status, r.reason as Reason, r.conditions::text as Conditions, r.steps::text as Steps, r.actions::text as Actions, r.payload::text as Payload,
        r.next_step as NextStep, r.attempts as Attempts, r.due_at as DueAt, r.created_at as CreatedAt, r.finished_at as FinishedAt
        """;

#pragma warning disable CS1591 // The columns of the table.
    public Guid Id { get; init; }
    public Guid RuleId { get; init; }
    public int RuleVersion { get; init; }
    public string Trigger { get; init; } = "";
    public string Resource { get; init; } = "";
    public Guid? RecordId { get; init; }
    public Guid? EventId { get; init; }
    public string? CorrelationId { get; init; }
    public string Status { get; init; } = "";
    public string? Reason { get; init; }
    public string Conditions { get; init; } = "[]";
    public string Steps { get; init; } = "[]";
    public string Actions { get; init; } = "[]";
    public string? Payload { get; init; }
    public int NextStep { get; init; }
    public int Attempts { get; init; }
    public DateTime? DueAt { get; init; }
    public DateTime CreatedAt { get; init; }
    public DateTime? FinishedAt { get; init; }
#pragma warning restore CS1591

    /// <summary>What it says.</summary>
    public WorkflowRunState State()
    {
        Choices.TryParse(typeof(WorkflowTriggerType), Trigger, out var trigger);
        Choices.TryParse(typeof(WorkflowRunStatus), Status, out var status);
        var run = new WorkflowRun(Id, RuleId, RuleVersion, (WorkflowTriggerType)trigger, Resource, RecordId, EventId, (WorkflowRunStatus)status, Reason,
            JsonSerializer.Deserialize<ConditionFinding[]>(Conditions, WireJson.Options)!, JsonSerializer.Deserialize<WorkflowStep[]>(Steps, WireJson.Options)!, DueAt, CreatedAt, FinishedAt);
        return new WorkflowRunState(run, ValueList.Of(JsonSerializer.Deserialize<WorkflowAction[]>(Actions, WireJson.Options)), NextStep, Attempts, CorrelationId)
        {
            Payload = Payload is null ? null : FreeJson.Of(JsonSerializer.Deserialize<JsonElement>(Payload)),
        };
    }
}
