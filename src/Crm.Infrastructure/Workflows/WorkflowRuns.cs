using System.Text.Json;
using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Workflows;
using Crm.Infrastructure.Persistence;
using Dapper;

namespace Crm.Infrastructure.Workflows;

/// <summary>
/// Runs as rows of the tenant. One that is to go on at once is a row of the outbox; one that waits is handed to it
/// when its time has come.
/// </summary>
internal sealed class WorkflowRuns(TenantSession session, IOutbox outbox) : IWorkflowRuns
{
    private static readonly TimeSpan Slot = TimeSpan.FromMilliseconds(100);

    public async Task<bool> AddAsync(WorkflowRunState run, CancellationToken ct)
    {
        const string sql = """
            insert into crm.workflow_runs (tenant_id, id, rule_id, rule_version, trigger, resource, record_id, event_id, correlation_id, status, reason, conditions, steps, actions,
              next_step, attempts, due_at, payload, has_fired, created_at, finished_at)
            values (@TenantId, @Id, @RuleId, @RuleVersion, @Trigger, @Resource, @RecordId, @EventId, @CorrelationId, @Status, @Reason, @Conditions::jsonb, @Steps::jsonb, @Actions::jsonb,
              @NextStep, @Attempts, @DueAt, @Payload::jsonb, @HasFired, @CreatedAt, @FinishedAt)
            on conflict do nothing
            """;
        if (await ExecuteAsync(sql, Parameters(run), ct) == 0) return false;
        await GoOnAsync(run, ct);
        return true;
    }

    public async Task<WorkflowRunState?> HoldAsync(Guid id, bool waits, CancellationToken ct)
    {
        const string sql = $"select {WorkflowRunRow.Columns} from crm.workflow_runs r where r.tenant_id = @TenantId and r.id = @Id for update";
        var row = await session.Connection.QueryFirstOrDefaultAsync<WorkflowRunRow>(Command(waits ? sql : sql + " skip locked", new DynamicParameters(new { Id = id }), ct));
        return row?.State();
    }

    public async Task SaveAsync(WorkflowRunState run, CancellationToken ct)
    {
        const string sql = """
            update crm.workflow_runs set status = @Status, reason = @Reason, steps = @Steps::jsonb, next_step = @NextStep, attempts = @Attempts, due_at = @DueAt, finished_at = @FinishedAt
            where tenant_id = @TenantId and id = @Id
            """;
        await ExecuteAsync(sql, Parameters(run), ct);
        if (run.Run.DueAt is not null) await GoOnAsync(run, ct);
    }

    public Task FailAsync(Guid id, string reason, DateTimeOffset now, CancellationToken ct) => ExecuteAsync("""
        update crm.workflow_runs set status = 'FAILED', reason = @Reason, due_at = null, finished_at = @Now
        where tenant_id = @TenantId and id = @Id and status in ('RUNNING', 'WAITING')
        """, new DynamicParameters(new { Id = id, Reason = reason, Now = now }), ct);

    public async Task<DateTimeOffset> NextSlotAsync(Guid ruleId, DateTimeOffset now, CancellationToken ct)
    {
        const string sql = """
            insert into crm.workflow_turns as t (tenant_id, rule_id, step, turn, slot_at) values (@TenantId, @RuleId, -1, 0, @Now)
            on conflict (tenant_id, rule_id, step) do update set slot_at = greatest(t.slot_at + @Slot, @Now)
            returning slot_at
            """;
        var slot = await session.Connection.QuerySingleAsync<DateTime>(Command(sql, new DynamicParameters(new { RuleId = ruleId, Now = now, Slot }), ct));
        return new DateTimeOffset(slot);
    }

    public async Task<DateTimeOffset?> MoveClockAsync(Guid ruleId, DateTimeOffset now, CancellationToken ct)
    {
        const string hold = """
            insert into crm.workflow_turns (tenant_id, rule_id, step, turn) values (@TenantId, @RuleId, -2, 0) on conflict do nothing;
            select slot_at from crm.workflow_turns where tenant_id = @TenantId and rule_id = @RuleId and step = -2 for update
            """;
        var before = await session.Connection.QuerySingleAsync<DateTime?>(Command(hold, new DynamicParameters(new { RuleId = ruleId }), ct));
        await ExecuteAsync("update crm.workflow_turns set slot_at = greatest(slot_at, @Now) where tenant_id = @TenantId and rule_id = @RuleId and step = -2", new DynamicParameters(new { RuleId = ruleId, Now = now }), ct);
        return before;
    }

    public async Task GoOnAsync(WorkflowRunState run, CancellationToken ct)
    {
        if (!run.IsOpen) return;
        if (run.Run.DueAt is null) await outbox.RepeatAsync(OutboxMessage.Without(run.Run.Id, session.TenantId), WorkflowRunState.Sink, ct);
        else await outbox.RepeatAtAsync(OutboxMessage.Without(run.Run.Id, session.TenantId), WorkflowRunState.Sink, run.Run.DueAt.Value, ct);
    }

    private static DynamicParameters Parameters(WorkflowRunState state)
    {
        var run = state.Run;
        return new DynamicParameters(new
        {
            run.Id, run.RuleId, run.RuleVersion, Trigger = Choices.Text(run.Trigger), run.Resource, run.RecordId, run.EventId, state.CorrelationId, Status = Choices.Text(run.Status), run.Reason,
            Conditions = Json(run.Conditions), Steps = Json(run.Steps), Actions = Json(state.Actions), state.NextStep, state.Attempts, run.DueAt, Payload = state.Payload?.ToString(), HasFired = state.IsOpen, run.CreatedAt, run.FinishedAt,
        });
    }

    private static string Json<T>(T value) => JsonSerializer.Serialize(value, WireJson.Options);

    private Task<int> ExecuteAsync(string sql, DynamicParameters parameters, CancellationToken ct) => session.Connection.ExecuteAsync(Command(sql, parameters, ct));

    private CommandDefinition Command(string sql, DynamicParameters parameters, CancellationToken ct)
    {
        parameters.Add("TenantId", session.TenantId);
        return new CommandDefinition(sql, parameters, session.Transaction, cancellationToken: ct);
    }
}
