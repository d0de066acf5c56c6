using Crm.Application.Abstractions;

namespace Crm.Application.Schedules;

/// <summary>How the last run of a schedule ended.</summary>
public enum ScheduleOutcome
{
    /// <summary>All of it was done.</summary>
    Succeeded,

    /// <summary>It, or an organization's part of it, failed, and is tried again.</summary>
    Failed,
}

/// <summary>Recurring work of the service, and how it went the last time.</summary>
/// <param name="Name">Such as tasks.reminders.</param>
/// <param name="EverySeconds">Seconds between two due times.</param>
/// <param name="CatchUp">What is done of due times that were missed: only the latest, or each.</param>
/// <param name="NextRunAt">When it is run next: its next due time, or, after a failure, its next try.</param>
/// <param name="LastRunAt">When it was last run; null when it never was.</param>
/// <param name="LastDueAt">The last due time it was run for to its end.</param>
/// <param name="LastOutcome">How the last run ended.</param>
/// <param name="LastError">What kind of error the last run ended with; nothing of anybody's data.</param>
/// <param name="DurationMs">How long the last run took, in milliseconds.</param>
/// <param name="IsRunning">True while an instance is at it.</param>
public sealed record ScheduleInfo(string Name, long EverySeconds, CatchUp CatchUp, DateTimeOffset NextRunAt, DateTimeOffset? LastRunAt, DateTimeOffset? LastDueAt,
    ScheduleOutcome? LastOutcome, string? LastError, double? DurationMs, bool IsRunning);

/// <summary>The recurring work of this instance of the service, by name. It is the same for all organizations and says nothing of any.</summary>
[Requires(Permissions.SchedulesRead)]
public sealed record ListSchedules : IQuery<IReadOnlyList<ScheduleInfo>>;

/// <summary>Knows the schedules and how they went.</summary>
public interface IScheduleBook
{
    /// <summary>Those that this version of the service has, by name.</summary>
    Task<IReadOnlyList<ScheduleInfo>> ListAsync(CancellationToken ct);
}

internal sealed class ListSchedulesHandler(IScheduleBook book) : IQueryHandler<ListSchedules, IReadOnlyList<ScheduleInfo>>
{
    public Task<IReadOnlyList<ScheduleInfo>> Handle(ListSchedules query, CancellationToken ct) => book.ListAsync(ct);
}
