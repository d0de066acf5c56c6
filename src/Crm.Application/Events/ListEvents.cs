using System.Text.Json;
using Crm.Application.Abstractions;
using Crm.Application.CustomFields;
using Crm.Application.Listing;
using Crm.Application.Records;
using Crm.Application.Resources;
using Crm.Domain.Common;

namespace Crm.Application.Events;

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
        var parameters = LogSql.Parameters(after, query.Take);
        var rows = await db.QueryAsync<LogRow>(LogSql.Of(Conditions(query, parameters)), parameters, ct);
        var page = LogSql.Page(rows, context.Caller, resources, after, query.Take);
        var position = page.Next.ToString();
        return new DataPage<LogEvent>([.. page.Events.Select(e => e.Event)], new PageMeta(0, query.Take, null, false, page.More ? position : null) { Position = position });
    }

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
}
