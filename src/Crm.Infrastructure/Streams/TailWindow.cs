using Crm.Application.Events;

namespace Crm.Infrastructure.Streams;

/// <summary>What a reader of the window gets.</summary>
/// <param name="Next">Where he is then.</param>
internal readonly record struct WindowPiece(IReadOnlyList<StreamedEvent> Events, LogPosition Next);

/// <summary>
/// The last events of one tenant's log, complete between two positions: all readers share it and each looks for what comes after his own position.
/// So nobody has a queue, and what the slowest has not read costs nothing.
/// </summary>
internal sealed class TailWindow(LogPosition end)
{
    // Whoever is further behind than this reads the log itself.
    private const int MostEvents = 1_000, MostBytes = 1 << 20;

    // What is sent at once: small enough that a client at 7 KB/s still takes it in time.
    private const int PieceEvents = 200, PieceBytes = 64 << 10;

    private readonly Lock _gate = new();
    private readonly List<StreamedEvent> _events = [];
    private LogPosition _from = end, _to = end;
    private long _bytes;
    private TaskCompletionSource _moved = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Where the window ends; the log is read on from here.</summary>
    public LogPosition End
    {
        get
        {
            lock (_gate) return _to;
        }
    }

    /// <summary>Done when there are events that were not there when it was asked for.</summary>
    public Task Moved
    {
        get
        {
            lock (_gate) return _moved.Task;
        }
    }

    /// <summary>Adds what comes next in the log, up to a position.</summary>
    public void Add(IReadOnlyList<StreamedEvent> events, LogPosition end)
    {
        TaskCompletionSource? moved = null;
        lock (_gate)
        {
            if (end.CompareTo(_to) > 0) _to = end;
            if (events.Count == 0) return;
            _events.AddRange(events);
            _bytes += events.Sum(e => (long)e.Frame.Length);
            var (old, kept) = (0, _bytes);
            while (_events.Count - old > MostEvents || (kept > MostBytes && old < _events.Count - 1)) kept -= _events[old++].Frame.Length;
            if (old > 0)
            {
                (_from, _bytes) = (_events[old - 1].Place, kept);
                _events.RemoveRange(0, old);
            }
            (moved, _moved) = (_moved, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }
        moved.SetResult();
    }

    /// <summary>The next events after a position that are admitted; null when the position lies before the window.</summary>
    public WindowPiece? After(LogPosition position, Func<LoggedEvent, bool> admits)
    {
        lock (_gate)
        {
            if (position.CompareTo(_from) < 0) return null;
            if (position.CompareTo(_to) >= 0) return new WindowPiece([], position);
            var (found, bytes) = (new List<StreamedEvent>(), 0);
            for (var i = FirstAfter(position); i < _events.Count; i++)
            {
                var e = _events[i];
                if (!admits(e.Logged)) continue;
                found.Add(e);
                bytes += e.Frame.Length;
                if (found.Count == PieceEvents || bytes >= PieceBytes) return new WindowPiece(found, e.Place);
            }
            return new WindowPiece(found, _to);
        }
    }

    private int FirstAfter(LogPosition position)
    {
        var (low, high) = (0, _events.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_events[middle].Place.CompareTo(position) > 0) high = middle;
            else low = middle + 1;
        }
        return low;
    }
}
