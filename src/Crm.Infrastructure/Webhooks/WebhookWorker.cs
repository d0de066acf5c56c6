using System.Diagnostics.Metrics;
using Crm.Application.Behaviors;
using Crm.Infrastructure.Events;
using Microsoft.Extensions.Logging;

namespace Crm.Infrastructure.Webhooks;

/// <summary>
/// Sends what webhooks are due: claims lanes and tries them beside each other. Failing webhooks together hold few of its slots, so that the others find some free however many
/// are dead.
/// </summary>
internal sealed class WebhookWorker(WebhookQueue queue, WebhookSender sender, WebhookSignal signal, WebhookMetrics metrics, TimeProvider clock, ILogger<WebhookWorker> logger)
    : ClaimingWorker<ClaimedLane>(Slots, signal, clock, logger)
{
    private const int Slots = 64, FailingSlots = 16;
    private readonly Guid _holder = Guid.NewGuid();

    protected override Task<IReadOnlyList<ClaimedLane>> ClaimAsync(int atMost, CancellationToken ct) => queue.ClaimAsync(_holder, atMost, FailingSlots - Running.Count(lane => lane.IsFailing), ct);

    protected override Task RenewAsync(IReadOnlyList<ClaimedLane> running, CancellationToken ct) => queue.RenewAsync(_holder, running, ct);

    protected override Task RunAsync(ClaimedLane claim, CancellationToken stopping) => sender.RunAsync(_holder, claim, stopping);

    protected override Task MeasureAsync(CancellationToken ct) => metrics.RefreshAsync(ct);
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
