using Crm.Application.Notifications;
using Crm.Application.Schedules;
using Crm.Infrastructure.Persistence;
using Dapper;

namespace Crm.Infrastructure.Schedules;

/// <summary>
/// Once an hour, forgets what of a tenant has served its purpose long ago: notifications that were read, runs that have ended, deliveries that were made or given up. A few thousand of
/// each, so that no transaction is long: what is more goes the next hour. The log keeps what it told of them.
/// </summary>
internal sealed class ForgetWhatIsOld(TenantSession session, INotificationSets notifications, RetentionSettings settings) : ITenantSchedule
{
    private const int Most = 5_000;

    // Long enough to be restored, or to be looked at.
    private static readonly TimeSpan DeletedKept = TimeSpan.FromDays(30), DeliveriesKept = TimeSpan.FromDays(30), DigestsKept = TimeSpan.FromDays(90);

    public string Name => "retention";

    public TimeSpan Every => TimeSpan.FromHours(1);

    public async Task RunAsync(DateTimeOffset due, CancellationToken ct)
    {
        if (settings.Notifications is { } read) await notifications.ForgetReadAsync(due - read, Most, ct);
        await DeleteAsync("crm.notifications", "t.deleted_at", due - DeletedKept, ct);
        await DeleteAsync("crm.notification_digests", "t.to_at", due - DigestsKept, ct);
        await DeleteAsync("crm.webhook_deliveries", "t.ended_at", due - DeliveriesKept, ct);
        // What was decided names the run it was asked by.
        if (settings.WorkflowRuns is { } ended)
            await RunAsync(Runs, due - ended, ct);
        if (settings.DeadLetters is { } dead) await RunAsync(DeadLetters, due - dead, ct);
    }

    /// <summary>Deletes runs that have ended; their time is <c>@Before</c>.</summary>
    internal static readonly string Runs = Sql("crm.workflow_runs", "t.finished_at", "and not exists (select from crm.approvals a where a.tenant_id = @TenantId and a.run_id = t.id)");

    /// <summary>Deletes what was given up; its time is <c>@Before</c>.</summary>
    internal static readonly string DeadLetters = Sql("crm.outbox", "t.dead_at");

    private Task DeleteAsync(string table, string time, DateTimeOffset before, CancellationToken ct) => RunAsync(Sql(table, time), before, ct);

    private Task RunAsync(string sql, DateTimeOffset before, CancellationToken ct) =>
        session.Connection.ExecuteAsync(new CommandDefinition(sql, new { session.TenantId, Before = before, Most }, session.Transaction, cancellationToken: ct));

    private static string Sql(string table, string time, string unless = "") => $"""
        delete from {table} where tenant_id = @TenantId and id in (
          select t.id from {table} t where t.tenant_id = @TenantId and {time} < @Before {unless} order by {time} limit @Most for update skip locked)
        """;
}
