using Crm.Api.Tests.Fixture;
using Dapper;

namespace Crm.Api.Tests.Workflows;

/// <summary>Rules that go by the clock: each time once.</summary>
public sealed class WorkflowClockTests(CrmApi api)
{
    [Fact]
    public async Task A_date_that_is_reached_sets_its_rule_off_once_per_record()
    {
        var tenant = await api.TenantAsync();
        var rule = await tenant.RuleAsync(new { type = "DATE_REACHED", field = "dueAt", offsetMinutes = -60 }, [new { type = "UPDATE_FIELD", field = "priority", value = "HIGH" }],
            """{"field": "status", "value": "NOT_STARTED"}""", new { resource = "tasks" });
        await LookedAsync(tenant, rule);
        var due = DateTimeOffset.UtcNow.AddHours(1).AddSeconds(1);
        var soon = (await tenant.PostAsync("/tasks", new { title = "Soon", dueAt = due })).ShouldBe(201).Id;
        (await tenant.PostAsync("/tasks", new { title = "Done", dueAt = due, status = "COMPLETED" })).ShouldBe(201);
        (await tenant.PostAsync("/tasks", new { title = "Later", dueAt = due.AddHours(1) })).ShouldBe(201);
        (await tenant.PostAsync("/tasks", new { title = "Long ago", dueAt = due.AddDays(-1) })).ShouldBe(201);
        await Eventually.Async(async () =>
        {
            await api.PassTimeAsync(tenant);
            return (await tenant.GetAsync($"/tasks/{soon}")).Of("priority") == "HIGH";
        }, "the hour before is reached");
        await LookedAsync(tenant, rule);
        (await tenant.RunsAsync(rule)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_schedule_runs_once_however_often_it_was_missed_for_each_record_that_meets_the_conditions()
    {
        var tenant = await api.TenantAsync();
        foreach (var score in new[] { 10, 60, 70 }) await tenant.LeadAsync($"Lead {score}", more: new { score });
        var rule = await tenant.RuleAsync(new { type = "SCHEDULED", cron = "* * * * *" }, [new { type = "CREATE_TASK", title = "{{name}}" }], """{"field": "score", "op": "gte", "value": 50}""");
        await LookedAsync(tenant, rule);
        await using (var connection = await api.TenantConnectionAsync(tenant.Id))
            await connection.ExecuteAsync("update crm.workflow_rules set active_since = now() - interval '1 day'; update crm.workflow_turns set slot_at = now() - interval '10 minutes' where step = -2");
        await api.PassTimeAsync(tenant);
        await tenant.RunsAsync(rule, 2);
        await Eventually.Async(async () => (await tenant.GetAsync("/tasks")).Items.Count >= 2, "the tasks are there");
        (await tenant.GetAsync("/tasks?sort=title")).Items.Select(t => (string)t!["title"]!).Distinct().ShouldBe(["Lead 60", "Lead 70"]);
        (await tenant.RunsAsync(rule)).Count.ShouldBeInRange(2, 4, "a minute may have passed meanwhile");
    }

    /// <summary>Waits until the rule has looked at the clock.</summary>
    private async Task LookedAsync(TenantClient tenant, Guid rule)
    {
        await using var connection = await api.TenantConnectionAsync(tenant.Id);
        var now = DateTime.UtcNow;
        await Eventually.Async(async () =>
        {
            await api.PassTimeAsync(tenant);
            return await connection.QuerySingleOrDefaultAsync<DateTime?>("select slot_at from crm.workflow_turns where rule_id = @rule and step = -2", new { rule }) >= now;
        }, "it looks at the clock");
    }
}
