using Crm.Api.Tests.Durability;
using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Workflows;

/// <summary>Drill: the steps of rules are taken exactly once, whatever is killed while they are.</summary>
public sealed class WorkflowKillTests
{
    private const int Kills = 6;

    [Fact]
    public async Task Killed_while_rules_run_each_step_is_taken_once()
    {
        await using var service = await ServiceProcess.StartAsync();
        var owner = await service.Api.RegisterAsync();
        var rule = await service.Api.As(owner.Token).RuleAsync(new { type = "RECORD_CREATED" },
            [new { type = "CREATE_TASK", title = "{{id}}" }, new { type = "UPDATE_FIELD", field = "score", value = 33 }]);
        var load = Load.OfLeads(service, owner, batches: 0);
        await load.KilledAsync(Kills);
        var tenant = service.Api.As(owner.Token);
        await Eventually.Async(async () => await CountAsync(tenant, "/leads?score[ne]=33") == 0, "every rule has run to its end", TimeSpan.FromMinutes(2));
        var leads = await CountAsync(tenant, "/leads");
        (await CountAsync(tenant, "/tasks")).ShouldBe(leads);
        ((int)(await tenant.GetAsync($"/workflow-rules/{rule}")).Data["executionCount"]!).ShouldBe(leads);
        var titles = new List<string>();
        for (var skip = 0; skip < leads; skip += 200) titles.AddRange((await tenant.GetAsync($"/tasks?take=200&skip={skip}&fields=title")).Items.Select(t => (string)t!["title"]!));
        titles.ShouldBeUnique();
        TestContext.Current.TestOutputHelper?.WriteLine($"{Kills} kills; {leads} leads, each with one task and one score.");
    }

    private static async Task<int> CountAsync(ApiClient tenant, string path) => (int)(await tenant.GetAsync(path + (path.Contains('?') ? "&" : "?") + "count=exact&take=1")).ShouldBe(200).Meta["total"]!;
}
