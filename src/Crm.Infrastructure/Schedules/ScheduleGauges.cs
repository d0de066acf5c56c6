using System.Diagnostics.Metrics;
using Crm.Application.Behaviors;
using Crm.Infrastructure.Events;

namespace Crm.Infrastructure.Schedules;

/// <summary>Publishes which schedules are late and which failed, as it was a few seconds ago, and how long runs take.</summary>
internal sealed class ScheduleGauges : IDisposable
{
    private static readonly TimeSpan Age = TimeSpan.FromSeconds(5);
    private readonly ScheduleTable _table;
    private readonly Recurring _schedules;
    private readonly Pace _pace;
    private readonly Meter _meter = new(Telemetry.Name);
    private readonly Histogram<double> _duration;
    private volatile IReadOnlyList<ScheduleRow> _rows = [];

    public ScheduleGauges(ScheduleTable table, Recurring schedules, TimeProvider clock)
    {
        (_table, _schedules, _pace) = (table, schedules, new Pace(clock, Age));
        _meter.CreateObservableGauge("crm.schedule.late", () => _rows.Select(r => new Measurement<double>(r.LateSeconds, Label(r.Name))), "s", "For how long the schedule has been due.");
        _meter.CreateObservableGauge("crm.schedule.failed", () => _rows.Select(r => new Measurement<int>(r.LastOutcome == "FAILED" ? 1 : 0, Label(r.Name))), null, "1 when the schedule's last run failed.");
        _duration = _meter.CreateHistogram<double>("crm.schedule.duration", "s", "Time a run of a schedule took, by its outcome.");
    }

    /// <summary>Counts a run.</summary>
    public void Ran(string schedule, TimeSpan took, string outcome) => _duration.Record(took.TotalSeconds, Label(schedule), new KeyValuePair<string, object?>("outcome", outcome));

    public async Task RefreshAsync(CancellationToken ct)
    {
        if (_pace.IsDue()) _rows = await _table.ReadAsync(await _schedules.AllAsync(), ct);
    }

    public void Dispose() => _meter.Dispose();

    private static KeyValuePair<string, object?> Label(string schedule) => new("schedule", schedule);
}
