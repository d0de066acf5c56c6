using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Workflows;

/// <summary>Rules as records, and what is refused when they are saved.</summary>
public sealed class WorkflowRuleTests(CrmApi api)
{
    [Fact]
    public async Task A_rule_is_a_record_like_any_other()
    {
        var tenant = await api.TenantAsync();
        var made = (await tenant.PostAsync("/workflow-rules", new
        {
            name = "Greet", resource = "leads", trigger = new { type = "FIELD_CHANGED", field = "status", to = "QUALIFIED" },
            conditions = new { field = "value", op = "gte", value = 100 }, actions = new object[] { new { type = "CREATE_TASK", title = "Call {{name}}", dueInDays = 2 } }, bulkPolicy = "THROTTLE",
        })).ShouldBe(201);
        made.Data["trigger"]!["to"]!.ToString().ShouldBe("QUALIFIED");
        made.Data["conditions"]!["op"]!.ToString().ShouldBe("gte");
        made.Data["actions"]![0]!["dueInDays"]!.GetValue<int>().ShouldBe(2);
        ((int)made.Data["executionCount"]!).ShouldBe(0);
        var same = (await tenant.PatchAsync($"/workflow-rules/{made.Id}", new { conditions = new { value = 100.0, op = "gte", field = "value" } })).ShouldBe(200);
        same.Header("ETag").ShouldBe("\"1\"", "the same condition written otherwise is no change");
        var changed = (await tenant.PatchAsync($"/workflow-rules/{made.Id}", new { isActive = false, trigger = new { to = "LOST" } })).ShouldBe(200);
        changed.Data["trigger"]!["field"]!.ToString().ShouldBe("status");
        changed.Data["trigger"]!["to"]!.ToString().ShouldBe("LOST");
        (await tenant.GetAsync("/workflow-rules?isActive=false&resource=leads")).Items.Count.ShouldBe(1);
        (await tenant.PatchAsync($"/workflow-rules/{made.Id}", new { resource = "deals" })).ShouldFail(400, "VALIDATION_FAILED");
    }

    [Theory]
    [InlineData("""{"trigger": {"type": "FIELD_CHANGED", "field": "stranger"}}""", "trigger.field")]
    [InlineData("""{"trigger": {"type": "FIELD_CHANGED", "field": "status", "to": "NEVER"}}""", "trigger.to")]
    [InlineData("""{"trigger": {"type": "FIELD_CHANGED"}}""", "trigger.field")]
    [InlineData("""{"trigger": {"type": "RECORD_CREATED", "field": "name"}}""", "trigger.field")]
    [InlineData("""{"trigger": {"type": "NONSENSE"}}""", "trigger.type")]
    [InlineData("""{"trigger": {"type": "SCHEDULED", "cron": "0 25 * * *"}}""", "trigger.cron")]
    [InlineData("""{"trigger": {"type": "SCHEDULED"}}""", "trigger.cron")]
    [InlineData("""{"trigger": {"type": "DATE_REACHED", "field": "name"}}""", "trigger.field")]
    [InlineData("""{"trigger": {"type": "DATE_REACHED", "field": "convertedAt", "offsetMinutes": 99999999}}""", "trigger.offsetMinutes")]
    [InlineData("""{"conditions": {"field": "stranger", "value": 1}}""", "conditions.field")]
    [InlineData("""{"conditions": {"and": [{"field": "value", "op": "gte", "value": "much"}]}}""", "conditions.and[0].value")]
    [InlineData("""{"conditions": {"field": "name", "value": 1e99999}}""", "conditions.value")]
    [InlineData("""{"actions": []}""", "actions")]
    [InlineData("""{"actions": [{"type": "CREATE_TASK"}]}""", "actions[0].title")]
    [InlineData("""{"actions": [{"type": "WAIT", "minutes": 0}]}""", "actions[0].minutes")]
    [InlineData("""{"actions": [{"type": "WAIT", "minutes": 1, "to": "a@example.com"}]}""", "actions[0].to")]
    [InlineData("""{"actions": [{"type": "UPDATE_FIELD", "field": "convertedAt", "value": "2026-01-01T00:00:00Z"}]}""", "actions[0].field")]
    [InlineData("""{"actions": [{"type": "UPDATE_FIELD", "field": "score", "value": 101}]}""", "actions[0].value")]
    [InlineData("""{"actions": [{"type": "CHANGE_STATUS", "value": "NEVER"}]}""", "actions[0].value")]
    [InlineData("""{"actions": [{"type": "SEND_EMAIL", "to": "nobody", "subject": "x", "body": "y"}]}""", "actions[0].to")]
    [InlineData("""{"actions": [{"type": "CALL_WEBHOOK", "url": "ftp://example.com"}]}""", "actions[0].url")]
    [InlineData("""{"actions": [{"type": "CREATE_RECORD", "resource": "deals", "data": {"name": "x"}}]}""", "actions[0].data.name")]
    [InlineData("""{"actions": [{"type": "ASSIGN_USER", "userIds": ["x"]}]}""", "actions[0].userIds[0]")]
    [InlineData("""{"actions": [{"type": "UPDATE_FIELD", "field": "name", "value": [[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]}]}""", "actions[0].value[0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0]")]
    [InlineData("""{"resource": "nothing"}""", "resource")]
    public async Task What_cannot_work_is_refused_by_its_path(string change, string path)
    {
        var tenant = await api.TenantAsync();
        var body = System.Text.Json.Nodes.JsonNode.Parse("""{"name": "Rule", "resource": "leads", "trigger": {"type": "RECORD_CREATED"}, "actions": [{"type": "WAIT", "minutes": 1}]}""")!.AsObject();
        foreach (var (name, value) in System.Text.Json.Nodes.JsonNode.Parse(change)!.AsObject()) body[name] = value!.DeepClone();
        (await tenant.PostAsync("/workflow-rules", body)).ShouldFail(400, "VALIDATION_FAILED").Errors.Select(e => e.Key).ShouldContain(path);
    }

    [Fact]
    public async Task Whoever_may_not_and_another_tenant_see_no_rule()
    {
        var (tenant, other) = (await api.TenantAsync(), await api.TenantAsync());
        var rule = await tenant.RuleAsync(new { type = "MANUAL" }, [new { type = "WAIT", minutes = 1 }]);
        (await (await tenant.MemberAsync("USER")).Client.GetAsync("/workflow-rules")).ShouldFail(403, "FORBIDDEN");
        foreach (var path in new[] { "", "/runs" }) (await other.GetAsync($"/workflow-rules/{rule}{path}")).ShouldFail(404, "NOT_FOUND");
        var lead = await tenant.LeadAsync();
        foreach (var act in new[] { "run", "dry-run" }) (await other.PostAsync($"/workflow-rules/{rule}/{act}", new { recordId = lead })).ShouldFail(404, "NOT_FOUND");
        (await tenant.PostAsync($"/workflow-rules/{rule}/run", new { recordId = await other.LeadAsync() })).ShouldFail(422, "UNPROCESSABLE");
    }
}
