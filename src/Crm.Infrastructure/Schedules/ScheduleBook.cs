using Crm.Application.Schedules;

namespace Crm.Infrastructure.Schedules;

/// <summary>Tells administrators how the schedules stand.</summary>
internal sealed class ScheduleBook(ScheduleTable table, Recurring schedules) : IScheduleBook
{
    public async Task<IReadOnlyList<ScheduleInfo>> ListAsync(CancellationToken ct)
    {
        var all = await schedules.AllAsync();
        var known = all.ToDictionary(s => s.Name);
        return [.. (await table.ReadAsync(all, ct)).Select(r => Info(known[r.Name], r))];
    }

    private static ScheduleInfo Info(IRecurring schedule, ScheduleRow row) => new(row.Name, (long)schedule.Every.TotalSeconds, schedule.CatchUp, row.NextTryAt ?? row.NextDue, row.LastRunAt, row.LastDue,
        row.LastOutcome switch { null => null, "SUCCEEDED" => ScheduleOutcome.Succeeded, _ => ScheduleOutcome.Failed }, row.LastError, row.DurationMs, row.IsHeld);
}
