using System.Text.Json.Nodes;
using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Workflows;

/// <summary>Whom steps name, what texts are filled from, and what a run says when a step is refused.</summary>
public sealed class WorkflowMemberTests(CrmApi api)
{
    [Fact]
    public async Task Members_and_teams_that_are_not_there_are_all_named_when_a_rule_is_saved()
    {
        var (tenant, other) = (await api.TenantAsync(), await api.TenantAsync());
        var (me, stranger, theirs) = (tenant.UserId, Guid.NewGuid(), (await other.MemberAsync()).UserId);
        var team = (await tenant.PostAsync("/teams", new { name = "Sales" })).ShouldBe(201).Id;
        object[] actions =
        [
            new { type = "CREATE_TASK", title = "Call", userIds = new[] { me, stranger } },
            new { type = "SEND_NOTIFICATION", title = "Look", userIds = new[] { theirs } },
            new { type = "ASSIGN_USER", userIds = new[] { stranger, theirs }, assignment = "ROUND_ROBIN" },
            new { type = "ASSIGN_USER", assignment = "TERRITORY", territoryField = "source", territories = new object[] { new { values = new[] { "EVENT" }, userIds = new[] { me, theirs } }, new { values = new[] { "EMAIL" }, teamId = stranger }, new { values = new[] { "PHONE" }, teamId = team } } },
            new { type = "REQUEST_APPROVAL", title = "May I?", userIds = new[] { stranger } },
            new { type = "UPDATE_FIELD", field = "ownerId", value = theirs },
            new { type = "CREATE_RECORD", resource = "tasks", data = new { title = "Call", assigneeId = stranger } },
            new { type = "SEND_NOTIFICATION", title = "Look", userIds = new[] { team } },
        ];
        (await SaveAsync(tenant, actions)).ShouldFail(422, "UNPROCESSABLE").Errors.Select(e => e.Key).Order(StringComparer.Ordinal).ShouldBe(
        [
            "actions[0].userIds[1]", "actions[1].userIds[0]", "actions[2].userIds[0]", "actions[2].userIds[1]", "actions[3].territories[0].userIds[1]", "actions[3].territories[1].teamId",
            "actions[4].userIds[0]", "actions[5].value", "actions[6].data.assigneeId", "actions[7].userIds[0]",
        ]);
        var rule = await tenant.RuleAsync(new { type = "MANUAL" }, [new { type = "CREATE_TASK", title = "Call", userIds = new[] { me } }]);
        (await tenant.PatchAsync($"/workflow-rules/{rule}", new { actions = new[] { new { type = "CREATE_TASK", title = "Call", userIds = new[] { theirs } } } })).ShouldFail(422, "UNPROCESSABLE");
        var batch = (await tenant.PostAsync("/workflow-rules/batch", new { operations = new[] { new { op = "create", data = Body(actions) } } })).ShouldBe(200);
        ((int)batch.Items[0]!["status"]!).ShouldBe(422, batch.Text);
    }

    [Fact]
    public async Task Who_may_not_decide_cannot_be_asked_by_a_rule()
    {
        var tenant = await api.TenantAsync();
        var (user, manager) = ((await tenant.MemberAsync("USER")).UserId, (await tenant.MemberAsync("MANAGER")).UserId);
        var denied = (await tenant.MemberAsync("MANAGER")).UserId;
        (await tenant.PatchAsync($"/team/members/{denied}", new { permissions = new { deny = new[] { "approvals.decide" } } })).ShouldBe(200);
        var refused = (await SaveAsync(tenant, new { type = "REQUEST_APPROVAL", title = "May I?", userIds = new[] { user, manager, denied } })).ShouldFail(422, "UNPROCESSABLE");
        refused.Errors.Select(e => e.Key).Order().ShouldBe(["actions[0].userIds[0]", "actions[0].userIds[2]"]);
        refused.Text.ShouldContain("approvals.decide");
        // Who could be asked when the rule was saved, and has lost the permission since, makes the step fail instead of waiting for ever.
        var rule = await tenant.RuleAsync(new { type = "RECORD_CREATED" }, [new { type = "REQUEST_APPROVAL", title = "May I?", userIds = new[] { manager } }]);
        (await tenant.PatchAsync($"/team/members/{manager}", new { role = "USER" })).ShouldBe(200);
        await tenant.LeadAsync();
        var run = (await tenant.RunsAsync(rule)).ShouldHaveSingleItem();
        run.Status().ShouldBe("FAILED");
        ((string)run["reason"]!).ShouldContain(manager.ToString());
    }

