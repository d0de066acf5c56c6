using System.Text.Json;
using Crm.Application.Abstractions;
using Crm.Application.CustomFields;
using Crm.Application.Listing;
using Crm.Application.Records;
using Crm.Application.Resources;

namespace Crm.Application.Events;

/// <summary>One event of the tenant's log, as the wire contract spells it. The last event of a version has the record's state in its data.</summary>
/// <param name="Position">Its place in the log; opaque.</param>
/// <param name="Type">What happened, such as lead.created.</param>
/// <param name="Data">What the event itself says; of the last event of a version, record is the record after it.</param>
public sealed record LogEvent(Guid Id, string Position, string Type, string AggregateType, Guid AggregateId, int Version, DateTimeOffset OccurredAt,
    Actor Actor, string? CorrelationId, string? CausationId, JsonElement Data);

/// <summary>An event of the log with whose record it is about, by which record visibility is decided.</summary>
public sealed record LoggedEvent(Guid TenantId, LogEvent Event, LogPosition Place, Guid? OwnerId, Guid? CoOwnerId, Guid? TeamId);

/// <summary>A piece of a tenant's log.</summary>
/// <param name="Events">In the order of commit.</param>
/// <param name="Next">Where to go on: after the last event, or, when there is none left, after everything that has been decided.</param>
/// <param name="More">True when events were left out because there are too many for one piece.</param>
/// <param name="Undecided">True when events are there that cannot be shown yet, because a transaction still running might precede them; false where nobody asked.</param>
public sealed record LogPage(IReadOnlyList<LoggedEvent> Events, LogPosition Next, bool More, bool Undecided);

/// <summary>
/// How the log is read, by whoever reads it: after a position, below the horizon under which no event can appear any more. Whoever goes on from
/// <see cref="LogPage.Next"/> never misses an event.
/// </summary>
public static class LogSql
{
    /// <summary>What is said of a position that the log has not reached.</summary>
    public const string NotReached = "has not been reached by the log";

    /// <summary>
    /// Whether the last event lies above the horizon. By the last one rather than by whether there is any: a plan that does not know the horizon takes one event in three
    /// to lie above it and looks for it through the whole log, and mostly there is none.
    /// </summary>
    private const string LastIsUndecided =
        "coalesce((select u.xid from crm_read.events u where u.tenant_id = @TenantId and u.epoch = h.epoch order by u.epoch desc, u.xid desc, u.n desc limit 1) >= h.xid, false)";

    /// <summary>
    /// The statement; its parameters are <c>@TenantId</c> and those of <see cref="Parameters"/>. One row at least comes back: the horizon.
    /// </summary>
    /// <param name="conditions">What else must hold of an event <c>e</c>.</param>
    /// <param name="undecided">Look besides whether events wait above the horizon; for those who then come back at once.</param>
    public static string Of(string conditions, bool undecided = false) => $"""
        with horizon as materialized (
          select s.epoch, pg_snapshot_xmin(pg_current_snapshot())::text::bigint as xid, pg_snapshot_xmax(pg_current_snapshot())::text::bigint as next_xid from crm.service_state s)
        select h.epoch as CurrentEpoch, h.xid as Horizon, h.next_xid as Unwritten,
          {(undecided ? LastIsUndecided : "false")} as Undecided, l.*
        from horizon h left join lateral (
          select e.id as Id, e.epoch as Epoch, e.xid as Xid, e.n as N, e.type as Type, e.aggregate_type as AggregateType, e.aggregate_id as AggregateId,
                 e.version as Version, e.occurred_at as OccurredAt, e.actor_type as ActorType, e.actor_id as ActorId, e.api_key_id as ApiKeyId,
                 e.correlation_id as CorrelationId, e.causation_id as CausationId, e.owner_id as OwnerId, e.co_owner_id as CoOwnerId, e.team_id as TeamId,
                 e.data::text as Data, e.state::text as State
          from crm_read.events e
          where e.tenant_id = @TenantId and (e.epoch, e.xid, e.n) > (@Epoch, @Xid, @N) and (e.epoch < h.epoch or e.xid < h.xid) and {conditions}
          order by e.epoch, e.xid, e.n limit @Limit) l on true
        order by l.Epoch, l.Xid, l.N
        """;

