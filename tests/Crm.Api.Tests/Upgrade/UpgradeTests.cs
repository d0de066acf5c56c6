using System.Text.Json.Nodes;
using Crm.Api.Tests.Durability;
using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.Postgres;
using Crm.Api.Tests.Recovery;
using Crm.Infrastructure.Persistence.Migrations;
using Npgsql;
using static Crm.Api.Tests.Postgres.ThrowAwayCluster;

namespace Crm.Api.Tests.Upgrade;

/// <summary>Whoever runs the first release upgrades to this one and goes on with all of his data.</summary>
public sealed class UpgradeTests(ClusterFixture fixture) : IClassFixture<ClusterFixture>
{
    private static readonly string[] Resources = ["leads", "customers", "companies", "contacts", "products", "pipelines", "deals", "tasks", "activities", "teams", "team/members"];

    // How a record of each resource is changed: a member that all of its records may change, deleted ones and converted leads aside.
    private static readonly Dictionary<string, string> Changed = new()
    {
        ["leads"] = "jobTitle", ["customers"] = "notes", ["companies"] = "notes", ["contacts"] = "notes", ["products"] = "description", ["pipelines"] = "externalId",
        ["deals"] = "notes", ["tasks"] = "description", ["activities"] = "body", ["teams"] = "region", ["team/members"] = "externalId",
    };

    [Fact]
    public async Task A_database_of_the_first_release_reads_changes_and_tells_its_history()
    {
        var (owner, app) = await FirstRelease.MakeAsync(fixture.Server);
        (await new Migrator(owner).UpAsync()).ShouldNotContain(FirstRelease.Migration);
        await using var service = await ServiceProcess.StartAsync(("ConnectionStrings__Crm", app));
        var tenant = await SignInAsync(service.Api, "ada@first.example", "01a1feb9-af73-743d-aa0b-486068e5dde8");

        var seen = 0;
        foreach (var resource in Resources)
        {
            var ids = await IdsAsync(tenant, resource);
            ids.ShouldNotBeEmpty(resource);
            foreach (var id in ids) await IsGoneOnWithAsync(tenant, resource, id);
            seen += ids.Count;
        }

        await WhatOnlyTheDatabaseKnowsIsThereAsync(tenant);
        await NewRecordsAreMadeOfOldOnesAsync(tenant);
        // The second tenant is one of its own still, and old passwords open both.
        var other = await SignInAsync(service.Api, "boris@first.example", null);
        (await other.GetAsync("/customers")).Names().ShouldBe(["Other customer"]);
        (await other.GetAsync($"/customers/{(await tenant.GetAsync("/customers")).Items[0]!["id"]}")).ShouldFail(404, "NOT_FOUND");
        await MailThatWaitedIsDeliveredAsync(service);

        using var verify = CrmProgram.OnDatabase(owner, app, service.Folder, "verify");
        (await verify.EndAsync()).ShouldExit(0);
        TestContext.Current.TestOutputHelper?.WriteLine($"{seen} records of {Resources.Length} resources read, changed and with their history.");
    }

    [Fact]
    public async Task Down_to_the_first_release_its_data_is_as_it_was()
    {
        var (owner, _) = await FirstRelease.MakeAsync(fixture.Server);
        var superuser = In(fixture.Server.Cluster.SuperuserConnectionString, new NpgsqlConnectionStringBuilder(owner).Database!);
        var before = await ExecuteAsync(superuser, Contents.Digest);
        var migrator = new Migrator(owner);
        await migrator.UpAsync();

        await migrator.DownAsync(FirstRelease.Migration);

        (await ExecuteAsync(superuser, Contents.Digest)).ShouldBe(before);
    }

    private static async Task IsGoneOnWithAsync(ApiClient tenant, string resource, Guid id)
    {
        var path = $"/{resource}/{id}";
        var read = (await tenant.GetAsync(path)).ShouldBe(200);
        var version = (int)read.Data["version"]!;
        var history = (await tenant.GetAsync($"{path}/history?take=200")).ShouldBe(200);
        history.Items.Select(h => (int)h!["version"]!).Distinct().Order().ShouldBe(Enumerable.Range(1, version), path);

        if (resource == "leads" && read.Of("status") == "CONVERTED") return; // read-only, as ever
        var (member, value) = (Changed[resource], $"upgraded {id}");
        var changed = (await tenant.PatchAsync(path, new JsonObject { [member] = value }, ("If-Match", $"\"{version}\""))).ShouldBe(200);
        ((string?)changed.Data[member], (int)changed.Data["version"]!).ShouldBe((value, version + 1));
        var told = (await tenant.GetAsync($"{path}/history?take=200")).ShouldBe(200).Items.Single(h => (int)h!["version"]! == version + 1)!.ToJsonString();
        told.ShouldContain(value);
        // Besides that member nothing seems to have changed: the old state is understood whole.
        foreach (var name in read.Data.AsObject().Select(m => m.Key).Except([member, "version", "updatedAt", "updatedBy"]))
            (changed.Data[name]?.ToJsonString()).ShouldBe(read.Data[name]?.ToJsonString(), $"{path} {name}");
    }

