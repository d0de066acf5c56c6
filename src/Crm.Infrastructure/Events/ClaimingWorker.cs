using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Crm.Infrastructure.Events;

/// <summary>
/// Works off a queue that all instances share: claims what is due, as much as it has slots free, and runs it side by side. Woken by this instance's commits, looks once a
/// second for those of others. What it is working on is renewed about once a second; what nobody works on any more runs out and is somebody else's.
/// </summary>
/// <param name="slots">How much it runs at once, at most.</param>
internal abstract partial class ClaimingWorker<TClaim>(int slots, WakeSignal signal, TimeProvider clock, ILogger logger) : BackgroundService where TClaim : notnull
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<TClaim, Task> _running = new();
    private readonly Pace _renewals = new(clock, Look);

    /// <summary>What is being worked on.</summary>
    protected ICollection<TClaim> Running => _running.Keys;

    /// <summary>Claims at most so much of what is due.</summary>
    protected abstract Task<IReadOnlyList<TClaim>> ClaimAsync(int atMost, CancellationToken ct);

    /// <summary>Keeps others from what is being worked on.</summary>
    protected abstract Task RenewAsync(IReadOnlyList<TClaim> running, CancellationToken ct);

    /// <summary>Does the work; never throws.</summary>
    protected abstract Task RunAsync(TClaim claim, CancellationToken stopping);

    /// <summary>Publishes how long the queue is.</summary>
    protected abstract Task MeasureAsync(CancellationToken ct);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var free = slots - _running.Count;
                var claimed = free > 0 ? await ClaimAsync(free, stoppingToken) : [];
                foreach (var claim in claimed) Start(claim, stoppingToken);
                if (Running is { Count: > 0 } running && _renewals.IsDue()) await RenewAsync([.. running], stoppingToken);
                await MeasureAsync(stoppingToken);
                // Work that ends wakes us too, so a long queue is worked off without waiting.
                await signal.WaitAsync(Look, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e)
            {
                // The database is away, or whatever else: what waits is safe where it is.
                NotClaimed(GetType().Name, e);
                await signal.WaitAsync(Look, CancellationToken.None);
            }
        }
        await Task.WhenAll(_running.Values);
    }

    private void Start(TClaim claim, CancellationToken stopping)
    {
        // Entered before it runs, so that its end always finds the entry.
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _running[claim] = started.Task;
        _ = WorkAsync();

        async Task WorkAsync()
        {
            await RunAsync(claim, stopping);
            _running.TryRemove(claim, out _);
            started.SetResult();
            signal.Raise();
        }
    }

    [LoggerMessage(LogLevel.Error, "{Worker} could not read its queue; it tries again in a second")]
    private partial void NotClaimed(string worker, Exception e);
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
