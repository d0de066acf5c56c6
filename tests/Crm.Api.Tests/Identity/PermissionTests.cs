using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Identity;

public sealed class PermissionTests(CrmApi api)
{
    [Fact]
    public async Task What_is_granted_may_be_done_and_what_is_denied_may_not_whatever_the_role()
    {
        var tenant = await api.TenantAsync();
        var (member, userId) = await tenant.MemberAsync();
        (await member.PostAsync("/products", new { name = "x", sku = "1" })).ShouldFail(403, "FORBIDDEN");
        (await member.GetAsync("/leads")).ShouldBe(200);
        var changed = (await tenant.PatchAsync($"/team/members/{userId}", new { permissions = new { grant = new[] { "products.write", "leads.read" }, deny = new[] { "leads.read" } } })).ShouldBe(200);
        changed.Data["permissions"]!.ToJsonString().ShouldBe("""{"grant":["leads.read","products.write"],"deny":["leads.read"]}""");
        (await member.PostAsync("/products", new { name = "x", sku = "1" })).ShouldBe(201);
        (await member.GetAsync("/leads")).ShouldFail(403, "FORBIDDEN");
        (await member.GetAsync("/deals?expand=lead")).ShouldFail(403, "FORBIDDEN");
        (await member.GetAsync("/events?types=lead.created")).ShouldBe(200).Items.ShouldBeEmpty();
        var mine = await MineAsync(member);
        mine.ShouldContain("products.write");
        mine.ShouldNotContain("leads.read");
        mine.ShouldContain("leads.write");
    }

    [Fact]
    public async Task Half_of_the_permissions_may_be_patched_and_null_clears_all()
    {
        var tenant = await api.TenantAsync();
        var (member, userId) = await tenant.MemberAsync();
        (await tenant.PatchAsync($"/team/members/{userId}", new { permissions = new { grant = new[] { "audit.read" } } })).ShouldBe(200);
        var both = await tenant.PatchAsync($"/team/members/{userId}", new { permissions = new { deny = new[] { "deals.delete" } } });
        both.Data["permissions"]!.ToJsonString().ShouldBe("""{"grant":["audit.read"],"deny":["deals.delete"]}""");
        (await tenant.PatchAsync($"/team/members/{userId}", new { permissions = both.Data["permissions"] })).ShouldBe(200).Header("ETag").ShouldBe(both.Header("ETag"));
        (await member.GetAsync("/audit")).ShouldBe(200);
        (await tenant.PatchAsync($"/team/members/{userId}", new { permissions = (object?)null })).Data["permissions"]!.ToJsonString().ShouldBe("""{"grant":[],"deny":[]}""");
        (await member.GetAsync("/audit")).ShouldFail(403, "FORBIDDEN");
    }

    [Fact]
    public async Task Unknown_names_are_told_all_at_once()
    {
        var tenant = await api.TenantAsync();
        var (_, userId) = await tenant.MemberAsync();
        var body = new { permissions = new { grant = new object[] { "leads.read", "leads.fly", 7 }, deny = new[] { "everything" }, allow = Array.Empty<string>() } };
        (await tenant.PatchAsync($"/team/members/{userId}", body)).ShouldFail(400, "VALIDATION_FAILED").Errors.Select(e => e.Key).Order()
            .ShouldBe(["permissions.allow", "permissions.deny[0]", "permissions.grant[1]", "permissions.grant[2]"]);
        (await tenant.PostAsync("/team/members", new { fullName = "", email = "x@example.com", password = "Str0ng-pass-x", body.permissions })).ShouldFail(400, "VALIDATION_FAILED").Errors.Select(e => e.Key).Order()
            .ShouldBe(["fullName", "permissions.allow", "permissions.deny[0]", "permissions.grant[1]", "permissions.grant[2]"]);
    }

    [Fact]
    public async Task Nobody_grants_more_than_he_has()
    {
        var tenant = await api.TenantAsync();
        var (manager, _) = await tenant.MemberAsync("MANAGER", permissions: new { grant = new[] { "team.manage" }, deny = new[] { "deals.delete" } });
        var (_, other) = await tenant.MemberAsync();
        (await manager.PatchAsync($"/team/members/{other}", new { permissions = new { grant = new[] { "audit.read" } } })).ShouldFail(403, "FORBIDDEN");
        (await manager.PatchAsync($"/team/members/{other}", new { role = "ADMIN" })).ShouldFail(403, "FORBIDDEN");
        (await manager.PatchAsync($"/team/members/{other}", new { permissions = new { grant = new[] { "team.manage", "products.write" } } })).ShouldBe(200);
        // A USER has deals.delete by his role, which this manager may not give.
        (await manager.PostAsync("/team/members", new { fullName = "X", email = $"x-{other:N}@example.com", password = "Str0ng-pass-x" })).ShouldFail(403, "FORBIDDEN");
        (await manager.PostAsync("/team/members", new { fullName = "X", email = $"x-{other:N}@example.com", password = "Str0ng-pass-x", permissions = new { deny = new[] { "deals.delete" } } })).ShouldBe(201);
    }

