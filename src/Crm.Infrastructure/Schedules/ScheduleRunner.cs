using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Crm.Infrastructure.Schedules;

/// <summary>
/// Runs what is due, a few at a time, whichever instance is first. It looks once a second, says while it works that it lives, and lets go of what another has taken
/// over because it was silent too long.
/// </summary>
internal sealed partial class ScheduleRunner(ScheduleTable table, Recurring schedules, ScheduleRun run, ScheduleGauges gauges, TimeProvider clock, ILogger<ScheduleRunner> logger) : BackgroundService
{
    private const int Slots = 2;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private readonly Guid _self = Guid.NewGuid();
    private readonly ConcurrentDictionary<string, Running> _running = new();
    private string[] _names = [];

    /// <summary>Before the first request: what is due from now on is known.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        var all = await schedules.AllAsync();
        _names = [.. all.Select(s => s.Name)];
        await table.IntroduceAsync(all, cancellationToken);
        await gauges.RefreshAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await RenewAsync(stoppingToken);
                while (_running.Count < Slots && await table.ClaimAsync([.. _names.Except(_running.Keys)], _self, stoppingToken) is { } claimed) Start(claimed, stoppingToken);
                await gauges.RefreshAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                // The database is away, or whatever else: what is due stays due.
                NotClaimed(e.GetType().Name);
            }
            catch (OperationCanceledException)
            {
                break;
            }
            await Task.Delay(Look, clock, stoppingToken).ContinueWith(_ => { }, TaskScheduler.Default);
        }
        await Task.WhenAll(_running.Values.Select(r => r.Ended));
    }

    private async Task RenewAsync(CancellationToken ct)
    {
        if (_running.IsEmpty) return;
        // Those that run now: what is claimed later is not lost because it is not among what is held.
        var running = _running.ToArray();
        var held = await table.RenewAsync(_self, ct);
        foreach (var (name, lost) in running)
            if (!held.Contains(name)) lost.Stop();
    }

    private void Start(ClaimedSchedule claimed, CancellationToken stopping)
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _running[claimed.Name] = new Running(limit, ended.Task);
        _ = RunAsync();

        async Task RunAsync()
        {
            await run.RunAsync(claimed, _self, limit.Token);
            _running.TryRemove(claimed.Name, out _);
            limit.Dispose();
            ended.SetResult();
        }
    }

    [LoggerMessage(LogLevel.Warning, "What is due could not be read ({Error}); it is tried again in a second")]
    private partial void NotClaimed(string error);

    private sealed record Running(CancellationTokenSource Limit, Task Ended)
    {
        public void Stop()
        {
            try
            {
                Limit.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // It has just ended by itself.
            }
        }
    }
}
