using System.Text.Json.Nodes;
using Crm.Api.Http;
using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.OpenApi;
using Crm.Api.Tests.Operations;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Api.Tests.Platform;

/// <summary>What whoever runs the service does about its organizations, and that nobody else can.</summary>
public sealed class PlatformTests(CrmApi api)
{
    [Fact]
    public async Task No_tenants_credentials_open_what_is_the_platforms_and_its_key_opens_nothing_else()
    {
        var tenant = await api.TenantAsync();
        var (program, _) = await tenant.KeyAsync(["leads.read"]);
        var contract = await OpenApi.Contract.OfAsync(api);
        var scene = new Scene(contract, tenant);
        var routes = api.Services.GetRequiredService<RouteList>().All;
        contract.Operations.Where(o => o.IsPlatform).Select(o => $"{o.Method} {o.Path}").Order().ShouldBe(routes.Where(r => r.Path.StartsWith("platform/", StringComparison.Ordinal)).Select(r => $"{r.Method} /api/v1/{r.Path}").Order());
        routes.Where(r => r.IsPlatform).ShouldAllBe(r => r.Path.StartsWith("platform/"));
        var wrong = new List<string>();
        foreach (var operation in contract.Operations.Where(o => !o.IsPublic))
        {
            var path = await scene.PathAsync(operation);
            async Task RefusesAsync(ApiClient caller, params (string, string)[] headers)
            {
                var reply = await caller.SendAsync(operation.Method, path, operation.Encode(await scene.BodyAsync(operation)), headers);
                if (reply.Status != 401) wrong.Add(reply.ToString());
            }
            if (!operation.IsPlatform) await RefusesAsync(api.Anonymous.AsPlatform());
            else
            {
                await RefusesAsync(tenant);
                await RefusesAsync(program);
                await RefusesAsync(tenant, ("X-Platform-Key", CrmApi.PlatformKey));
                await RefusesAsync(api.Anonymous.AsPlatform("not-" + CrmApi.PlatformKey));
                await RefusesAsync(api.Anonymous.AsPlatform(), ("X-Platform-Key", CrmApi.PlatformKey));
            }
        }
        wrong.ShouldBeEmpty(string.Join('\n', wrong));
    }

    [Fact]
    public async Task Without_a_key_nothing_opens_it_and_one_can_be_made_in_the_data_folder()
    {
        await using (var without = new ConfiguredApi(api, ("Platform:AdminKey", "")))
        {
            (await without.Anonymous.AsPlatform().GetAsync("/platform/tenants")).ShouldFail(401, "UNAUTHENTICATED");
            File.Exists(Path.Combine(api.DataFolder, "platform.key")).ShouldBeFalse();
        }
        await using var made = new ConfiguredApi(api, ("Platform:AdminKey", ""), ("Platform:Enabled", "true"));
        var file = Path.Combine(api.DataFolder, "platform.key");
        File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        (await made.Anonymous.AsPlatform((await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).Trim()).GetAsync("/platform/tenants?take=1")).ShouldBe(200);
        (await made.Anonymous.AsPlatform().GetAsync("/platform/tenants?take=1")).ShouldFail(401, "UNAUTHENTICATED");
    }

    [Fact]
    public async Task Organizations_are_found_by_name_and_plan_and_paged()
    {
        var (platform, name) = (api.Anonymous.AsPlatform(), $"Ångström {Guid.NewGuid():N}");
        var tenants = new List<TenantClient>();
        for (var i = 0; i < 3; i++)
        {
            tenants.Add(await api.TenantAsync());
            (await tenants[^1].PatchAsync("/tenant", new { name = $"{name} {i}" })).ShouldBe(200);
        }
        await tenants[0].MemberAsync();
        var search = $"/platform/tenants?search={Uri.EscapeDataString(name.ToUpperInvariant().Replace('Å', 'A'))}";
        (await platform.GetAsync(search)).ShouldBe(200).Names().ShouldBe([$"{name} 2", $"{name} 1", $"{name} 0"]);

        var first = (await platform.GetAsync(search + "&take=2")).ShouldBe(200);
        first.Names().ShouldBe([$"{name} 2", $"{name} 1"]);
        var second = (await platform.GetAsync($"{search}&take=2&cursor={first.Meta["nextCursor"]}")).ShouldBe(200);
        second.Names().ShouldBe([$"{name} 0"]);
        second.Meta["nextCursor"].ShouldBeNull();

        var one = (await platform.GetAsync($"/platform/tenants/{tenants[0].Id}")).ShouldBe(200);
        (one.Of("status"), one.Of("plan"), (int)one.Data["users"]!).ShouldBe(("ACTIVE", "FREE", 2));
        (await platform.PutAsync($"/platform/tenants/{tenants[1].Id}/plan", new { plan = "ENTERPRISE", interval = "YEAR" })).ShouldBe(200).Of("plan").ShouldBe("ENTERPRISE");
        (await platform.GetAsync(search + "&plan=ENTERPRISE")).ShouldBe(200).Names().ShouldBe([$"{name} 1"]);
        (await platform.GetAsync(search + "&status=SUSPENDED")).ShouldBe(200).Items.ShouldBeEmpty();
        (await platform.GetAsync(search + "&subscriptionStatus=ACTIVE&plan=FREE")).ShouldBe(200).Items.Count.ShouldBe(2);
        (await platform.GetAsync("/platform/tenants?cursor=nonsense")).ShouldFail(400, "INVALID_QUERY");
        (await platform.GetAsync("/platform/tenants?plan=GOLD")).ShouldFail(400, "INVALID_QUERY");
        (await platform.GetAsync($"/platform/tenants/{Guid.NewGuid()}")).ShouldFail(404, "NOT_FOUND");
        (await platform.PutAsync($"/platform/tenants/{Guid.NewGuid()}/plan", new { plan = "STARTER" })).ShouldFail(404, "NOT_FOUND");
        (await platform.PutAsync($"/platform/tenants/{tenants[0].Id}/plan", new { plan = "GOLD" })).ShouldFail(400, "VALIDATION_FAILED");
    }

