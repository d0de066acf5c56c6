using System.Text.Json.Nodes;
using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.Operations;
using Crm.Api.Tests.Webhooks;
using Crm.Application.Abstractions;
using Crm.Application.Workflows;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Api.Tests.Workflows;

/// <summary>What sets rules off, what their steps do, and that they do it once.</summary>
public sealed class WorkflowRunTests(CrmApi api)
{
    [Fact]
    public async Task Each_trigger_sets_its_rule_off_and_no_other()
    {
        var tenant = await api.TenantAsync();
        object[] nothing = [new { type = "WAIT", minutes = 60 }];
        var rules = new Dictionary<string, Guid>
        {
            ["created"] = await tenant.RuleAsync(new { type = "RECORD_CREATED" }, nothing),
            ["updated"] = await tenant.RuleAsync(new { type = "RECORD_UPDATED" }, nothing),
            ["deleted"] = await tenant.RuleAsync(new { type = "RECORD_DELETED" }, nothing),
            ["score"] = await tenant.RuleAsync(new { type = "FIELD_CHANGED", field = "score" }, nothing),
            ["to"] = await tenant.RuleAsync(new { type = "FIELD_CHANGED", field = "score", from = "10", to = "20" }, nothing),
            ["status"] = await tenant.RuleAsync(new { type = "STATUS_CHANGED", to = "QUALIFIED" }, nothing),
            ["inactive"] = await tenant.RuleAsync(new { type = "RECORD_CREATED" }, nothing, more: new { isActive = false }),
            ["manual"] = await tenant.RuleAsync(new { type = "MANUAL" }, nothing),
        };
        var lead = await tenant.LeadAsync(more: new { score = 10 });
        foreach (var change in new object[] { new { score = 20 }, new { score = 30 }, new { status = "QUALIFIED" }, new { status = "CONTACTED" } })
            (await tenant.PatchAsync($"/leads/{lead}", change)).ShouldBe(200);
        (await tenant.PostAsync($"/workflow-rules/{rules["manual"]}/run", new { recordId = lead })).ShouldBe(200);
        (await tenant.DeleteAsync($"/leads/{lead}")).ShouldBe(204);
        // The last change is asked about last: then nothing more comes.
        await tenant.RunsAsync(rules["deleted"]);
        var counts = new Dictionary<string, int>();
        foreach (var (name, rule) in rules) counts[name] = (await tenant.GetAsync($"/workflow-rules/{rule}/runs")).Items.Count;
        counts.ShouldBe(new Dictionary<string, int> { ["created"] = 1, ["updated"] = 4, ["deleted"] = 1, ["score"] = 2, ["to"] = 1, ["status"] = 1, ["inactive"] = 0, ["manual"] = 1 }, ignoreOrder: true);
        var rule1 = (await tenant.GetAsync($"/workflow-rules/{rules["updated"]}")).Data;
        ((int)rule1["executionCount"]!).ShouldBe(4);
        rule1["lastRunAt"].ShouldNotBeNull();
    }

