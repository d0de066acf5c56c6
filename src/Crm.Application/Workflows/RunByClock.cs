using System.Buffers;
using System.Text.Json;
using Crm.Application.Abstractions;
using Crm.Application.Listing;
using Crm.Application.Resources;
using Crm.Domain.Common;
using Crm.Domain.Workflows;

namespace Crm.Application.Workflows;

/// <summary>
/// Sets rules off that go by the clock. What has become due since it last looked, the runs of it and how far it has looked are one transaction, so each is set off once,
/// also what became due while the service was down.
/// </summary>
internal sealed class RunByClock(IUnitOfWork unit, ActiveRules rules, RecordReader reader, IWorkflowRuns runs, IOutbox outbox, ISystemCallers callers, IRequestContext context, TimeProvider clock) : IOutboxSink
{
    /// <summary>What the outbox calls it.</summary>
    public const string SinkName = ClockSinks.Rule;

    private const int MostRecords = 1_000;
    private static readonly TimeSpan Look = TimeSpan.FromMinutes(1);

    public string Name => SinkName;

    public bool NeedsEvent => false;

    public async Task DeliverAsync(OutboxMessage message, CancellationToken ct)
    {
        context.ActAs(await callers.FindAsync(message.TenantId, ct) ?? throw new InvalidOperationException("There is no such tenant."));
        await unit.TransactAsync(async () =>
        {
            if (await rules.FindAsync(message.EventId, ct) is { ActiveSince: { } since } rule && ClockTriggers.IsOne(rule.Trigger))
            {
                var (now, zone) = (clock.GetUtcNow(), context.Caller.Tenant.TimeZone);
                var from = await runs.MoveClockAsync(rule.Id, now, ct) ?? since;
                if (ClockTriggers.Due(rule, from > since ? from : since, now, zone) is { IsDue: true } due) await BeginAsync(rule, due.Filter, now, ct);
                var next = rule.Trigger.Type == WorkflowTriggerType.DateReached ? now + Look : ClockTriggers.Next(rule.Trigger, now, zone);
                if (next is { } later) await outbox.RepeatAtAsync(message, SinkName, later, ct);
            }
        }, ct);
    }

    private async Task BeginAsync(ReadyRule rule, FilterNode? due, DateTimeOffset now, CancellationToken ct)
    {
        var conditions = rule.Conditions is { } tree ? ListParser.Filter(new ResourceMembers(rule.Resource, context.Caller.CustomFields.Of(rule.Resource.Name)) { OfSaved = true }, tree.Element, "conditions") : null;
        FilterNode[] nodes = [.. new[] { due, conditions }.OfType<FilterNode>()];
        var request = new ListRequest { Filter = nodes.Length == 0 ? null : new AllOf(nodes), Take = ListRequest.MaxTake, Count = CountMode.None };
        var begun = 0;
        while (true)
        {
            var page = await reader.ListAsync(rule.Resource, request, ct);
            foreach (var row in page.Rows)
            {
                var record = Json(row);
                var state = NewRuns.Of(rule, row.Id, null, null, record, record, now);
                if (state.Run.Status != WorkflowRunStatus.Running) continue;
                if (++begun > MostRecords)
                {
                    await runs.AddAsync(NewRuns.Ended(state with { Run = state.Run with { RecordId = null } }, WorkflowRunStatus.Failed, $"More than {MostRecords} records were due at once; the others were left out.", now), ct);
                    return;
                }
                if (rule.Bulk == WorkflowBulkPolicy.Throttle) state = state with { Run = state.Run with { Status = WorkflowRunStatus.Waiting, DueAt = await runs.NextSlotAsync(rule.Id, now, ct) } };
                await runs.AddAsync(state, ct);
            }
            if (page.Meta.NextCursor is not { } cursor) return;
            request = request with { Cursor = cursor };
        }
    }

    private static JsonElement Json(RecordRow row)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer)) row.Write(writer);
        return JsonSerializer.Deserialize<JsonElement>(buffer.WrittenSpan);
    }
}

/// <summary>Has a rule that is new, changed or back look at the clock; one that does not go by it is left alone then.</summary>
internal sealed class StartClockWhenWorkflowRuleChanges(IOutbox outbox, IRequestContext context, TimeProvider clock)
    : IDomainEventHandler<Created<WorkflowRule>>, IDomainEventHandler<Updated<WorkflowRule>>, IDomainEventHandler<Restored<WorkflowRule>>
{
    public Task HandleAsync(Created<WorkflowRule> happened, CancellationToken ct) => StartAsync(happened.Id, ct);
    public Task HandleAsync(Updated<WorkflowRule> happened, CancellationToken ct) => StartAsync(happened.Id, ct);
    public Task HandleAsync(Restored<WorkflowRule> happened, CancellationToken ct) => StartAsync(happened.Id, ct);

    private Task StartAsync(Guid id, CancellationToken ct) => outbox.RepeatAtAsync(OutboxMessage.Without(id, context.Caller.TenantId), RunByClock.SinkName, clock.GetUtcNow(), ct);
}

/// <summary>When triggers that go by the clock are set off.</summary>
internal static class ClockTriggers
{
    /// <summary>True for those.</summary>
    public static bool IsOne(WorkflowTrigger trigger) => trigger.Type is WorkflowTriggerType.Scheduled or WorkflowTriggerType.DateReached;

    /// <summary>When a schedule comes next.</summary>
    public static DateTimeOffset? Next(WorkflowTrigger trigger, DateTimeOffset after, string zone) => CronSchedule.TryParse(trigger.Cron, out var schedule) ? schedule.Next(after, zone) : null;

    /// <summary>Whether anything became due after <paramref name="from"/>, up to <paramref name="to"/>; and of a date, for which records.</summary>
    public static (bool IsDue, FilterNode? Filter) Due(ReadyRule rule, DateTimeOffset from, DateTimeOffset to, string zone)
    {
        if (rule.Trigger.Type == WorkflowTriggerType.Scheduled) return (Next(rule.Trigger, from, zone) <= to, null);
        var offset = TimeSpan.FromMinutes(rule.Trigger.OffsetMinutes ?? 0);
        if (from >= to || rule.DateField is not { } field) return (false, null);
        // A day is reached when it begins in the organization's zone.
        var (after, until) = field.Kind == FieldKind.Date
            ? ((object)TimeZones.DayIn(zone, from - offset), (object)TimeZones.DayIn(zone, to - offset))
            : (from - offset, to - offset);
        return (true, new AllOf([new Condition(field, FilterOperator.Gt, [after]), new Condition(field, FilterOperator.Lte, [until])]));
    }
}