    [Fact]
    public async Task A_step_whose_member_has_left_fails_and_names_him_and_its_rule_can_still_be_switched_off()
    {
        var tenant = await api.TenantAsync();
        var (_, leaver) = await tenant.MemberAsync("USER");
        var name = (string)(await tenant.GetAsync($"/team/members/{leaver}")).Data["fullName"]!;
        object[][] steps =
        [
            [new { type = "SEND_NOTIFICATION", title = "Look", userIds = new[] { tenant.UserId, leaver } }], [new { type = "CREATE_TASK", title = "Call", userIds = new[] { leaver } }],
            [new { type = "ASSIGN_USER", userIds = new[] { leaver } }],
        ];
        var rules = new List<Guid>();
        foreach (var step in steps) rules.Add(await tenant.RuleAsync(new { type = "RECORD_CREATED" }, step));
        (await tenant.DeleteAsync($"/team/members/{leaver}?reassignTo={tenant.UserId}")).ShouldBe(204);
        await tenant.LeadAsync();
        foreach (var rule in rules)
        {
            var run = (await tenant.RunsAsync(rule)).ShouldHaveSingleItem();
            run.Status().ShouldBe("FAILED");
            var reason = (string)run["reason"]!;
            reason.ShouldContain(name);
            reason.ShouldContain(leaver.ToString());
            (await tenant.PatchAsync($"/workflow-rules/{rule}", new { isActive = false })).ShouldBe(200);
        }
    }

    [Fact]
    public async Task A_member_that_is_named_twice_is_named_once()
    {
        var tenant = await api.TenantAsync();
        var (one, two) = (tenant.UserId, (await tenant.MemberAsync()).UserId);
        var saved = (await SaveAsync(tenant, new { type = "ASSIGN_USER", assignment = "ROUND_ROBIN", userIds = new[] { one.ToString(), two.ToString(), one.ToString().ToUpperInvariant() } })).ShouldBe(201);
        saved.Data["actions"]![0]!["userIds"]!.AsArray().Select(id => (Guid)id!).ShouldBe([one, two]);
    }

    [Theory]
    [InlineData("""{"type": "CREATE_TASK", "title": "Call {{nmae}}"}""", "actions[0].title")]
    [InlineData("""{"type": "CREATE_TASK", "title": "Call", "description": "{{value.sum}}"}""", "actions[0].description")]
    [InlineData("""{"type": "CREATE_TASK", "title": "Call {{first name}}"}""", "actions[0].title")]
    [InlineData("""{"type": "SEND_EMAIL", "to": "{{e-mail}}", "subject": "{{customFields.tier}}", "body": "{{payload.order}}"}""", "actions[0].to,actions[0].to,actions[0].subject,actions[0].body")]
    [InlineData("""{"type": "UPDATE_FIELD", "field": "company", "value": "{{name.first}}"}""", "actions[0].value")]
    [InlineData("""{"type": "CALL_WEBHOOK", "url": "https://hooks.example/", "data": {"a": ["{{name}}", "{{born}}"]}}""", "actions[0].data.a[1]")]
    [InlineData("""{"type": "SEND_NOTIFICATION", "title": "{{before.name}}", "body": "{{}}"}""", "actions[0].title,actions[0].body")]
    public async Task A_placeholder_that_stands_for_nothing_is_refused_by_its_path(string action, string paths)
    {
        var tenant = await api.TenantAsync();
        var body = Body(JsonNode.Parse(action)!, trigger: "RECORD_CREATED");
        var refused = (await tenant.PostAsync("/workflow-rules", body)).ShouldFail(400, "VALIDATION_FAILED");
        refused.Errors.Select(e => e.Key).ShouldBe(paths.Split(',').Distinct(), ignoreOrder: true);
    }