    /// <summary>Where to begin and how many events to ask for: one more than is wanted, to know whether there are more.</summary>
    public static Dictionary<string, object?> Parameters(LogPosition after, int take) =>
        new() { ["Epoch"] = after.Epoch, ["Xid"] = after.Xid, ["N"] = after.N, ["Limit"] = take + 1 };

    /// <summary>Refuses a position that a caller sent and that no event has ever had: he would wait for what is before it, in vain.</summary>
    /// <exception cref="Domain.Common.CrmException">INVALID_QUERY naming <paramref name="member"/>.</exception>
    public static void EnsureWritten(IReadOnlyList<LogRow> rows, LogPosition sent, string member)
    {
        if (!IsWritten(rows, sent)) throw QueryErrors.Invalid(member, NotReached);
    }

    /// <summary>False for a position that no event has ever had.</summary>
    public static bool IsWritten(IReadOnlyList<LogRow> rows, LogPosition position) => (position.Epoch, position.Xid).CompareTo((rows[0].CurrentEpoch, rows[0].Unwritten)) < 0;

    /// <summary>What the rows of the statement say. Custom fields have the names the reader knows them by.</summary>
    public static LogPage Page(IReadOnlyList<LogRow> rows, Caller reader, ResourceCatalog resources, LogPosition after, int take)
    {
        var found = rows.Where(r => r.Id is not null).ToList();
        var events = found.Take(take).Select(r => r.Event(reader.TenantId, reader.CustomFields.Of(resources.ByEventName(r.AggregateType!)?.Name ?? ""))).ToList();
        var more = found.Count > take;
        // With nothing left, everything below the horizon has been seen: the next look need not go over what was filtered away.
        var seen = new LogPosition(rows[0].CurrentEpoch, rows[0].Horizon - 1, int.MaxValue);
        var next = more ? found[take - 1].Position : seen.CompareTo(after) > 0 ? seen : after;
        return new LogPage(events, next, more, rows[0].Undecided);
    }
}

/// <summary>A row of <see cref="LogSql"/>.</summary>
public sealed record LogRow
{
    /// <summary>The epoch events are written in now.</summary>
    public long CurrentEpoch { get; init; }

    /// <summary>The oldest transaction still running.</summary>
    public long Horizon { get; init; }

    /// <summary>The first transaction that has not begun.</summary>
    public long Unwritten { get; init; }

    /// <summary>True when events wait above the horizon; false where nobody asked.</summary>
    public bool Undecided { get; init; }

#pragma warning disable CS1591 // The columns of the log.
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
    public Guid? OwnerId { get; init; }
    public Guid? CoOwnerId { get; init; }
    public Guid? TeamId { get; init; }
    public string? Data { get; init; }
    public string? State { get; init; }
#pragma warning restore CS1591

    internal LogPosition Position => new(Epoch, Xid, N);

    // Put together here: the database would take both apart and write them anew for it, which costs it twice the time.
    private string Whole => State is null ? Data! : $$"""{{Data.AsSpan(0, Data!.Length - 1)}}{{(Data == "{}" ? "" : ", ")}}"record": {{State}}}""";

    internal LoggedEvent Event(Guid tenantId, EntityFields fields) => new(tenantId,
        new LogEvent(Id!.Value, Position.ToString(), Type!, AggregateType!, AggregateId, Version, OccurredAt,
            new Actor(ActorType!, ActorId, ApiKeyId), CorrelationId, CausationId, CustomFieldNames.Told(fields, Whole)), Position, OwnerId, CoOwnerId, TeamId);
}