    [Fact]
    public async Task Steps_do_what_they_say_because_of_the_event()
    {
        var tenant = await api.TenantAsync();
        var member = await tenant.MemberAsync("USER");
        var rule = await tenant.RuleAsync(new { type = "RECORD_CREATED" },
        [
            new { type = "CREATE_TASK", title = "Call {{name}} about {{value}}", description = "{{email}}", dueInDays = 1 },
            new { type = "UPDATE_FIELD", field = "score", value = 70 },
            new { type = "CHANGE_STATUS", value = "CONTACTED" },
            new { type = "ASSIGN_USER", userIds = new[] { member.UserId } },
            new { type = "CREATE_RECORD", resource = "companies", data = new { name = "{{company}}", tags = new[] { "from {{source}}" } } },
            new { type = "SEND_EMAIL", to = "{{email}}", subject = "Welcome {{name}}", body = "Dear {{name}}" },
        ]);
        var email = $"ada-{Guid.NewGuid():N}@example.com";
        var lead = (await tenant.PostAsync("/leads", new { name = "Ada", email, company = "Engines", value = new { amount = 10, currency = "EUR" } })).ShouldBe(201).Id;
        var run = (await tenant.RunsAsync(rule))[0];
        run.Status().ShouldBe("SUCCEEDED", run.ToJsonString());
        run["steps"]!.AsArray().Count.ShouldBe(6);
        var after = (await tenant.GetAsync($"/leads/{lead}")).Data;
        ((int)after["score"]!, (string)after["status"]!, (Guid)after["ownerId"]!).ShouldBe((70, "CONTACTED", member.UserId));
        var task = (await tenant.GetAsync("/tasks")).Items.Single()!;
        ((string)task["title"]!, (Guid)task["leadId"]!, (Guid)task["assigneeId"]!).ShouldBe(("Call Ada about 10.00 EUR", lead, tenant.UserId));
        ((string)(await tenant.GetAsync("/companies")).Items.Single()!["tags"]![0]!).ShouldBe("from OTHER");
        Directory.EnumerateFiles(Path.Combine(api.DataFolder, "mail")).Count(f => File.ReadAllText(f).Contains(email, StringComparison.Ordinal)).ShouldBe(1);
        var created = await api.EventAsync(tenant, lead, "lead.created");
        var effects = (await tenant.EventsAsync("types=task.created,lead.updated,company.created&take=200", 5)).Items;
        effects.Count.ShouldBe(5);
        effects.ShouldAllBe(e => (string?)e!["causationId"] == created.ToString() && (string?)e["actor"]!["type"] == "SYSTEM");
    }

    [Fact]
    public async Task Conditions_that_fail_are_told_with_what_was_found()
    {
        var tenant = await api.TenantAsync();
        var rule = await tenant.RuleAsync(new { type = "RECORD_UPDATED" }, [new { type = "WAIT", minutes = 1 }],
            """{"and": [{"field": "before.status", "value": "NEW"}, {"field": "value", "op": "gt", "value": 1000}]}""");
        var lead = await tenant.LeadAsync(value: 5);
        (await tenant.PatchAsync($"/leads/{lead}", new { score = 1 })).ShouldBe(200);
        var run = (await tenant.RunsAsync(rule))[0];
        run.Status().ShouldBe("SKIPPED");
        var findings = run["conditions"]!.AsArray();
        findings.Select(f => ((string)f!["path"]!, (bool)f["holds"]!)).ShouldBe([("conditions.and[0]", true), ("conditions.and[1]", false)]);
        ((decimal)findings[1]!["found"]!["amount"]!).ShouldBe(5m);
        (await tenant.GetAsync($"/workflow-rules/{rule}/runs?status=SKIPPED&recordId={lead}")).Items.Count.ShouldBe(1);
        (await tenant.GetAsync($"/workflow-rules/{rule}/runs?status=FAILED")).Items.ShouldBeEmpty();
        (await tenant.GetAsync($"/workflow-rules/{rule}/runs?take=201")).ShouldFail(400, "INVALID_QUERY");
    }