    private static async Task WhatOnlyTheDatabaseKnowsIsThereAsync(ApiClient tenant)
    {
        var customer = (await tenant.GetAsync("/customers?search=countess")).ShouldBe(200).Items.ShouldHaveSingleItem()!;
        customer["wonValue"]!.ToJsonString().ShouldBe("""{"amount":2200.00,"currency":"EUR"}""");
        ((string?)customer["lastContactDate"]).ShouldBe("2026-03-20");
        (await tenant.GetAsync("/customers?tags=vip,пример&fields=name")).Names().ShouldBe(["Countess Ltd"]);
        (await tenant.GetAsync("/customers?deleted=true")).Names().ShouldBe(["Deleted Ltd"]);
        var deleted = (await tenant.GetAsync("/customers?deleted=true")).Items[0]!["id"];
        (await tenant.PostAsync($"/customers/{deleted}/restore")).ShouldBe(200);
        (await tenant.GetAsync($"/customers/{customer["id"]}/timeline?take=200")).ShouldBe(200).Items.Count.ShouldBeGreaterThan(10);
        (await tenant.GetAsync("/reports/pipeline?groupBy=stage")).ShouldBe(200);
        (await tenant.GetAsync("/audit?take=200")).ShouldBe(200).Items.Count.ShouldBeGreaterThan(50);
        var log = (await tenant.GetAsync("/events?after=0&take=200")).ShouldBe(200).Items;
        log.Select(e => (string?)e!["type"]).Distinct().ShouldBeSubsetOf(log.Select(e => (string?)e!["type"]));
        foreach (var type in new[] { "tenant.registered", "member.removed", "lead.converted", "deal.won", "deal.lost", "deal.reopened", "task.completed", "customer.restored" })
            log.ShouldContain(e => (string?)e!["type"] == type, type);
    }

    private static async Task NewRecordsAreMadeOfOldOnesAsync(ApiClient tenant)
    {
        var customer = (Guid)(await tenant.GetAsync("/customers?search=quiet")).Items[0]!["id"]!;
        var stages = await tenant.StagesAsync();
        var deal = (await tenant.DealAsync(new { customerId = customer, value = new { amount = 5, currency = "EUR" } })).Id;
        (await tenant.MoveAsync(deal, stages["CLOSED_WON"])).ShouldBe(200);
        ((decimal)(await tenant.GetAsync($"/customers/{customer}")).Data["wonValue"]!["amount"]!).ShouldBe(5);
        var number = (await tenant.PostAsync("/customers", new { name = "Newcomer" })).ShouldBe(201).Of("number")!;
        (await tenant.GetAsync($"/customers?number={number}")).Items.Count.ShouldBe(1);
        (await tenant.PostAsync("/customers", new { name = "Twin", email = "buyer@countess.example" })).ShouldFail(409, "DUPLICATE");
        var lead = (Guid)(await tenant.GetAsync("/leads?status=CONTACTED")).Items[0]!["id"]!;
        (await tenant.PostAsync($"/leads/{lead}/convert", new { createDeal = true })).ShouldBe(200);
    }

    private static Task MailThatWaitedIsDeliveredAsync(ServiceProcess service)
    {
        var mail = Path.Combine(service.Folder, "mail");
        return Eventually.Async(() => Task.FromResult(Directory.Exists(mail)
            && Directory.GetFiles(mail, "*.eml").Any(file => File.ReadAllText(file).Contains("buyer@countess.example", StringComparison.Ordinal))), "the mail that waited in the outbox is not delivered");
    }

    private static async Task<IReadOnlyList<Guid>> IdsAsync(ApiClient tenant, string resource) =>
        [.. (await tenant.GetAsync($"/{resource}?take=200&fields=id")).ShouldBe(200).Items.Select(i => (Guid)i!["id"]!)];

    private static async Task<ApiClient> SignInAsync(ApiClient service, string email, string? tenantId)
    {
        var token = (string)(await service.PostAsync("/auth/login", new { email, password = FirstRelease.Password, tenantId })).ShouldBe(200).Data["accessToken"]!;
        var http = new HttpClient { BaseAddress = service.Http.BaseAddress };
        if (tenantId is not null) http.DefaultRequestHeaders.Add("X-Tenant-Id", tenantId);
        return new ApiClient(http, token);
    }
}