    [Fact]
    public async Task Nothing_is_denied_to_the_last_owner()
    {
        var tenant = await api.TenantAsync();
        var deny = new { permissions = new { deny = new[] { "team.manage" } } };
        (await tenant.PatchAsync($"/team/members/{tenant.UserId}", deny)).ShouldFail(409, "INVALID_STATE");
        var (_, second) = await tenant.MemberAsync("OWNER");
        (await tenant.PatchAsync($"/team/members/{second}", deny)).ShouldBe(200);
        (await tenant.PatchAsync($"/team/members/{tenant.UserId}", deny)).ShouldFail(409, "INVALID_STATE");
        (await tenant.DeleteAsync($"/team/members/{tenant.UserId}")).ShouldFail(409, "INVALID_STATE");
    }

    [Fact]
    public async Task A_change_is_in_the_history_and_the_audit()
    {
        var tenant = await api.TenantAsync();
        var (_, userId) = await tenant.MemberAsync();
        (await tenant.PatchAsync($"/team/members/{userId}", new { permissions = new { grant = new[] { "audit.read" } } })).ShouldBe(200);
        var change = (await tenant.GetAsync($"/team/members/{userId}/history")).Items[0]!["changes"]!.AsArray().ShouldHaveSingleItem()!;
        ((string?)change["field"]).ShouldBe("permissions");
        change["after"]!["grant"]!.AsArray().Select(g => (string?)g).ShouldBe(["audit.read"]);
        var audited = (await tenant.GetAsync($"/audit?action=member.permissions_changed&id={userId}")).ShouldBe(200).Items.ShouldHaveSingleItem()!;
        ((Guid)audited["actor"]!["id"]!).ShouldBe(tenant.UserId);
    }

    [Fact]
    public async Task Of_himself_nobody_changes_what_he_may()
    {
        var tenant = await api.TenantAsync();
        var (member, _) = await tenant.MemberAsync();
        var me = (await member.GetAsync("/auth/me")).ShouldBe(200).Data;
        (await member.PatchAsync("/auth/me", new { permissions = new[] { "team.manage" } })).ShouldFail(400, "VALIDATION_FAILED").Errors.ContainsKey("permissions").ShouldBeTrue();
        me["language"] = "bg";
        (await member.PatchAsync("/auth/me", me)).ShouldBe(200).Data["permissions"]!.ToJsonString().ShouldBe(me["permissions"]!.ToJsonString());
    }

    [Fact]
    public async Task All_permissions_and_roles_are_listed()
    {
        var tenant = await api.TenantAsync();
        var (member, _) = await tenant.MemberAsync("MANAGER");
        var all = (await member.GetAsync("/meta/permissions")).ShouldBe(200).Data;
        var products = all["permissions"]!.AsArray().Single(p => (string?)p!["name"] == "products.write")!;
        products["roles"]!.AsArray().Select(r => (string?)r).ShouldBe(["MANAGER", "ADMIN", "OWNER"]);
        all["roles"]!.AsArray().Single(r => (string?)r!["role"] == "MANAGER")!["permissions"]!.AsArray().Select(p => (string?)p).ShouldBe(await MineAsync(member));
        (await MineAsync(tenant)).ShouldBe(all["permissions"]!.AsArray().Select(p => (string?)p!["name"]));
        (await member.GetAsync("/meta/team/members")).ShouldBe(200).Data.ToJsonString().ShouldBe((await member.GetAsync("/meta/team-members")).ShouldBe(200).Data.ToJsonString());
        (await member.GetAsync("/meta/members")).ShouldBe(200).Of("path").ShouldBe("/api/v1/team/members");
    }

    [Fact]
    public async Task Permissions_of_another_tenants_member_are_not_there_to_change()
    {
        var (mine, other) = (await api.TenantAsync(), await api.TenantAsync());
        (await mine.PatchAsync($"/team/members/{other.UserId}", new { permissions = new { deny = new[] { "leads.read" } } })).ShouldFail(404, "NOT_FOUND");
    }

    private static async Task<IEnumerable<string?>> MineAsync(ApiClient client) => (await client.GetAsync("/auth/me")).ShouldBe(200).Data["permissions"]!.AsArray().Select(p => (string?)p);
}
