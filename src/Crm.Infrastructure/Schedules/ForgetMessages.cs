using Crm.Application.Schedules;
using Crm.Infrastructure.Identity;

namespace Crm.Infrastructure.Schedules;

/// <summary>Once a day, forgets which messages have had their effect 30 days ago: no repetition comes so late.</summary>
internal sealed class ForgetMessages(GlobalDb db) : ISchedule
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    public string Name => "inbox.expire";

    public TimeSpan Every => TimeSpan.FromDays(1);

    public Task RunAsync(DateTimeOffset due, CancellationToken ct) => db.AloneAsync<int>("delete from crm.inbox where received_at < @Before", new { Before = due - Kept }, ct);
}
