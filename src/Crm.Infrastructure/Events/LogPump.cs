using System.Collections.Concurrent;
using Crm.Application.Abstractions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Crm.Infrastructure.Events;

/// <summary>
/// Brings the log to those who follow it: for each tenant and follower a lane of its own, in which things happen one after the other. A lane starts when there is
/// news, and once in a while for all tenants whose log goes on after where a follower is. A slow follower holds up its own lane.
/// </summary>
internal sealed partial class LogPump(LogPlaces places, LogSteps steps, LogNews news, LogLag lag, TimeProvider clock, ILogger<LogPump> logger) : BackgroundService
{
    private const int Slots = 4;

    // Followers work on what has gathered, the more so where much is going on: their transactions would cost writers more than the moment is worth.
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(20), BusyBreath = TimeSpan.FromMilliseconds(50), Look = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<(Guid TenantId, string Lane), Lane> _lanes = new();
    private readonly SemaphoreSlim _slots = new(Slots);

    /// <summary>Before the first request: whatever this instance does is followed by everybody it knows.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await steps.IntroduceAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var subscription = news.Subscribe(tenant => Wake(tenant, stoppingToken));
        while (!stoppingToken.IsCancellationRequested)
        {
            var pause = Look;
            try
            {
                var began = clock.GetTimestamp();
                var behind = await places.BehindAsync(steps.Places, stoppingToken);
                lag.Set(steps.Places, behind);
                foreach (var (tenant, lane) in behind.Where(b => b.IsDue).Select(b => (b.TenantId, steps.LaneOf(b.Follower))).Distinct()) Start(tenant, lane, stoppingToken);
                // Looking never takes more than a twentieth of the time, however many tenants there are.
                pause = clock.GetElapsedTime(began) * 20 is { } longer && longer > Look ? longer : Look;
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                NotFound(e.GetType().Name);
            }
            catch (OperationCanceledException)
            {
                break;
            }
            await Task.Delay(pause, clock, stoppingToken).ContinueWith(_ => { }, TaskScheduler.Default);
        }
        await Task.WhenAll(_lanes.Values.Select(l => l.Running));
    }

    private void Wake(Guid? tenantId, CancellationToken stopping)
    {
        // News of anybody's log are found by looking.
        if (tenantId is not { } tenant) return;
        foreach (var lane in steps.Lanes) Start(tenant, lane, stopping);
    }

    private void Start(Guid tenantId, string name, CancellationToken stopping)
    {
        var lane = _lanes.GetOrAdd((tenantId, name), static _ => new Lane());
        if (lane.Ask()) lane.Running = Task.Run(() => RunAsync((tenantId, name), lane, stopping), CancellationToken.None);
    }

    private async Task RunAsync((Guid TenantId, string Lane) key, Lane lane, CancellationToken stopping)
    {
        var breath = Breath;
        try
        {
            do
            {
                await Task.Delay(breath, clock, stopping);
                breath = BusyBreath;
                lane.Take();
                // What a transaction still running holds back is there in a moment.
                if (await StepAsync(key, stopping) == LogStep.Undecided) lane.Ask();
            }
            while (!lane.Rest());
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The service stops; another instance, or the next start, goes on.
        }
        _lanes.TryRemove(new KeyValuePair<(Guid, string), Lane>(key, lane));
    }

    private async Task<LogStep> StepAsync((Guid TenantId, string Lane) key, CancellationToken stopping)
    {
        await _slots.WaitAsync(stopping);
        try
        {
            LogStep step;
            do step = await steps.RunAsync(key.TenantId, key.Lane, stopping);
            while (step == LogStep.More);
            return step;
        }
        finally
        {
            _slots.Release();
        }
    }

    [LoggerMessage(LogLevel.Warning, "Whose log goes on could not be read ({Error}); it is tried again in a second")]
    private partial void NotFound(string error);

    /// <summary>Runs at most once at a time; what is asked meanwhile is done afterwards.</summary>
    private sealed class Lane
    {
        private const int Resting = 0, Asked = 1, Working = 2, Gone = 3;
        private int _state;

        public Task Running { get; set; } = Task.CompletedTask;

        /// <summary>True when whoever asks has to start it.</summary>
        public bool Ask() => Interlocked.Exchange(ref _state, Asked) is Resting or Gone;

        public void Take() => Interlocked.CompareExchange(ref _state, Working, Asked);

        /// <summary>False when it was asked again.</summary>
        public bool Rest() => Interlocked.CompareExchange(ref _state, Gone, Working) != Asked;
    }
}
