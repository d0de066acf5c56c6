using System.Text.Json.Nodes;
using Crm.Api.Tests.Fixture;
using Dapper;

namespace Crm.Api.Tests.Workflows;

/// <summary>Rules during an import, and rules asked about what is past.</summary>
public sealed class BulkAndBacktestTests(CrmApi api)
{
    private const int Leads = 1_000;

    [Fact]
    public async Task An_import_runs_throttles_or_suppresses_a_rule_as_it_says_and_single_changes_run_it_anyway()
    {
        var tenant = await api.TenantAsync();
        await tenant.LeadAsync("Before the rules");
        object[] tag = [new { type = "UPDATE_FIELD", field = "score", value = 1 }];
        object[] task = [new { type = "CREATE_TASK", title = "{{name}}" }];
        object[] pause = [new { type = "WAIT", minutes = 60 }];
        const string some = """{"field": "name", "op": "startsWith", "value": "Lead 1"}""";
        var run = await tenant.RuleAsync(new { type = "RECORD_CREATED" }, tag);
        var throttled = await tenant.RuleAsync(new { type = "RECORD_CREATED" }, pause, some, new { bulkPolicy = "THROTTLE" });
        var suppressed = await tenant.RuleAsync(new { type = "RECORD_CREATED" }, task, more: new { bulkPolicy = "SUPPRESS" });
        (await tenant.PostAsync("/leads/batch", new { operations = Enumerable.Range(0, Leads).Select(i => new { op = "create", data = new { name = $"Lead {i}" } }) })).ShouldBe(200);
        var single = await tenant.LeadAsync("Single");
        await Eventually.Async(async () => await CountAsync(tenant, run, "SUCCEEDED") == Leads + 1, "each lead has run the rule", TimeSpan.FromMinutes(3));
        (await tenant.GetAsync("/leads?score=1&count=exact&take=1")).Meta["total"]!.GetValue<int>().ShouldBe(Leads + 1);
        (await CountAsync(tenant, suppressed, "SUPPRESSED")).ShouldBe(Leads);
        await Eventually.Async(async () => await CountAsync(tenant, suppressed, "SUCCEEDED") == 1, "the single lead runs it");
        (await tenant.GetAsync("/tasks")).Items.Single()!["leadId"]!.GetValue<Guid>().ShouldBe(single);
        // Lead 1, 1x and 1xx: 111 of them, a tenth of a second apart.
        (await ThrottledForAsync(tenant, throttled)).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(11));
        (await CountAsync(tenant, throttled, "SKIPPED")).ShouldBe(Leads + 1 - 111);
    }

    [Fact]
    public async Task A_rule_that_is_switched_on_during_an_import_runs_on_what_comes_afterwards()
    {
        var tenant = await api.TenantAsync();
        var rule = await tenant.RuleAsync(new { type = "RECORD_CREATED" }, [new { type = "UPDATE_FIELD", field = "score", value = 1 }], more: new { isActive = false });
        for (var part = 0; part < 6; part++)
        {
            if (part == 3) (await tenant.PatchAsync($"/workflow-rules/{rule}", new { isActive = true })).ShouldBe(200);
            (await tenant.PostAsync("/leads/batch", new { operations = Enumerable.Range(0, 60).Select(i => new { op = "create", data = new { name = $"Part {part}" } }) })).ShouldBe(200);
        }
        await Eventually.Async(async () => await CountAsync(tenant, rule, "SUCCEEDED") == 180, "the later half has run");
        (await CountAsync(tenant, rule, null)).ShouldBe(180);
        for (var part = 0; part < 6; part++) (await tenant.GetAsync($"/leads?name=Part {part}&score=1&count=exact&take=1")).Meta["total"]!.GetValue<int>().ShouldBe(part < 3 ? 0 : 60);
    }

    [Fact]
    public async Task A_backtest_counts_what_really_fired()
    {
        var tenant = await api.TenantAsync();
        const string large = """{"field": "value", "op": "gte", "value": 100}""";
        object[] actions = [new { type = "UPDATE_FIELD", field = "score", value = 50 }, new { type = "CREATE_TASK", title = "Call {{name}}" }];
        var live = await tenant.RuleAsync(new { type = "RECORD_UPDATED" }, actions, large);
        var from = DateTimeOffset.UtcNow;
        for (var i = 0; i < 12; i++)
        {
            var lead = await tenant.LeadAsync($"Lead {i}", value: i * 20);
            (await tenant.PatchAsync($"/leads/{lead}", new { notes = "first" })).ShouldBe(200);
            (await tenant.PatchAsync($"/leads/{lead}", new { notes = "second" })).ShouldBe(200);
        }
        // 7 leads are worth 100 or more; each is changed twice, and scored once: the scoring stops.
        await Eventually.Async(async () => await CountAsync(tenant, live, "SUCCEEDED") == 14 && await CountAsync(tenant, live, "STOPPED") >= 7, "the rule has run");
        await tenant.RunsAsync(live, 14);
        var tried = await tenant.RuleAsync(new { type = "RECORD_UPDATED" }, actions, large, new { isActive = false });
        foreach (var rule in new[] { live, tried })
        {
            var result = (await tenant.PostAsync($"/workflow-rules/{rule}/backtest", new { from })).ShouldBe(200).Data;
            ((int)result["fired"]!, (int)result["records"]!, (bool)result["wouldLoop"]!, (bool)result["isComplete"]!).ShouldBe((14, 7, true, true));
            ((int)result["stopped"]!).ShouldBe(await CountAsync(tenant, live, "STOPPED"));
            ((int)result["skipped"]!).ShouldBe(await CountAsync(tenant, live, "SKIPPED"));
            result["steps"]!.AsArray().Select(s => (int)s!["count"]!).ShouldBe([14, 14]);
            ((string)result["sample"]![0]!["effects"]![1]!).ShouldBe("A task: Call Lead 5");
        }
        (await CountAsync(tenant, tried, null)).ShouldBe(0, "it has no effects");
        (await tenant.PostAsync($"/workflow-rules/{tried}/backtest", new { from = from.AddYears(-2), to = from })).ShouldBe(200).Data["fired"]!.GetValue<int>().ShouldBe(0);
        (await (await api.TenantAsync()).PostAsync($"/workflow-rules/{live}/backtest", new { from })).ShouldFail(404, "NOT_FOUND");
    }

    private async Task<int> CountAsync(TenantClient tenant, Guid rule, string? status)
    {
        await using var connection = await api.TenantConnectionAsync(tenant.Id);
        return await connection.QuerySingleAsync<int>("select count(*)::int from crm.workflow_runs where rule_id = @rule and (@status::text is null or status = @status)", new { rule, status });
    }

    /// <summary>How long after the first run the last one is due.</summary>
    private async Task<TimeSpan> ThrottledForAsync(TenantClient tenant, Guid rule)
    {
        await using var connection = await api.TenantConnectionAsync(tenant.Id);
        return await connection.QuerySingleAsync<TimeSpan>("select (select slot_at from crm.workflow_turns where rule_id = @rule and step = -1) - min(created_at) from crm.workflow_runs where rule_id = @rule and has_fired", new { rule });
    }
}
