using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Crm.Application.Behaviors;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Crm.Infrastructure.Events;

/// <summary>
/// Does the work after commit: claims what is due and delivers it, a few at a time. Woken by this instance's commits, looks once a
/// second for those of others. A slow sink holds its own slots only and never a write.
/// </summary>
internal sealed partial class OutboxWorker(OutboxQueue queue, OutboxDelivery delivery, OutboxSignal signal, OutboxDepth depth, TimeProvider clock,
    ILogger<OutboxWorker> logger) : BackgroundService
{
    private const int Slots = 8;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<Guid, Task> _running = new();
    private readonly Pace _renewals = new(clock, Look);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var free = Slots - _running.Count;
                var claimed = free > 0 ? await queue.ClaimAsync(free, stoppingToken) : [];
                foreach (var row in claimed) Start(row, stoppingToken);
                await RenewAsync(stoppingToken);
                await depth.RefreshAsync(stoppingToken);
                // A delivery that ends wakes us too, so a long queue is worked off without waiting.
                await signal.WaitAsync(Look, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e)
            {
                // The database is away, or whatever else: the rows are safe where they are.
                NotClaimed(e);
                await signal.WaitAsync(Look, CancellationToken.None);
            }
        }
        await Task.WhenAll(_running.Values);
    }

    private async Task RenewAsync(CancellationToken ct)
    {
        if (_running.IsEmpty || !_renewals.IsDue()) return;
        await queue.RenewAsync([.. _running.Keys], ct);
    }

    private void Start(ClaimedRow row, CancellationToken stopping)
    {
        // Entered before it runs, so that its end always finds the entry.
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _running[row.Id] = started.Task;
        _ = RunAsync();

        async Task RunAsync()
        {
            await delivery.RunAsync(row, stopping);
            _running.TryRemove(row.Id, out _);
            started.SetResult();
            signal.Raise();
        }
    }

    [LoggerMessage(LogLevel.Error, "The outbox could not be read; it is tried again in a second")]
    private partial void NotClaimed(Exception e);
}

/// <summary>Says when something that is done every so often is due again. It measures time rather than reading the clock, which may be set.</summary>
internal sealed class Pace(TimeProvider clock, TimeSpan every)
{
    private long? _last;

    public bool IsDue()
    {
        if (_last is { } last && clock.GetElapsedTime(last) < every) return false;
        _last = clock.GetTimestamp();
        return true;
    }
}

/// <summary>Publishes how long the outbox is, as it was a few seconds ago, and keeps an eye on rows whose time never comes.</summary>
internal sealed class OutboxDepth : IDisposable
{
    private static readonly TimeSpan Age = TimeSpan.FromSeconds(5);
    private readonly OutboxQueue _queue;
    private readonly Pace _pace;
    private readonly Meter _meter = new(Telemetry.Name);
    private (long Pending, long Dead, DateTime? Oldest) _depth;

    public OutboxDepth(OutboxQueue queue, TimeProvider clock)
    {
        (_queue, _pace) = (queue, new Pace(clock, Age));
        _meter.CreateObservableGauge("crm.outbox.depth", () => new Measurement<long>[]
        {
            new(_depth.Pending, new KeyValuePair<string, object?>("state", "pending")),
            new(_depth.Dead, new KeyValuePair<string, object?>("state", "dead")),
        }, "{row}", "Rows of the outbox: pending ones are to be delivered, dead ones were given up.");
        _meter.CreateObservableGauge("crm.outbox.oldest.age", () => _depth.Oldest is { } oldest ? Math.Max(0, (clock.GetUtcNow() - oldest).TotalSeconds) : 0,
            "s", "For how long the oldest pending row of the outbox has waited.");
    }

    public async Task RefreshAsync(CancellationToken ct)
    {
        if (!_pace.IsDue()) return;
        await _queue.MendAsync(ct);
        _depth = await _queue.DepthAsync(ct);
    }

    public void Dispose() => _meter.Dispose();
}