    [Fact]
    public async Task A_rule_that_sets_itself_off_stops_and_says_why()
    {
        var tenant = await api.TenantAsync();
        var rule = await tenant.RuleAsync(new { type = "RECORD_UPDATED" }, [new { type = "UPDATE_FIELD", field = "notes", value = "seen at {{updatedAt}}" }]);
        var lead = await tenant.LeadAsync();
        (await tenant.PatchAsync($"/leads/{lead}", new { score = 1 })).ShouldBe(200);
        var runs = await tenant.RunsAsync(rule, 2);
        runs.Select(r => r.Status()).ShouldBe(["STOPPED", "SUCCEEDED"]);
        ((string)runs[0]["reason"]!).ShouldContain("circle");
        (await tenant.PostAsync($"/workflow-rules/{rule}/dry-run", new { recordId = lead })).ShouldBe(200).Data["wouldLoop"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Fact]
    public async Task Rules_that_set_each_other_off_on_new_records_end_by_their_depth()
    {
        var tenant = await api.TenantAsync();
        var rule = await tenant.RuleAsync(new { type = "RECORD_CREATED" }, [new { type = "CREATE_RECORD", resource = "leads", data = new { name = "{{name}}+" } }]);
        await tenant.LeadAsync("L");
        await Eventually.Async(async () => (await tenant.RunsAsync(rule)).Any(r => r.Status() == "STOPPED"), "the chain ends");
        var runs = await tenant.RunsAsync(rule);
        runs.Count.ShouldBe(9);
        ((string)runs[0]["reason"]!).ShouldContain("8 hops");
        (await tenant.GetAsync("/leads?count=exact")).Meta["total"]!.GetValue<int>().ShouldBe(9);
    }

    [Fact]
    public async Task A_step_that_fails_is_tried_again_and_ends_the_run_with_its_reason()
    {
        var tenant = await api.TenantAsync();
        var gone = (await tenant.MemberAsync()).UserId;
        var rule = await tenant.RuleAsync(new { type = "RECORD_CREATED" },
            [new { type = "ASSIGN_USER", userIds = new[] { gone }, continueOnError = true }, new { type = "ASSIGN_USER", userIds = new[] { gone }, retries = 1 }, new { type = "UPDATE_FIELD", field = "score", value = 1 }]);
        (await tenant.DeleteAsync($"/team/members/{gone}")).ShouldBe(204);
        var lead = await tenant.LeadAsync();
        await Eventually.Async(async () => (await tenant.RunsAsync(rule))[0].Status() == "WAITING", "it waits for another try");
        await api.PassTimeAsync(tenant);
        await Eventually.Async(async () => (await tenant.RunsAsync(rule))[0].Status() == "FAILED", "it is given up");
        var run = (await tenant.RunsAsync(rule))[0];
        run["steps"]!.AsArray().Select(s => ((string)s!["status"]!, (int)s["attempts"]!)).ShouldBe([("FAILED", 1), ("FAILED", 2)]);
        ((string)run["reason"]!).ShouldStartWith("actions[1]");
        (await tenant.GetAsync($"/leads/{lead}")).Data["score"].ShouldBeNull();
    }

    [Fact]
    public async Task A_pause_is_waited_for_and_the_run_goes_on_with_the_rule_as_it_was()
    {
        var tenant = await api.TenantAsync();
        var rule = await tenant.RuleAsync(new { type = "RECORD_CREATED" }, [new { type = "WAIT", minutes = 60 }, new { type = "UPDATE_FIELD", field = "score", value = 5 }]);
        var lead = await tenant.LeadAsync();
        await Eventually.Async(async () => (await tenant.RunsAsync(rule))[0].Status() == "WAITING", "it waits");
        (await tenant.DeleteAsync($"/workflow-rules/{rule}")).ShouldBe(204);
        await api.PassTimeAsync(tenant);
        await Eventually.Async(async () => (int?)(await tenant.GetAsync($"/leads/{lead}")).Data["score"] == 5, "it goes on");
    }

    [Fact]
    public async Task Two_instances_take_each_step_once_and_turns_go_round()
    {
        await using var other = new ConfiguredApi(api, _ => { });
        var tenant = await api.TenantAsync();
        var members = new[] { tenant.UserId, (await tenant.MemberAsync("USER")).UserId, (await tenant.MemberAsync("USER")).UserId };
        var rule = await tenant.RuleAsync(new { type = "RECORD_CREATED" }, [new { type = "ASSIGN_USER", userIds = members, assignment = "ROUND_ROBIN" }, new { type = "CREATE_TASK", title = "{{name}}" }]);
        await Task.WhenAll(Enumerable.Range(0, 30).Select(i => tenant.LeadAsync($"Lead {i}")));
        await Eventually.Async(async () => (await tenant.RunsAsync(rule, 30)).All(r => r.Status() == "SUCCEEDED"), "all have run");
        var tasks = (await tenant.GetAsync("/tasks?take=200&fields=title")).Items.Select(t => (string)t!["title"]!).Order();
        tasks.ShouldBe(Enumerable.Range(0, 30).Select(i => $"Lead {i}").Order());
        foreach (var member in members) (await tenant.GetAsync($"/leads?ownerId={member}&count=exact")).Meta["total"]!.GetValue<int>().ShouldBe(10);
    }

    [Fact]
    public async Task A_secret_address_runs_its_rule_until_it_gets_another()
    {
        var tenant = await api.TenantAsync();
        var rule = await tenant.RuleAsync(new { type = "WEBHOOK_RECEIVED" }, [new { type = "CREATE_RECORD", resource = "leads", data = new { name = "Order {{payload.order.number}}", score = "{{payload.score}}" } }]);
        (await tenant.GetAsync($"/workflow-rules/{rule}")).Data["hookUrl"].ShouldBeNull();
        var old = (await tenant.PostAsync($"/workflow-rules/{rule}/hook", new { })).ShouldBe(200).Of("hookUrl")!;
        var url = (await tenant.PostAsync($"/workflow-rules/{rule}/hook", new { })).ShouldBe(200).Of("hookUrl")!;
        (await tenant.GetAsync($"/workflow-rules/{rule}")).Data["hookUrl"].ShouldBeNull();
        (await api.Anonymous.PostAsync(old, new { })).ShouldFail(404, "NOT_FOUND");
        (await api.Anonymous.PostAsync(url, new { order = new { number = 4711 }, score = 12 })).ShouldBe(200);
        (await tenant.RunsAsync(rule))[0].Status().ShouldBe("SUCCEEDED");
        var lead = (await tenant.GetAsync("/leads")).Items.Single()!;
        ((string)lead["name"]!, (int)lead["score"]!).ShouldBe(("Order 4711", 12));
        (await api.Anonymous.PostAsync(url, new { recordId = Guid.NewGuid() })).ShouldFail(422, "UNPROCESSABLE");
        (await api.Anonymous.PostAsync(url, new { recordId = "x" })).ShouldFail(400, "VALIDATION_FAILED");
        (await api.Anonymous.RawAsync("POST", url, "{\"a\": 1e99999}"u8.ToArray())).ShouldFail(400, "VALIDATION_FAILED");
        (await tenant.PatchAsync($"/workflow-rules/{rule}", new { isActive = false })).ShouldBe(200);
        (await api.Anonymous.PostAsync(url, new { })).ShouldFail(404, "NOT_FOUND");
        var other = await tenant.RuleAsync(new { type = "RECORD_CREATED" }, [new { type = "WAIT", minutes = 1 }]);
        (await tenant.PostAsync($"/workflow-rules/{other}/hook", new { })).ShouldFail(409, "INVALID_STATE");
    }

    [Fact]
    public async Task Members_are_notified_by_a_step_and_when_they_are_asked()
    {
        var tenant = await api.TenantAsync();
        var member = await tenant.MemberAsync("MANAGER");
        await tenant.RuleAsync(new { type = "RECORD_CREATED" },
            [new { type = "SEND_NOTIFICATION", title = "A lead: {{name}}" }, new { type = "REQUEST_APPROVAL", title = "May {{name}} be called?", userIds = new[] { member.UserId } }]);
        await tenant.LeadAsync("Ada");
        await Eventually.Async(async () => (await member.Client.GetAsync("/notifications")).Items.Any(n => (string)n!["kind"]! == "APPROVAL_REQUESTED" && (string)n["title"]! == "May Ada be called?"), "who is asked is told");
        (await tenant.GetAsync("/notifications")).Items.Count(n => (string)n!["kind"]! == "WORKFLOW" && (string)n["title"]! == "A lead: Ada").ShouldBe(1, "the owner is told");
    }

    [Fact]
    public async Task An_email_that_is_handed_in_sets_rules_off_about_who_sent_it()
    {
        var tenant = await api.TenantAsync();
        var rule = await tenant.RuleAsync(new { type = "EMAIL_RECEIVED" }, [new { type = "CREATE_TASK", title = "Answer: {{payload.subject}}" }], """{"field": "name", "value": "Ada"}""");
        var lead = await tenant.LeadAsync("Ada", more: new { email = "ada@example.com" });
        await using (var scope = api.Services.CreateAsyncScope())
        {
            var unit = scope.ServiceProvider.GetRequiredService<IUnitOfWork>();
            scope.ServiceProvider.GetRequiredService<IRequestContext>().ActAs((await api.Services.GetRequiredService<ISystemCallers>().FindAsync(tenant.Id, default))!);
            await unit.BeginAsync(default);
            var emails = scope.ServiceProvider.GetRequiredService<ReceivedEmails>();
            (await emails.TakeAsync(new ReceivedEmail("ADA@example.com", "Ada", ["sales@example.org"], "Offer", "Please.", "<1@example.com>"), default)).ShouldBe(1);
            (await emails.TakeAsync(new ReceivedEmail("bob@example.com", null, ["sales@example.org"], "Hello", "", "<2@example.com>"), default)).ShouldBe(0);
            await unit.CommitAsync(default);
        }
        await Eventually.Async(async () => (await tenant.GetAsync("/tasks")).Items.Count == 1, "the rule runs");
        var task = (await tenant.GetAsync("/tasks")).Items[0]!;
        ((string)task["title"]!, (Guid)task["leadId"]!).ShouldBe(("Answer: Offer", lead));
        (await tenant.RunsAsync(rule, 2)).Select(r => r.Status()).Order().ShouldBe(["SKIPPED", "SUCCEEDED"]);
    }

    [Fact]
    public async Task A_call_takes_the_record_to_another_system()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var tenant = await api.TenantAsync();
        var rule = await tenant.RuleAsync(new { type = "RECORD_CREATED" }, [new { type = "CALL_WEBHOOK", url = receiver.Url }, new { type = "CALL_WEBHOOK", url = receiver.Url, data = new { who = "{{name}}", score = "{{score}}" } }]);
        var lead = await tenant.LeadAsync("Ada", more: new { score = 7 });
        (await tenant.RunsAsync(rule))[0].Status().ShouldBe("SUCCEEDED");
        var bodies = receiver.Calls.Select(c => JsonNode.Parse(c.Body)!).ToList();
        ((Guid)bodies[0]["recordId"]!, (string)bodies[0]["record"]!["name"]!).ShouldBe((lead, "Ada"));
        bodies[1].ToJsonString().ShouldBe("""{"who":"Ada","score":7}""");
        receiver.Calls.Select(c => c.Id).ShouldBeUnique();
    }

    [Fact]
    public async Task What_a_call_reaches_is_never_inside_neither_when_it_is_saved_nor_when_it_is_made()
    {
        var tenant = await api.TenantAsync();
        var rule = new { name = "Rule", resource = "leads", trigger = new { type = "RECORD_CREATED" }, actions = new[] { new { type = "CALL_WEBHOOK", url = "http://10.1.2.3/hook" } } };
        (await tenant.PostAsync("/workflow-rules", rule)).ShouldFail(400, "VALIDATION_FAILED").Errors.Select(e => e.Key).ShouldBe(["actions[0].url"]);
        // Nobody looks where the addresses of a batch lead before they are called.
        var id = (await tenant.PostAsync("/workflow-rules/batch", new { operations = new[] { new { op = "create", data = rule } } })).ShouldBe(200).Items[0]!["id"]!.GetValue<Guid>();
        await tenant.LeadAsync();
        var run = (await tenant.RunsAsync(id))[0];
        run.Status().ShouldBe("FAILED");
        ((string)run["steps"]![0]!["outcome"]!).ShouldNotBeEmpty();
    }
}
