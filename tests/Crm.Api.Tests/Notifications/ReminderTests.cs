using Crm.Api.Tests.Fixture;
using Crm.Domain.Common;

namespace Crm.Api.Tests.Notifications;

/// <summary>Reminders of tasks: a day before, within the hour, and once it was due. Each once, by the due time of the schedule and no clock.</summary>
public sealed class ReminderTests(CrmApi api)
{
    // Far ahead, so that the service's own runs, which go by now, come before all of it.
    private static readonly DateTimeOffset DueAt = new(2035, 6, 15, 12, 30, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_task_reminds_a_day_before_within_the_hour_and_when_it_was_due()
    {
        var tenant = await api.TenantAsync();
        (await tenant.PatchAsync("/auth/me", new { timeZone = "Europe/Sofia" })).ShouldBe(200);
        var task = await TaskAsync(tenant, DueAt);
        await RemindAsync(tenant, DueAt.AddHours(-25));
        (await tenant.GetAsync("/notifications")).Items.ShouldBeEmpty("it is too early");
        foreach (var (at, kinds) in new (TimeSpan, string[])[]
        {
            (TimeSpan.FromHours(-24), ["TASK_DUE_SOON"]), (TimeSpan.FromHours(-2), ["TASK_DUE_SOON"]), (TimeSpan.FromHours(-1), ["TASK_DUE_SOON", "TASK_DUE_SOON"]),
            (TimeSpan.FromMinutes(-5), ["TASK_DUE_SOON", "TASK_DUE_SOON"]), (TimeSpan.Zero, ["TASK_DUE_SOON", "TASK_DUE_SOON", "TASK_OVERDUE"]), (TimeSpan.FromHours(5), ["TASK_DUE_SOON", "TASK_DUE_SOON", "TASK_OVERDUE"]),
        })
        {
            await RemindAsync(tenant, DueAt + at);
            var told = await tenant.ToldAsync(kinds.Length);
            told.Select(n => (string)n["kind"]!).ShouldBe(kinds);
            told.ShouldAllBe(n => (Guid)n["recordId"]! == task && (string?)n["body"] == "2035-06-15 15:30 (Europe/Sofia)");
        }
    }

    [Fact]
    public async Task One_put_off_or_given_to_somebody_else_reminds_anew_and_one_that_is_done_does_not()
    {
        var tenant = await api.TenantAsync();
        var (member, memberId) = await tenant.MemberAsync();
        var (moved, given, done) = (await TaskAsync(tenant, DueAt), await TaskAsync(tenant, DueAt), await TaskAsync(tenant, DueAt));
        (await tenant.PutAsync($"/tasks/{done}/complete")).ShouldBe(200);
        await RemindAsync(tenant, DueAt);
        (await tenant.ToldAsync(2)).Count.ShouldBe(2);
        (await tenant.PatchAsync($"/tasks/{moved}", new { dueAt = Instants.FormatInstant(DueAt.AddDays(1)) })).ShouldBe(200);
        (await tenant.PatchAsync($"/tasks/{given}", new { assigneeId = memberId })).ShouldBe(200);
        await RemindAsync(tenant, DueAt.AddDays(1));
        (await tenant.ToldAsync(3)).Count.ShouldBe(3, "the one that was put off");
        (await member.ToldAsync(1, "&kind=TASK_OVERDUE")).Select(n => (Guid)n["recordId"]!).ShouldBe([given]);
    }

    [Fact]
    public async Task A_turn_for_a_due_time_is_taken_once_and_after_downtime_the_latest_makes_up_for_the_others()
    {
        var (tenant, stranger) = (await api.TenantAsync(), await api.TenantAsync());
        await TaskAsync(tenant, DueAt);
        var turns = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => api.TurnAsync("tasks.reminders", tenant.Id, DueAt)));
        turns.Count(taken => taken).ShouldBe(1, "whoever comes second finds it done");
        (await tenant.ToldAsync(1)).ShouldHaveSingleItem();
        (await api.TurnAsync("tasks.reminders", tenant.Id, DueAt.AddHours(-1))).ShouldBeFalse("that time has come before");
        // Nobody was there for three days.
        await TaskAsync(tenant, DueAt.AddDays(1));
        await RemindAsync(tenant, DueAt.AddDays(4));
        (await tenant.ToldAsync(2)).Select(n => (string)n["kind"]!).ShouldBe(["TASK_OVERDUE", "TASK_OVERDUE"]);
        await RemindAsync(stranger, DueAt);
        (await stranger.GetAsync("/notifications")).Items.ShouldBeEmpty();
    }

    private static async Task<Guid> TaskAsync(ApiClient tenant, DateTimeOffset due) => (await tenant.PostAsync("/tasks", new { title = "Call back", dueAt = Instants.FormatInstant(due) })).ShouldBe(201).Id;

    private async Task RemindAsync(TenantClient tenant, DateTimeOffset due) => (await api.TurnAsync("tasks.reminders", tenant.Id, due)).ShouldBeTrue();
}
