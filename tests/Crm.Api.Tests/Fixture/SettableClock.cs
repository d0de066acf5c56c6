using Crm.Domain.Common;

namespace Crm.Api.Tests.Fixture;

/// <summary>
/// The machine's clock as somebody may set it. A jump changes what it shows and nothing else, as on a real machine, where what is measured goes
/// on; letting time pass moves everything on, and wakes what waits by it.
/// </summary>
internal sealed class SettableClock : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly HashSet<WaitingTimer> _timers = [];
    private TimeSpan _jumped, _passed;

    public override DateTimeOffset GetUtcNow() => Instants.CutToMicroseconds(base.GetUtcNow() + _jumped + _passed);

    public override long GetTimestamp() => base.GetTimestamp() + (long)(_passed.TotalSeconds * TimestampFrequency);

    /// <summary>Sets the clock, forward or back.</summary>
    public void Jump(TimeSpan by) => _jumped += by;

    /// <summary>Lets time pass.</summary>
    public void Pass(TimeSpan time)
    {
        lock (_lock)
        {
            _passed += time;
            foreach (var timer in _timers.ToList()) timer.Pass(time);
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new WaitingTimer(this, base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan));
        lock (_lock) _timers.Add(timer);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class WaitingTimer(SettableClock clock, ITimer inner) : ITimer
    {
        private (long Since, TimeSpan Due, TimeSpan Period) _set = (0, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._lock) _set = (clock.GetTimestamp(), dueTime, period);
            return inner.Change(dueTime, period);
        }

        /// <summary>What is due by now fires at once; the rest so much sooner.</summary>
        public void Pass(TimeSpan time)
        {
            if (_set.Due == Timeout.InfiniteTimeSpan) return;
            var left = _set.Due - clock.GetElapsedTime(_set.Since);
            inner.Change(left > TimeSpan.Zero ? left : TimeSpan.Zero, _set.Period);
        }

        public void Dispose()
        {
            lock (clock._lock) clock._timers.Remove(this);
            inner.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