    [Fact]
    public async Task Placeholders_of_what_there_is_are_taken_and_a_retired_custom_field_does_not_bind_the_rule()
    {
        var tenant = await api.TenantAsync();
        var field = (await tenant.PostAsync("/custom-fields", new { entity = "leads", name = "budget", label = "Budget", type = "MONEY" })).ShouldBe(201).Id;
        var rule = (await tenant.PostAsync("/workflow-rules", Body(new { type = "CREATE_TASK", title = "{{ name }} {{value}} {{value.amount}} {{customFields.budget.currency}} {{createdAt}} {{payload.order.number}}" }))).ShouldBe(201).Id;
        (await tenant.DeleteAsync($"/custom-fields/{field}")).ShouldBe(204);
        (await tenant.PatchAsync($"/workflow-rules/{rule}", new { isActive = false })).ShouldBe(200);
        (await tenant.PatchAsync($"/workflow-rules/{rule}", new { actions = new[] { new { type = "CREATE_TASK", title = "{{customFields.budget}}" } } })).ShouldFail(400, "VALIDATION_FAILED");
    }

    [Fact]
    public async Task A_run_that_fails_names_the_member_that_is_to_blame()
    {
        var tenant = await api.TenantAsync();
        var rule = await tenant.RuleAsync(new { type = "RECORD_CREATED" }, [new { type = "UPDATE_FIELD", field = "email", value = "{{company}}" }]);
        (await tenant.PostAsync("/leads", new { name = "Ada", company = "Analytical Ltd" })).ShouldBe(201);
        var run = (await tenant.RunsAsync(rule)).ShouldHaveSingleItem();
        run.Status().ShouldBe("FAILED");
        ((string)run["reason"]!).ShouldBe("actions[0]: email: must be an e-mail address");
        ((string)run["steps"]![0]!["outcome"]!).ShouldBe("email: must be an e-mail address");
    }

    [Theory]
    [InlineData("""{"from": "2026-02-01T00:00:00Z", "to": "2026-01-01T00:00:00Z"}""")]
    [InlineData("""{"from": "2026-02-01T00:00:00Z", "to": "2026-02-01T00:00:00Z"}""")]
    [InlineData("""{"from": "2999-01-01T00:00:00Z"}""")]
    public async Task A_backtest_of_no_time_is_refused(string range)
    {
        var tenant = await api.TenantAsync();
        var rule = await tenant.RuleAsync(new { type = "RECORD_CREATED" }, [new { type = "WAIT", minutes = 1 }]);
        (await tenant.PostAsync($"/workflow-rules/{rule}/backtest", JsonNode.Parse(range)!)).ShouldFail(400, "VALIDATION_FAILED").Errors.ShouldContainKey("from");
    }

    private static Task<Reply> SaveAsync(ApiClient client, params object[] actions) => client.PostAsync("/workflow-rules", Body(actions));

    private static JsonObject Body(params object[] actions) => new() { ["name"] = "Rule", ["resource"] = "leads", ["trigger"] = new JsonObject { ["type"] = "MANUAL" }, ["actions"] = System.Text.Json.JsonSerializer.SerializeToNode(actions) };

    private static JsonObject Body(JsonNode action, string trigger) => new() { ["name"] = "Rule", ["resource"] = "leads", ["trigger"] = new JsonObject { ["type"] = trigger }, ["actions"] = new JsonArray(action) };
}
