using System.Text.Json;
using Crm.Application.Abstractions;
using Crm.Application.CustomFields;
using Crm.Application.Listing;
using Crm.Application.Records;
using Crm.Application.Resources;
using Crm.Domain.Common;

namespace Crm.Application.Events;

/// <summary>One event of the tenant's log, as the wire contract spells it. The last event of a version has the record's state in its data.</summary>
/// <param name="Position">Its place in the log; opaque.</param>
/// <param name="Type">What happened, such as lead.created.</param>
/// <param name="Data">What the event itself says; of the last event of a version, record is the record after it.</param>
public sealed record LogEvent(Guid Id, string Position, string Type, string AggregateType, Guid AggregateId, int Version, DateTimeOffset OccurredAt,
    Actor Actor, string? CorrelationId, string? CausationId, JsonElement Data);

/// <summary>
/// The tenant's log after a position, in the order of commit, of what the caller may read and see. A reader who goes on from
/// <c>meta.position</c> never misses an event: what is shown is only what no transaction still running can precede.
/// </summary>
/// <param name="After">Where to go on; 0 or nothing = the beginning.</param>
/// <param name="Types">Event types, separated by commas.</param>
/// <param name="AggregateType">Only this kind of record, such as lead.</param>
/// <param name="AggregateId">Only this record.</param>
/// <param name="Take">Events to give, 1–200.</param>
/// <param name="Cursor">The same as <paramref name="After"/>, for clients that page every list by cursor.</param>
[Requires(Permissions.EventsRead)]
public sealed record ListEvents(string? After = null, string? Types = null, string? AggregateType = null, Guid? AggregateId = null, int Take = 50,
    string? Cursor = null) : IQuery<DataPage<LogEvent>>;

internal sealed class ListEventsHandler(IReadDb db, ResourceCatalog resources, IRequestContext context) : IQueryHandler<ListEvents, DataPage<LogEvent>>
{
    public async Task<DataPage<LogEvent>> Handle(ListEvents query, CancellationToken ct)
    {
        var after = Position(query);
        if (query.Take is < 1 or > ListRequest.MaxTake) throw QueryErrors.Invalid("take", $"must be between 1 and {ListRequest.MaxTake}");
        var parameters = new Dictionary<string, object?> { ["Epoch"] = after.Epoch, ["Xid"] = after.Xid, ["N"] = after.N, ["Limit"] = query.Take + 1 };
        var rows = await db.QueryAsync<Row>(Sql(Conditions(query, parameters)), parameters, ct);
        var found = rows.Where(r => r.Id is not null).ToList();
        var events = found.Take(query.Take).Select(Event).ToList();
        var more = found.Count > query.Take;
        // With nothing left, everything below the horizon has been seen: the next look need not go over what was filtered away.
        var seen = new LogPosition(rows[0].CurrentEpoch, rows[0].Horizon - 1, int.MaxValue);
        var position = more ? events[^1].Position : (seen.CompareTo(after) > 0 ? seen : after).ToString();
        return new DataPage<LogEvent>(events, new PageMeta(0, query.Take, null, false, more ? position : null) { Position = position });
    }

    /// <summary>One row at least: the horizon, below which no event can appear any more.</summary>
    private static string Sql(string conditions) => $"""
        with horizon as materialized (
          select s.epoch, pg_snapshot_xmin(pg_current_snapshot())::text::bigint as xid from crm.service_state s)
        select h.epoch as CurrentEpoch, h.xid as Horizon, l.*
        from horizon h left join lateral (
          select e.id as Id, e.epoch as Epoch, e.xid as Xid, e.n as N, e.type as Type, e.aggregate_type as AggregateType, e.aggregate_id as AggregateId,
                 e.version as Version, e.occurred_at as OccurredAt, e.actor_type as ActorType, e.actor_id as ActorId, e.api_key_id as ApiKeyId,
                 e.correlation_id as CorrelationId, e.causation_id as CausationId,
                 (e.data || case when e.state is null then '{"{}"}'::jsonb else jsonb_build_object('record', e.state) end)::text as Data
          from crm_read.events e
          where e.tenant_id = @TenantId and (e.epoch, e.xid, e.n) > (@Epoch, @Xid, @N) and (e.epoch < h.epoch or e.xid < h.xid) and {conditions}
          order by e.epoch, e.xid, e.n limit @Limit) l on true
        order by l.Epoch, l.Xid, l.N
        """;

