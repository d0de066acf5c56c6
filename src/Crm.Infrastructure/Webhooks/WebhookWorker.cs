using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Crm.Application.Behaviors;
using Crm.Infrastructure.Events;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Crm.Infrastructure.Webhooks;

/// <summary>
/// Sends what webhooks are due: claims lanes and tries them beside each other. Woken by this instance's commits, looks once a second for those of others. Failing webhooks
/// together hold few of its slots, so that the others find some free however many are dead.
/// </summary>
internal sealed partial class WebhookWorker(WebhookQueue queue, WebhookSender sender, WebhookSignal signal, WebhookMetrics metrics, TimeProvider clock, ILogger<WebhookWorker> logger) : BackgroundService
{
    private const int Slots = 64, FailingSlots = 16;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private readonly Guid _holder = Guid.NewGuid();
    private readonly ConcurrentDictionary<ClaimedLane, Task> _running = new();
    private readonly Pace _renewals = new(clock, Look);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var free = Slots - _running.Count;
                var claimed = free > 0 ? await queue.ClaimAsync(_holder, free, FailingSlots - _running.Keys.Count(l => l.IsFailing), stoppingToken) : [];
                foreach (var lane in claimed) Start(lane, stoppingToken);
                if (_running.Keys is { Count: > 0 } lanes && _renewals.IsDue()) await queue.RenewAsync(_holder, [.. lanes], stoppingToken);
                await metrics.RefreshAsync(stoppingToken);
                // A try that ends wakes us too, so a long queue is worked off without waiting.
                await signal.WaitAsync(Look, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e)
            {
                // The database is away, or whatever else: the deliveries are safe where they are.
                NotClaimed(e);
                await signal.WaitAsync(Look, CancellationToken.None);
            }
        }
        await Task.WhenAll(_running.Values);
    }

    private void Start(ClaimedLane lane, CancellationToken stopping)
    {
        // Entered before it runs, so that its end always finds the entry.
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _running[lane] = started.Task;
        _ = RunAsync();

        async Task RunAsync()
        {
            await sender.RunAsync(_holder, lane, stopping);
            _running.TryRemove(lane, out _);
            started.SetResult();
            signal.Raise();
        }
    }

    [LoggerMessage(LogLevel.Error, "The queue of webhooks could not be read; it is tried again in a second")]
    private partial void NotClaimed(Exception e);
}

/// <summary>Publishes how deliveries end, and how the queue of webhooks was a few seconds ago.</summary>
internal sealed class WebhookMetrics : IDisposable
{
    private static readonly TimeSpan Age = TimeSpan.FromSeconds(5);
    private readonly WebhookQueue _queue;
    private readonly Pace _pace;
    private readonly Meter _meter = new(Telemetry.Name);
    private readonly Histogram<double> _tries;
    private (long Lanes, long Failing, DateTime? Oldest) _depth;

    public WebhookMetrics(WebhookQueue queue, TimeProvider clock)
    {
        (_queue, _pace) = (queue, new Pace(clock, Age));
        _tries = _meter.CreateHistogram<double>("crm.webhooks.tries", "s", "Tries of deliveries to webhooks and how long receivers took, by what became of the delivery: delivered, pending (tried again) or failed (given up).");
        _meter.CreateObservableGauge("crm.webhooks.lanes", () => _depth.Lanes, "{lane}", "Records with events that wait for a webhook.");
        _meter.CreateObservableGauge("crm.webhooks.failing", () => _depth.Failing, "{webhook}", "Webhooks whose last tries have failed.");
        _meter.CreateObservableGauge("crm.webhooks.oldest.age", () => _depth.Oldest is { } oldest ? Math.Max(0, (clock.GetUtcNow() - oldest).TotalSeconds) : 0,
            "s", "For how long the oldest event has waited that could be sent to a webhook that works.");
    }

    public void Count(string outcome, TimeSpan took) => _tries.Record(took.TotalSeconds, new KeyValuePair<string, object?>("outcome", outcome.ToLowerInvariant()));

    public async Task RefreshAsync(CancellationToken ct)
    {
        if (!_pace.IsDue()) return;
        await _queue.TidyAsync(ct);
        _depth = await _queue.DepthAsync(ct);
    }

    public void Dispose() => _meter.Dispose();
}
