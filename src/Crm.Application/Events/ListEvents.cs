using Crm.Application.Abstractions;
using Crm.Application.Listing;
using Crm.Application.Resources;

namespace Crm.Application.Events;

/// <summary>
/// The tenant's log after a position, in the order of commit, of what the caller may read and see. A reader who goes on from
/// <c>meta.position</c> never misses an event: what is shown is only what no transaction still running can precede.
/// </summary>
/// <param name="After">Where to go on; 0 or nothing = the beginning. One that the log has not reached is refused.</param>
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
        if (query is { After: not null, Cursor: not null }) throw QueryErrors.Invalid("cursor", "does not go with after");
        var named = query.After is null ? "cursor" : "after";
        var after = LogPosition.Parse(query.After ?? query.Cursor ?? "0", named);
        var scope = EventScope.Of(context.Caller, EventSelection.Of(query.Types, query.AggregateType, query.AggregateId), resources);
        return await EventPage.ReadAsync(db, scope, resources, after, named, query.Take, ct);
    }
}
