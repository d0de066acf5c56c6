using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Identity;

public sealed class TenantTests(CrmApi api)
{
    [Fact]
    public async Task Settings_change_by_patch_with_version_and_history()
    {
        var tenant = await api.TenantAsync();
        var changed = await tenant.PatchAsync("/tenant", new { country = "BG", timeZone = "Europe/Sofia", welcomeEmail = false }, ("If-Match", "\"1\""));
        changed.ShouldBe(200).Header("ETag").ShouldBe("\"2\"");
        ((string?)changed.Data["country"]).ShouldBe("BG");
        (await tenant.GetAsync("/tenant")).Text.ShouldBe(changed.Text);
        (await tenant.PatchAsync("/tenant", changed.Data)).ShouldBe(200).Header("ETag").ShouldBe("\"2\"");
        (await tenant.PatchAsync("/tenant", new { name = "Other" }, ("If-Match", "\"1\""))).ShouldFail(412, "PRECONDITION_FAILED");
        (await tenant.PatchAsync("/tenant", new { currency = "EURO" })).ShouldFail(400, "VALIDATION_FAILED").Errors.ContainsKey("currency").ShouldBeTrue();
        (await tenant.PatchAsync("/tenant", new { recordVisibility = "SOME", colour = "red" })).ShouldFail(400, "VALIDATION_FAILED").Errors.Count.ShouldBe(2);
        (await tenant.PatchAsync("/tenant", new { id = Guid.NewGuid() })).ShouldFail(400, "VALIDATION_FAILED").Errors.ContainsKey("id").ShouldBeTrue();
    }

    [Fact]
    public async Task A_new_currency_counts_won_values_anew()
    {
        var tenant = await api.TenantAsync();
        var customer = (await tenant.PostAsync("/customers", new { name = "Analytical Ltd" })).ShouldBe(201).Id;
        var stages = (await tenant.GetAsync("/pipelines")).Items[0]!["stages"]!.AsArray();
        var won = (string)stages.First(s => (string?)s!["kind"] == "WON")!["id"]!;
        foreach (var (amount, currency) in new[] { (100m, "EUR"), (70m, "USD") })
            (await tenant.PostAsync("/deals", new { title = $"Deal in {currency}", customerId = customer, stageId = won, value = new { amount, currency } })).ShouldBe(201);
        (await WonAsync(tenant, customer)).ShouldBe("""{"amount":100.00,"currency":"EUR"}""");
        (await tenant.PatchAsync("/tenant", new { currency = "USD" })).ShouldBe(200);
        (await WonAsync(tenant, customer)).ShouldBe("""{"amount":70.00,"currency":"USD"}""");
    }

    [Theory]
    [InlineData("TEAM", "USER", true), InlineData("OWN", "USER", false), InlineData("OWN", "MANAGER", true)]
    public async Task Who_sees_a_team_mates_record_is_the_tenants_choice(string visibility, string role, bool seen)
    {
        var tenant = await api.TenantAsync();
        (await tenant.PatchAsync("/tenant", new { recordVisibility = visibility })).ShouldBe(200);
        var team = (await tenant.PostAsync("/teams", new { name = "East" })).ShouldBe(201).Id;
        var (colleague, _) = await tenant.MemberAsync(role, team);
        var (mate, _) = await tenant.MemberAsync("USER", team);
        var (stranger, _) = await tenant.MemberAsync();
        var lead = (await mate.PostAsync("/leads", new { name = "Ada Byron" })).ShouldBe(201).Id;
        (await colleague.GetAsync($"/leads/{lead}")).ShouldBe(seen ? 200 : 404);
        (await stranger.GetAsync($"/leads/{lead}")).ShouldBe(404);
        (await tenant.GetAsync($"/leads/{lead}")).ShouldBe(200);
    }

    [Fact]
    public async Task Who_leads_a_team_sees_its_records_from_the_moment_he_does()
    {
        var tenant = await api.TenantAsync();
        (await tenant.PatchAsync("/tenant", new { recordVisibility = "OWN" })).ShouldBe(200);
        var team = (await tenant.PostAsync("/teams", new { name = "East" })).ShouldBe(201).Id;
        var (manager, managerId) = await tenant.MemberAsync("MANAGER");
        var (mate, _) = await tenant.MemberAsync("USER", team);
        var lead = (await mate.PostAsync("/leads", new { name = "Ada Byron" })).ShouldBe(201).Id;
        (await manager.GetAsync($"/leads/{lead}")).ShouldBe(404);
        (await tenant.PatchAsync($"/teams/{team}", new { managerId })).ShouldBe(200);
        (await manager.GetAsync($"/leads/{lead}")).ShouldBe(200);
    }

    private static async Task<string> WonAsync(TenantClient tenant, Guid customer) => (await tenant.GetAsync($"/customers/{customer}")).Data["wonValue"]!.ToJsonString();
}
