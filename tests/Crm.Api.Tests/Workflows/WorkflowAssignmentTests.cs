using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.Operations;

namespace Crm.Api.Tests.Workflows;

/// <summary>Whom a step gives a record to.</summary>
public sealed class WorkflowAssignmentTests(CrmApi api)
{
    [Fact]
    public async Task Who_has_the_fewest_open_records_gets_the_next_from_two_instances()
    {
        await using var other = new ConfiguredApi(api, _ => { });
        var tenant = await api.TenantAsync();
        var members = await tenant.MembersAsync(3);
        for (var i = 0; i < 4; i++) await tenant.LeadAsync(more: new { ownerId = members[0] });
        for (var i = 0; i < 3; i++) await tenant.LeadAsync(more: new { ownerId = members[1], status = "LOST" });
        var rule = await tenant.RuleAsync(new { type = "RECORD_CREATED" }, [new { type = "ASSIGN_USER", userIds = members, assignment = "LEAST_LOADED" }]);
        await Task.WhenAll(Enumerable.Range(0, 11).Select(i => tenant.LeadAsync($"Lead {i}", more: new { ownerId = tenant.UserId })));
        (await tenant.RunsAsync(rule, 11)).ShouldAllBe(r => r.Status() == "SUCCEEDED");
        (await tenant.LoadsAsync(members)).ShouldBe([5, 5 + 3, 5], "4, 0 and 0 open ones and 11 more");
    }

    [Fact]
    public async Task Those_of_the_record_s_territory_take_turns_and_who_is_away_is_passed_over()
    {
        var tenant = await api.TenantAsync();
        var members = await tenant.MembersAsync(3);
        var team = (await tenant.PostAsync("/teams", new { name = "Partners" })).ShouldBe(201).Id;
        var partner = (await tenant.MemberAsync(teamId: team)).UserId;
        var rule = await tenant.RuleAsync(new { type = "RECORD_CREATED" },
        [
            new { type = "ASSIGN_USER", assignment = "TERRITORY", territoryField = "source", territories = new object[] { new { values = new[] { "EVENT", "REFERRAL" }, userIds = members }, new { values = new[] { "PARTNER" }, teamId = team } } },
        ]);
        (await tenant.PatchAsync($"/team/members/{members[1]}", new { isActive = false })).ShouldBe(200);
        foreach (var source in new[] { "EVENT", "PARTNER", "REFERRAL", "EVENT", "EVENT", "PHONE" }) await tenant.LeadAsync(source, more: new { ownerId = tenant.UserId, source });
        var runs = await tenant.RunsAsync(rule, 6);
        runs.Count(r => r.Status() == "SUCCEEDED").ShouldBe(5);
        ((string)runs.Single(r => r.Status() == "FAILED")["reason"]!).ShouldContain("none of the territories");
        (await tenant.LoadsAsync([.. members, partner])).ShouldBe([2, 0, 2, 1]);
        var lead = await tenant.LeadAsync("Another", more: new { ownerId = tenant.UserId, source = "PHONE" });
        (await tenant.PostAsync($"/workflow-rules/{rule}/dry-run", new { recordId = lead })).ShouldBe(200).Data["steps"]![0]!["effect"]!.GetValue<string>().ShouldContain("TERRITORY");
    }

    [Fact]
    public async Task A_territory_that_the_resource_does_not_have_is_refused_by_its_path()
    {
        var tenant = await api.TenantAsync();
        (await PostAsync(new { type = "ASSIGN_USER", assignment = "TERRITORY" })).Order().ShouldBe(["actions[0].territories", "actions[0].territoryField"]);
        (await PostAsync(new { type = "ASSIGN_USER", assignment = "TERRITORY", territoryField = "nothing", territories = Of("X") })).ShouldBe(["actions[0].territoryField"]);
        (await PostAsync(new { type = "ASSIGN_USER", assignment = "TERRITORY", territoryField = "source", territories = Of("NO_SUCH") })).ShouldBe(["actions[0].territories[0].values"]);
        (await PostAsync(new { type = "ASSIGN_USER", assignment = "TERRITORY", territoryField = "source", territories = Of("EVENT"), userIds = new[] { tenant.UserId } })).ShouldBe(["actions[0].userIds"]);
        (await PostAsync(new { type = "ASSIGN_USER", userIds = new[] { tenant.UserId }, territoryField = "source" })).ShouldBe(["actions[0].territoryField"]);

        object[] Of(string value) => [new { values = new[] { value }, userIds = new[] { tenant.UserId } }];

        async Task<IEnumerable<string>> PostAsync(object action) =>
            (await tenant.PostAsync("/workflow-rules", new { name = "Rule", resource = "leads", trigger = new { type = "MANUAL" }, actions = new[] { action } })).ShouldFail(400, "VALIDATION_FAILED").Errors.Select(e => e.Key);
    }
}