    [Fact]
    public async Task Every_use_is_in_the_log_also_what_was_refused()
    {
        var (platform, tenant) = (api.Anonymous.AsPlatform(), await api.TenantAsync());
        (await platform.GetAsync($"/platform/tenants/{tenant.Id}")).ShouldBe(200);
        (await platform.PostAsync($"/platform/tenants/{tenant.Id}/suspend", new { reason = "unpaid" }, ("X-Request-Id", "said-so"))).ShouldBe(200);
        (await platform.PostAsync($"/platform/tenants/{tenant.Id}/suspend", new { reason = "again" })).ShouldFail(409, "INVALID_STATE");

        var log = (await platform.GetAsync($"/platform/log?tenantId={tenant.Id}")).ShouldBe(200).Items;
        log.Select(e => ((string?)e!["action"], (string?)e["outcome"], (string?)e["code"])).ShouldBe([("SuspendTenant", "FAILED", "INVALID_STATE"), ("SuspendTenant", "SUCCEEDED", null), ("GetPlatformTenant", "SUCCEEDED", null)]);
        ((string?)log[1]!["request"]!["reason"], (string?)log[1]!["requestId"]).ShouldBe(("unpaid", "said-so"));
        var page = (await platform.GetAsync($"/platform/log?tenantId={tenant.Id}&take=1")).ShouldBe(200);
        (await platform.GetAsync($"/platform/log?tenantId={tenant.Id}&take=1&cursor={page.Meta["nextCursor"]}")).ShouldBe(200).Items.ShouldHaveSingleItem()!["outcome"]!.ToString().ShouldBe("SUCCEEDED");
    }

    [Fact]
    public async Task Plans_are_edited_and_seen_by_everybody()
    {
        var (platform, tenant) = (api.Anonymous.AsPlatform(), await api.TenantAsync());
        var name = $"Enterprise {Guid.NewGuid():N}";
        var changed = (await platform.PatchAsync("/platform/plans/ENTERPRISE", new { name, monthlyPrice = new { amount = 250, currency = "EUR" }, trialDays = 30 })).ShouldBe(200);
        (changed.Of("name"), (decimal)changed.Data["monthlyPrice"]!["amount"]!, (decimal)changed.Data["yearlyPrice"]!["amount"]!).ShouldBe((name, 250m, 1990m));
        (await platform.GetAsync("/platform/plans/ENTERPRISE")).ShouldBe(200).Of("name").ShouldBe(name);
        (await tenant.GetAsync("/plans")).ShouldBe(200).Items.Select(p => (string?)p!["code"]).ShouldBe(["FREE", "STARTER", "PROFESSIONAL", "ENTERPRISE"]);
        (await tenant.GetAsync("/plans")).Items[3]!["name"]!.ToString().ShouldBe(name);
        (await platform.PatchAsync("/platform/plans/ENTERPRISE", new { limits = new[] { new { name = "unicorns", limit = 1 } } })).ShouldFail(400, "VALIDATION_FAILED").Errors.ContainsKey("limits").ShouldBeTrue();
        (await platform.PatchAsync("/platform/plans/ENTERPRISE", new { monthlyPrice = new { amount = -1, currency = "EUR" } })).ShouldFail(400, "VALIDATION_FAILED");
        (await platform.PatchAsync("/platform/plans/ENTERPRISE", new { trialDays = 400 })).ShouldFail(400, "VALIDATION_FAILED");
        (await platform.GetAsync("/platform/plans/GOLD")).ShouldFail(404, "NOT_FOUND");
        (await platform.PatchAsync("/platform/plans/GOLD", new { trialDays = 1 })).ShouldFail(404, "NOT_FOUND");
    }

    [Fact]
    public async Task Reports_count_over_all_organizations()
    {
        var (platform, tenant) = (api.Anonymous.AsPlatform(), await api.TenantAsync());
        (await platform.PutAsync($"/platform/tenants/{tenant.Id}/plan", new { plan = "PROFESSIONAL" })).ShouldBe(200);
        async Task<JsonArray> ReadAsync(string query) => (await platform.GetAsync($"/platform/reports/{query}")).ShouldBe(200).Items;

        ((long)(await ReadAsync("registrations?bucket=month"))[^1]!["count"]!).ShouldBeGreaterThan(0);
        ((long)(await ReadAsync("active-users?bucket=week"))[^1]!["count"]!).ShouldBeGreaterThan(0);
        var share = (await ReadAsync("plans")).Single(p => (string?)p!["plan"] == "PROFESSIONAL" && (string?)p["status"] == "ACTIVE")!;
        ((long)share["tenants"]!).ShouldBeGreaterThan(0);
        await ReadAsync("upgrades?bucket=day");
        (await ReadAsync("registrations?from=2001-01-01T00:00:00Z&to=2002-01-01T00:00:00Z")).ShouldBeEmpty();
        (await platform.GetAsync("/platform/reports/registrations?from=2002-01-01T00:00:00Z&to=2001-01-01T00:00:00Z")).ShouldFail(400, "INVALID_QUERY");
        (await platform.GetAsync("/platform/reports/upgrades?bucket=hour")).ShouldFail(400, "INVALID_QUERY");
        (await platform.GetAsync("/platform/reports/active-users?from=1900-01-01T00:00:00Z")).ShouldFail(400, "INVALID_QUERY");
    }
}
