using System.Text.Json.Nodes;
using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Contract;

/// <summary>recordVisibility OWN: another user's record is as good as none, wherever it could show.</summary>
public sealed class VisibilityTests(CrmApi api)
{
    private static readonly string[] Owned = ["leads", "customers", "companies", "contacts", "deals", "tasks", "activities"];

    [Fact]
    public async Task Another_users_record_is_404_on_every_route()
    {
        var (owner, colleague) = await OwnTenantAsync();
        var document = (await api.Anonymous.GetAsync("/openapi/v1.json")).ShouldBe(200).Json;
        var called = 0;
        foreach (var resource in Owned)
        {
            var id = await RecordAsync(owner, resource);
            foreach (var (path, item) in document["paths"]!.AsObject().Where(p => p.Key.StartsWith($"/api/v1/{resource}/{{id}}", StringComparison.Ordinal)))
            {
                foreach (var (method, operation) in item!.AsObject().Where(o => o.Key is "get" or "put" or "patch" or "post" or "delete"))
                {
                    var example = operation!["requestBody"]?["content"]?.AsObject().First().Value;
                    var body = (example?["example"] ?? example?["examples"]?.AsObject().First().Value?["value"])?.DeepClone();
                    var reply = await colleague.SendAsync(method.ToUpperInvariant(), path.Replace("{id}", id.ToString()), method is "get" or "delete" ? null : body ?? new JsonObject());
                    reply.Status.ShouldBe(404, reply.ToString());
                    called++;
                }
            }
        }
        called.ShouldBeGreaterThan(50);
    }

    [Fact]
    public async Task Lists_searches_counts_batches_events_and_reports_leave_it_out()
    {
        var (owner, colleague) = await OwnTenantAsync();
        foreach (var resource in Owned)
        {
            var id = await RecordAsync(owner, resource);
            foreach (var query in (string[])["", "?search=Hidden", "?count=exact", $"?ownerId={owner.UserId}"])
            {
                if (query.Contains("ownerId") && resource is "tasks" or "activities") continue;
                var list = (await colleague.GetAsync($"/{resource}{query}")).ShouldBe(200);
                list.Items.ShouldBeEmpty($"{resource}{query}");
                ((int)list.Meta["total"]!).ShouldBe(0);
            }
            (await colleague.PostAsync($"/{resource}/query", new { take = 5 })).ShouldBe(200).Items.ShouldBeEmpty();
            var batch = await colleague.PostAsync($"/{resource}/batch", new { operations = new object[] { new { op = "update", id, data = new { notes = (string?)null, body = (string?)null } }, new { op = "delete", id } } });
            batch.ShouldBe(200).Items.Select(i => (int)i!["status"]!).Last().ShouldBe(404, batch.ToString());
            (await owner.GetAsync($"/{resource}/{id}")).ShouldBe(200);
        }
        var events = (await colleague.GetAsync("/events?take=200")).ShouldBe(200);
        events.Items.Select(e => (string?)e!["aggregateType"]).ShouldAllBe(t => t == "tenant" || t == "member" || t == "pipeline" || t == "product" || t == "team");
        (await colleague.GetAsync("/reports/pipeline?groupBy=status")).ShouldBe(200).Data["groups"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task What_one_cannot_see_one_cannot_refer_to()
    {
        var (owner, colleague) = await OwnTenantAsync();
        var customer = await RecordAsync(owner, "customers");
        (await colleague.PostAsync("/deals", new { title = "x", customerId = customer })).ShouldFail(422, "UNPROCESSABLE").Errors.ContainsKey("customerId").ShouldBeTrue();
        (await colleague.GetAsync("/deals?expand=customer")).ShouldBe(200).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task Own_records_and_those_given_away_behave_as_expected()
    {
        var (owner, colleague) = await OwnTenantAsync();
        var mine = (await colleague.PostAsync("/leads", new { name = "Mine" })).ShouldBe(201);
        (await colleague.GetAsync("/leads")).Names().ShouldBe(["Mine"]);
        (await owner.GetAsync("/leads")).Names().ShouldBe(["Mine"]);
        (await colleague.PatchAsync($"/leads/{mine.Id}", new { ownerId = owner.UserId })).ShouldBe(200);
        (await colleague.GetAsync($"/leads/{mine.Id}")).ShouldFail(404, "NOT_FOUND");
    }

    private async Task<(TenantClient Owner, ApiClient Colleague)> OwnTenantAsync()
    {
        var owner = await api.TenantAsync();
        (await owner.PatchAsync("/tenant", new { recordVisibility = "OWN", welcomeEmail = false })).ShouldBe(200);
        return (owner, (await owner.MemberAsync()).Client);
    }

    private static async Task<Guid> RecordAsync(TenantClient tenant, string resource) => (await tenant.PostAsync($"/{resource}", resource switch
    {
        "contacts" => new { lastName = "Hidden" },
        "deals" or "tasks" => new { title = "Hidden" },
        "activities" => new { type = "CALL", subject = "Hidden" },
        _ => new { name = "Hidden" },
    })).ShouldBe(201).Id;
}
