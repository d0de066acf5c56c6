using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Application.Schedules;
using Crm.Infrastructure.Events;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Crm.Infrastructure.Schedules;

/// <summary>One run of one schedule: finds out for which due time, does it, and writes down how it ended.</summary>
internal sealed partial class ScheduleRun(IServiceScopeFactory scopes, ScheduleTable table, TenantTurns turns, ScheduleGauges gauges, TimeProvider clock, ILogger<ScheduleRun> logger)
{
    /// <summary>Never throws: what cannot even be written down is run again when the lease ends.</summary>
    public async Task RunAsync(ClaimedSchedule claimed, Guid holder, CancellationToken stopping)
    {
        try
        {
            await TryAsync(claimed, holder, stopping);
        }
        catch (Exception e)
        {
            NotRecorded(claimed.Name, e);
        }
    }

    private async Task TryAsync(ClaimedSchedule claimed, Guid holder, CancellationToken stopping)
    {
        var began = clock.GetTimestamp();
        await using var scope = scopes.CreateAsyncScope();
        var schedule = Recurring.Find(scope.ServiceProvider, claimed.Name);
        var due = DueOf(schedule, claimed);
        try
        {
            // After the database's clock was set back: that time has come before.
            if (claimed.LastDue is null || due > claimed.LastDue) await DoAsync(schedule, due, scope.ServiceProvider, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await table.LeaveAsync(claimed.Name, holder);
            return;
        }
        catch (Exception e)
        {
            Failed(claimed.Name, due, claimed.Attempts, e);
            var took = clock.GetElapsedTime(began);
            gauges.Ran(claimed.Name, took, "FAILED");
            await table.FailedAsync(claimed.Name, holder, e is TurnsFailedException turned ? turned.Kind : OutboxDelivery.Describe(e), took);
            return;
        }
        gauges.Ran(claimed.Name, clock.GetElapsedTime(began), "SUCCEEDED");
        if (!await table.DoneAsync(claimed.Name, holder, due, due + schedule.Every, clock.GetElapsedTime(began))) TakenOver(claimed.Name);
    }

    private static DateTimeOffset DueOf(IRecurring schedule, ClaimedSchedule claimed) => Recurring.Latest(schedule, schedule.CatchUp == CatchUp.Each && claimed.NextDue < claimed.Now ? claimed.NextDue : claimed.Now);

    private Task DoAsync(IRecurring schedule, DateTimeOffset due, IServiceProvider services, CancellationToken ct)
    {
        if (schedule is ITenantSchedule) return turns.RunAsync(schedule.Name, due, ct);
        services.GetRequiredService<CurrentUseCase>().Name = "Schedule " + schedule.Name;
        return ((ISchedule)schedule).RunAsync(due, ct);
    }

    [LoggerMessage(LogLevel.Error, "The schedule {Schedule} failed for {Due:O} at try {Attempt}; it is tried again")]
    private partial void Failed(string schedule, DateTimeOffset due, int attempt, Exception e);

    [LoggerMessage(LogLevel.Warning, "The schedule {Schedule} was taken over by another instance while it ran here")]
    private partial void TakenOver(string schedule);

    [LoggerMessage(LogLevel.Error, "The outcome of the schedule {Schedule} could not be written; it is run again when its lease ends")]
    private partial void NotRecorded(string schedule, Exception e);
}
