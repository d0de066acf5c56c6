using Crm.Application.Abstractions;
using Microsoft.Extensions.Logging;

namespace Crm.Infrastructure.Events;

/// <summary>The bus of one process: listeners are called one after the other, and one that fails keeps nobody else from hearing.</summary>
internal sealed partial class InProcessEventBus(IEnumerable<IEventListener> listeners, ILogger<InProcessEventBus> logger) : IEventBus
{
    private readonly IEventListener[] _listeners = [.. listeners];

    public async Task PublishAsync(IReadOnlyList<EventNotice> events, CancellationToken ct)
    {
        foreach (var notice in events)
            foreach (var listener in _listeners)
                try
                {
                    await listener.HearAsync(notice, ct);
                }
                catch (Exception e)
                {
                    NotHeard(listener.GetType().Name, notice.EventId, e);
                }
    }

    [LoggerMessage(LogLevel.Error, "{Listener} failed on the event {EventId}")]
    private partial void NotHeard(string listener, Guid eventId, Exception e);
}

/// <summary>The events of the open transaction: forgotten where a part of it is undone, announced once it is committed.</summary>
internal sealed class EventNotices(IEventBus bus)
{
    private readonly List<EventNotice> _pending = [];
    private readonly Stack<int> _parts = new();

    public void Add(EventNotice notice) => _pending.Add(notice);

    public void BeginPart() => _parts.Push(_pending.Count);

    public void KeepPart() => _parts.Pop();

    public void UndoPart()
    {
        var kept = _parts.Pop();
        _pending.RemoveRange(kept, _pending.Count - kept);
    }

    public void Clear()
    {
        _pending.Clear();
        _parts.Clear();
    }

    public async Task PublishAsync()
    {
        if (_pending.Count == 0) return;
        var notices = _pending.ToArray();
        Clear();
        await bus.PublishAsync(notices, CancellationToken.None);
    }
}
