using System.Diagnostics;
using System.Threading.Channels;
using Crm.Application.Abstractions;
using Crm.Domain.Common;
using Crm.Infrastructure.Persistence;

namespace Crm.Infrastructure.Events;

/// <summary>Collects what in-transaction handlers hand to the outbox and writes it with the events.</summary>
internal sealed class OutboxBuffer(OutboxSignal signal) : IOutbox
{
    private readonly List<(IDomainEvent Event, string Sink)> _pending = [];
    private bool _written;

    public void Enqueue(IDomainEvent domainEvent, string sink) => _pending.Add((domainEvent, sink));

    public void Flush(CrmDbContext db, IReadOnlyList<(IDomainEvent Event, EventRow Row)> rows, DateTimeOffset now)
    {
        // W3C trace context, kept only when somebody records this request: the delivery then belongs to its trace.
        var traceParent = Activity.Current is { Recorded: true, IdFormat: ActivityIdFormat.W3C } activity ? activity.Id : null;
        foreach (var (domainEvent, sink) in _pending)
        {
            var row = rows.First(r => ReferenceEquals(r.Event, domainEvent)).Row;
            db.Add(new OutboxRow { Id = Ids.New(now), TenantId = row.TenantId, EventId = row.Id, Sink = sink, CreatedAt = now, TraceParent = traceParent });
            _written = true;
        }
        _pending.Clear();
    }

    public void Committed()
    {
        if (_written) signal.Raise();
        _written = false;
    }

    public void Clear() => _pending.Clear();
}

/// <summary>Wakes the outbox worker of this instance; others look once a second.</summary>
internal sealed class OutboxSignal
{
    private readonly Channel<bool> _channel = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Raise() => _channel.Writer.TryWrite(true);

    public async Task WaitAsync(TimeSpan atMost, CancellationToken ct)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(ct);
        timeout.CancelAfter(atMost);
        try
        {
            await _channel.Reader.ReadAsync(timeout.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
        }
    }
}
