using Crm.Application.Abstractions;
using Crm.Application.Events;

namespace Crm.Infrastructure.Streams;

/// <summary>
/// One reader: from the window of the tail where he is far enough and sees everything; otherwise from the log itself, by the conditions of
/// <c>GET /events</c>. Both go on from the same position, so he may change between them at any time.
/// </summary>
internal sealed class EventStream(LogTails tails, LogTail tail, Caller caller, EventSelection selection, LogPosition after) : IEventStream
{
    private const int Piece = 100;
    private readonly Caller _entered = caller;
    private EventScope _scope = tails.Scope(caller, selection);
    private EventSelection _selection = selection;
    private bool _gone;

    public LogPosition Position { get; private set; } = after;

    public void Become(Caller caller)
    {
        if (!ReferenceEquals(caller, _scope.Caller)) _scope = tails.Scope(caller, _selection);
    }

    public async Task TurnAsync(EventSelection? selection, LogPosition? after, CancellationToken ct)
    {
        if (after is { } asked && asked.CompareTo(tail.Window.End) > 0) await tails.EnsureReachedAsync(_scope.Caller, asked, ct);
        if (selection is not null) (_selection, _scope) = (selection, tails.Scope(_scope.Caller, selection));
        if (after is { } position) Position = position;
    }

    public async Task<IReadOnlyList<StreamedEvent>> NextAsync(Task interrupted, CancellationToken ct)
    {
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            var moved = tail.Window.Moved;
            if (tail.Window.After(Position, _scope.Admits) is { } piece && (piece.Events.Count == 0 || _scope.SeesAll))
            {
                Position = piece.Next;
                if (piece.Events.Count > 0 || interrupted.IsCompleted) return piece.Events;
                await Task.WhenAny(moved, interrupted);
                continue;
            }
            var page = await tails.ReadAsync(_scope, Position, Piece, ct);
            Position = page.Next;
            if (page.Events.Count > 0) return [.. page.Events.Select(e => new StreamedEvent(e))];
            if (interrupted.IsCompleted) return [];
        }
    }

    public void Dispose()
    {
        if (_gone) return;
        _gone = true;
        tails.Leave(_entered);
    }
}
