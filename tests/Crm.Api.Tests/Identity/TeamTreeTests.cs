using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Identity;

public sealed class TeamTreeTests(CrmApi api)
{
    [Fact]
    public async Task A_team_is_never_below_itself()
    {
        var tenant = await api.TenantAsync();
        var top = await TeamAsync(tenant, null);
        var middle = await TeamAsync(tenant, top);
        var bottom = await TeamAsync(tenant, middle);
        foreach (var parent in (Guid[])[top, middle, bottom])
            (await tenant.PatchAsync($"/teams/{top}", new { parentId = parent })).ShouldFail(409, "INVALID_STATE").Errors.ContainsKey("parentId").ShouldBeTrue();
        (await tenant.PatchAsync($"/teams/{bottom}", new { parentId = top })).ShouldBe(200).IdOf("parentId").ShouldBe(top);
        (await tenant.GetAsync($"/teams?parentId={top}&expand=parent")).Items.Select(t => (Guid)t!["parent"]!["id"]!).ShouldBe([top, top]);
    }

    [Fact]
    public async Task Trees_go_ten_deep_however_they_are_put_together()
    {
        var tenant = await api.TenantAsync();
        var chain = new List<Guid>();
        for (var i = 0; i < 10; i++) chain.Add(await TeamAsync(tenant, chain.Count > 0 ? chain[^1] : null));
        (await tenant.PostAsync("/teams", new { name = "Eleventh", parentId = chain[^1] })).ShouldFail(409, "INVALID_STATE");
        (await tenant.PostAsync("/teams", new { name = "Second", parentId = chain[0] })).ShouldBe(201);
        (await tenant.PatchAsync($"/teams/{chain[0]}", new { parentId = await TeamAsync(tenant, null) })).ShouldFail(409, "INVALID_STATE");
    }

    [Fact]
    public async Task Of_two_who_move_teams_below_each_other_one_is_refused()
    {
        var tenant = await api.TenantAsync();
        for (var round = 0; round < 5; round++)
        {
            var (a, b) = (await TeamAsync(tenant, null), await TeamAsync(tenant, null));
            var replies = await Task.WhenAll(tenant.PatchAsync($"/teams/{a}", new { parentId = b }), tenant.PatchAsync($"/teams/{b}", new { parentId = a }));
            replies.Select(r => r.Status).Order().ShouldBe([200, 409]);
        }
    }

    [Fact]
    public async Task A_restored_team_closes_no_ring()
    {
        var tenant = await api.TenantAsync();
        var (a, b) = (await TeamAsync(tenant, null), await TeamAsync(tenant, null));
        (await tenant.PatchAsync($"/teams/{a}", new { parentId = b })).ShouldBe(200);
        (await tenant.DeleteAsync($"/teams/{a}")).ShouldBe(204);
        var c = await TeamAsync(tenant, null);
        (await tenant.PatchAsync($"/teams/{b}", new { parentId = a })).Status.ShouldBeOneOf(409, 422);
        (await tenant.PatchAsync($"/teams/{b}", new { parentId = c })).ShouldBe(200);
        (await tenant.PostAsync($"/teams/{a}/restore")).ShouldBe(200);
        (await tenant.PatchAsync($"/teams/{c}", new { parentId = a })).ShouldFail(409, "INVALID_STATE");
    }

    [Fact]
    public async Task A_team_with_teams_below_it_is_kept()
    {
        var tenant = await api.TenantAsync();
        var top = await TeamAsync(tenant, null);
        var bottom = await TeamAsync(tenant, top);
        (await tenant.DeleteAsync($"/teams/{top}")).ShouldFail(409, "INVALID_STATE");
        (await tenant.DeleteAsync($"/teams/{bottom}")).ShouldBe(204);
        (await tenant.DeleteAsync($"/teams/{top}")).ShouldBe(204);
    }

    [Fact]
    public async Task A_parent_of_another_tenant_does_not_exist()
    {
        var (mine, other) = (await api.TenantAsync(), await api.TenantAsync());
        var theirs = await TeamAsync(other, null);
        (await mine.PostAsync("/teams", new { name = "Mine", parentId = theirs })).ShouldFail(422, "UNPROCESSABLE").Errors.ContainsKey("parentId").ShouldBeTrue();
    }

    [Fact]
    public async Task Teams_and_members_are_searched()
    {
        var tenant = await api.TenantAsync();
        (await tenant.PostAsync("/teams", new { name = "Éclair Squad", region = "Thrace" })).ShouldBe(201);
        await TeamAsync(tenant, null);
        (await tenant.GetAsync("/teams?search=eclair")).ShouldBe(200).Names().ShouldBe(["Éclair Squad"]);
        (await tenant.GetAsync("/teams?search=thra")).Names().ShouldBe(["Éclair Squad"]);
        var (_, userId) = await tenant.MemberAsync();
        var member = await tenant.GetAsync($"/team/members/{userId}");
        foreach (var text in (string?[])[member.Of("fullName"), member.Of("email"), member.Of("email")!.Split('@')[0]])
            (await tenant.GetAsync($"/team/members?search={Uri.EscapeDataString(text!)}")).ShouldBe(200).Items.Select(m => (Guid)m!["id"]!).ShouldBe([userId], text);
        (await tenant.PostAsync("/team/members/query", new { search = "olga" })).ShouldBe(200).Items.Select(m => (Guid)m!["id"]!).ShouldBe([tenant.UserId]);
    }

    [Fact]
    public async Task The_teams_of_a_removed_manager_go_to_the_heir_or_to_nobody()
    {
        var tenant = await api.TenantAsync();
        var (_, first) = await tenant.MemberAsync("MANAGER");
        var (_, second) = await tenant.MemberAsync("MANAGER");
        var team = (await tenant.PostAsync("/teams", new { name = "Led", managerId = first })).ShouldBe(201).Id;
        (await tenant.DeleteAsync($"/team/members/{first}?reassignTo={second}")).ShouldBe(204);
        (await tenant.GetAsync($"/teams/{team}")).IdOf("managerId").ShouldBe(second);
        (await tenant.DeleteAsync($"/team/members/{second}")).ShouldBe(204);
        (await tenant.GetAsync($"/teams/{team}")).Data["managerId"].ShouldBeNull();
        (await tenant.GetAsync($"/teams/{team}/history")).Items.Count.ShouldBe(3);
        (await tenant.PatchAsync($"/teams/{team}", new { name = "Renamed" })).ShouldBe(200);
    }

    private static async Task<Guid> TeamAsync(ApiClient tenant, Guid? parentId) =>
        (await tenant.PostAsync("/teams", new { name = $"Team {Guid.NewGuid():N}", parentId })).ShouldBe(201).Id;
}
