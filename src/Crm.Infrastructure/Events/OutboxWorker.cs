using System.Diagnostics.Metrics;
using Crm.Application.Behaviors;
using Microsoft.Extensions.Logging;

namespace Crm.Infrastructure.Events;

/// <summary>Does the work after commit, a few at a time. A slow sink holds its own slots only and never a write.</summary>
internal sealed class OutboxWorker(OutboxQueue queue, OutboxDelivery delivery, OutboxSignal signal, OutboxDepth depth, TimeProvider clock, ILogger<OutboxWorker> logger)
    : ClaimingWorker<ClaimedRow>(Slots, signal, clock, logger)
{
    private const int Slots = 8;

    protected override Task<IReadOnlyList<ClaimedRow>> ClaimAsync(int atMost, CancellationToken ct) => queue.ClaimAsync(atMost, ct);

    protected override Task RenewAsync(IReadOnlyList<ClaimedRow> running, CancellationToken ct) => queue.RenewAsync([.. running.Select(row => row.Id)], ct);

    protected override Task RunAsync(ClaimedRow claim, CancellationToken stopping) => delivery.RunAsync(claim, stopping);

    protected override Task MeasureAsync(CancellationToken ct) => depth.RefreshAsync(ct);
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
