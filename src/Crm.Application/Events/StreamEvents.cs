using Crm.Application.Abstractions;

namespace Crm.Application.Events;

/// <summary>
/// The tenant's log as it goes on, as server-sent events: what <c>GET /events</c> would give, each event within moments of its commit, in the
/// order of the log. It lasts until you leave, or your credentials end.
/// </summary>
/// <param name="Types">Event types, separated by commas.</param>
/// <param name="AggregateType">Only this kind of record, such as lead.</param>
/// <param name="AggregateId">Only this record.</param>
/// <param name="After">Where to go on; 0 = the beginning, nothing = now. The header Last-Event-ID counts instead, where it is sent.</param>
[Requires(Permissions.EventsRead)]
public sealed record StreamEvents(string? Types = null, string? AggregateType = null, Guid? AggregateId = null, string? After = null) : IQuery<StreamStart>;

/// <summary>What a stream is of, and where it begins.</summary>
/// <param name="After">Null = now.</param>
public sealed record StreamStart(EventSelection Selection, LogPosition? After);

internal sealed class StreamEventsHandler : IQueryHandler<StreamEvents, StreamStart>
{
    public Task<StreamStart> Handle(StreamEvents query, CancellationToken ct) => Task.FromResult(new StreamStart(
        EventSelection.Of(query.Types, query.AggregateType, query.AggregateId), query.After is null ? null : LogPosition.Parse(query.After, "after")));
}