    private string Conditions(ListEvents query, Dictionary<string, object?> parameters)
    {
        var caller = context.Caller;
        var readable = resources.All.Where(r => caller.May(r.Permission("read"))).ToList();
        parameters["Readable"] = readable.Select(r => RecordName.Of(r.Aggregate)).ToArray();
        var conditions = new List<string> { "e.aggregate_type = any(@Readable)" };
        if (Visible(readable, parameters) is { } visible) conditions.Add(visible);
        if (query.Types is { } types)
        {
            parameters["Types"] = types.Split(',').Select(t => EventTypes.All.Contains(t) ? t : throw QueryErrors.Invalid("types", $"'{t}' is no event type")).ToArray();
            conditions.Add("e.type = any(@Types)");
        }
        if (query.AggregateType is { } kind)
        {
            parameters["Kind"] = EventTypes.Aggregates.Contains(kind) ? kind : throw QueryErrors.Invalid("aggregateType", $"'{kind}' is no kind of record");
            conditions.Add("e.aggregate_type = @Kind");
        }
        if (query.AggregateId is { } id)
        {
            parameters["AggregateId"] = id;
            conditions.Add("e.aggregate_id = @AggregateId");
        }
        return string.Join(" and ", conditions);
    }

    /// <summary>
    /// Record visibility in the log, or null when the caller sees everything. An event carries its record's owner; one of what is attached to
    /// others has none, and is seen as its record is now.
    /// </summary>
    private string? Visible(IReadOnlyList<Resource> readable, Dictionary<string, object?> parameters)
    {
        var owned = RecordScope.Visible("owner_id", "e", context.Caller, parameters, "co_owner_id");
        var attached = readable.Where(r => r.AttachedTo.Count > 0).Select(r => (r.EventName, r.Table, Condition: RecordScope.Visible(r, "t", context.Caller, parameters, withDeleted: true))).ToList();
        if (owned is null && attached.All(a => a.Condition is null)) return null;
        parameters["Open"] = readable.Where(r => r.OwnerColumn is null && r.AttachedTo.Count == 0).Select(r => r.EventName).ToArray();
        parameters["Owned"] = readable.Where(r => r.OwnerColumn is not null).Select(r => r.EventName).ToArray();
        var alternatives = attached.Select(a => $"(e.aggregate_type = '{a.EventName}' and exists (select from crm_read.{a.Table} t where t.tenant_id = @TenantId and t.id = e.aggregate_id and {a.Condition ?? "true"}))");
        return $"({string.Join(" or ", ["e.aggregate_type = any(@Open)", $"(e.aggregate_type = any(@Owned) and {owned ?? "true"})", .. alternatives])})";
    }

    private static LogPosition Position(ListEvents query)
    {
        if (query is { After: not null, Cursor: not null }) throw QueryErrors.Invalid("cursor", "does not go with after");
        var text = query.After ?? query.Cursor ?? "0";
        return LogPosition.TryParse(text, out var position) ? position : throw QueryErrors.Invalid(query.After is null ? "cursor" : "after", "is no position of the log");
    }

    private LogEvent Event(Row row)
    {
        var fields = context.Caller.CustomFields.Of(resources.All.FirstOrDefault(r => r.EventName == row.AggregateType)?.Name ?? "");
        return new LogEvent(row.Id!.Value, new LogPosition(row.Epoch, row.Xid, row.N).ToString(), row.Type!, row.AggregateType!, row.AggregateId, row.Version, row.OccurredAt,
            new Actor(row.ActorType!, row.ActorId, row.ApiKeyId), row.CorrelationId, row.CausationId, CustomFieldNames.Told(fields, row.Data!));
    }

    private sealed record Row
    {
        public long CurrentEpoch { get; init; }
        public long Horizon { get; init; }
        public Guid? Id { get; init; }
        public long Epoch { get; init; }
        public long Xid { get; init; }
        public int N { get; init; }
        public string? Type { get; init; }
        public string? AggregateType { get; init; }
        public Guid AggregateId { get; init; }
        public int Version { get; init; }
        public DateTime OccurredAt { get; init; }
        public string? ActorType { get; init; }
        public Guid? ActorId { get; init; }
        public Guid? ApiKeyId { get; init; }
        public string? CorrelationId { get; init; }
        public string? CausationId { get; init; }
        public string? Data { get; init; }
    }
}
