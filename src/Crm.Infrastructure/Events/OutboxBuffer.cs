using System.Diagnostics;
using System.Threading.Channels;
using Crm.Application.Abstractions;
using Crm.Domain.Common;
using Crm.Infrastructure.Persistence;
using Dapper;

namespace Crm.Infrastructure.Events;

/// <summary>Collects what in-transaction handlers hand to the outbox and writes it with the events.</summary>
internal sealed class OutboxBuffer(OutboxSignal signal, TenantSession session, TimeProvider clock) : IOutbox
{
    private readonly List<(IDomainEvent Event, string Sink)> _pending = [];
    private bool _written;

    /// <summary>W3C trace context, kept only when somebody records this request: the delivery then belongs to its trace.</summary>
    private static string? TraceParent => Activity.Current is { Recorded: true, IdFormat: ActivityIdFormat.W3C } activity ? activity.Id : null;

    public void Enqueue(IDomainEvent domainEvent, string sink) => _pending.Add((domainEvent, sink));

    public async Task RepeatAsync(OutboxMessage message, string sink, CancellationToken ct)
    {
        // When a row is due is told by the clock that says whether it is: the database's.
        await session.Connection.ExecuteAsync(new CommandDefinition(
            "insert into crm.outbox (id, tenant_id, event_id, sink, created_at, next_try_at, trace_parent) values (@Id, @TenantId, @EventId, @Sink, now(), now(), @TraceParent)",
            new { Id = Ids.New(clock.GetUtcNow()), message.TenantId, message.EventId, Sink = sink, TraceParent }, session.Transaction, cancellationToken: ct));
        _written = true;
    }

    public Task RepeatAtAsync(OutboxMessage message, string sink, DateTimeOffset due, CancellationToken ct) =>
        session.Connection.ExecuteAsync(new CommandDefinition(
            "insert into crm.outbox_later (tenant_id, sink, id, due_at) values (@TenantId, @Sink, @EventId, @Due) on conflict (tenant_id, sink, id) do update set due_at = excluded.due_at",
            new { message.TenantId, Sink = sink, message.EventId, Due = due }, session.Transaction, cancellationToken: ct));

    public void Flush(CrmDbContext db, IReadOnlyList<(IDomainEvent Event, EventRow Row)> rows, DateTimeOffset now)
    {
        var traceParent = TraceParent;
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
internal sealed class OutboxSignal : WakeSignal;

/// <summary>Wakes a worker that waits for work, or else looks once in a while.</summary>
internal abstract class WakeSignal
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
