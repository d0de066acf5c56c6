using System.Globalization;
using Crm.Application.Abstractions;
using Crm.Application.Schedules;

namespace Crm.Application.Notifications;

/// <summary>
/// Reminds those who are to do something: a day before it is due, within the hour, and once it was due. Each once per task, due time and assignee: a task that is put off
/// or given to somebody else reminds anew. What was due more than a week ago reminds nobody any more.
/// </summary>
internal sealed class RemindOfTasks(IReadDb db, INotifier notifier, IUnitOfWork unit, IRequestContext context) : ITenantSchedule
{
    private const int Piece = 500;

    private const string Sql = """
        select t.id as Id, t.title as Title, t.due_at as DueAt, t.assignee_id as AssigneeId, m.time_zone as Zone, s.stage as Stage
        from crm_read.tasks t
        join crm_read.members m on m.tenant_id = @TenantId and m.id = t.assignee_id and m.deleted_at is null and m.is_active
        cross join lateral (
          select case when t.due_at <= @Due then 'overdue' when t.due_at <= @Due + interval '1 hour' then 'hour' else 'day' end as stage) s
        where t.tenant_id = @TenantId and t.deleted_at is null and t.status not in ('COMPLETED', 'CANCELLED')
          and t.due_at > @Due - interval '7 days' and t.due_at <= @Due + interval '1 day'
          and not exists (
            select from crm_read.notifications n
            where n.tenant_id = @TenantId and n.record_id = t.id and n.member_id = t.assignee_id
              and n.occasion = s.stage || ' ' || to_char(t.due_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'))
        order by t.due_at, t.id
        """;

    public string Name => "tasks.reminders";

    public TimeSpan Every => TimeSpan.FromMinutes(5);

    public async Task RunAsync(DateTimeOffset due, CancellationToken ct)
    {
        foreach (var piece in (await db.QueryAsync<Row>(Sql, new { Due = due.UtcDateTime }, ct)).Chunk(Piece))
        {
            foreach (var task in piece)
                await notifier.NotifyAsync(new Notice(task.AssigneeId, task.Stage == "overdue" ? NotificationKinds.TaskOverdue : NotificationKinds.TaskDueSoon, task.Title, When(task), "tasks", task.Id, null)
                {
                    Occasion = $"{task.Stage} {task.DueAt.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff", CultureInfo.InvariantCulture)}",
                }, ct);
            await unit.SaveAsync(ct);
        }
    }

    /// <summary>When it is due, on the clock of who is to do it.</summary>
    private string When(Row task)
    {
        var zone = task.Zone ?? context.Caller.Tenant.TimeZone;
        return $"{TimeZoneInfo.ConvertTimeFromUtc(task.DueAt, TimeZoneInfo.FindSystemTimeZoneById(zone)).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} ({zone})";
    }

    private sealed record Row(Guid Id, string Title, DateTime DueAt, Guid AssigneeId, string? Zone, string Stage);
}
