using System.Text.Json.Nodes;
using Crm.Api.Tests.Fixture;
using Dapper;

namespace Crm.Api.Tests.Tagging;

/// <summary>The tags in use and how many records carry each.</summary>
public sealed class TagListTests(CrmApi api)
{
    [Fact]
    public async Task Tags_are_counted_by_resource_as_records_come_change_and_go()
    {
        var tenant = await api.TenantAsync();
        var lead = await tenant.LeadAsync(more: new { tags = new[] { "vip", "new" } });
        var customer = await tenant.CustomerAsync(more: new { tags = new[] { "vip" } });
        var file = (await tenant.UploadAsync("x"u8.ToArray(), "x", [("leadId", lead.ToString()), ("tags", "vip"), ("tags", "paper")])).ShouldBe(201).Id;
        var all = await tenant.GetAsync("/tags");
        all.ShouldBe(200).Items.Select(Line).ShouldBe(["new 1 {\"leads\":1}", "paper 1 {\"files\":1}", "vip 3 {\"customers\":1,\"files\":1,\"leads\":1}"]);
        all.Meta.ToJsonString().ShouldBe("""{"skip":0,"take":50,"total":3,"totalIsEstimate":false,"nextCursor":null}""");
        (await tenant.PatchAsync($"/leads/{lead}", new { tags = new[] { "old" } })).ShouldBe(200);
        (await LinesAsync(tenant)).ShouldBe(["old 1 {\"leads\":1}", "paper 1 {\"files\":1}", "vip 2 {\"customers\":1,\"files\":1}"]);
        (await tenant.DeleteAsync($"/leads/{lead}")).ShouldBe(204);
        (await LinesAsync(tenant)).ShouldBe(["vip 1 {\"customers\":1}"]);
        (await tenant.PostAsync($"/leads/{lead}/restore")).ShouldBe(200);
        (await tenant.PatchAsync($"/leads/{lead}", new { tags = new[] { "old", "vip" } })).ShouldBe(200);
        (await tenant.DeleteAsync($"/files/{file}")).ShouldBe(204);
        (await tenant.DeleteAsync($"/customers/{customer}")).ShouldBe(204);
        (await LinesAsync(tenant)).ShouldBe(["old 1 {\"leads\":1}", "vip 1 {\"leads\":1}"]);
    }

    [Fact]
    public async Task What_a_batch_or_a_refused_request_undoes_is_not_counted()
    {
        var tenant = await api.TenantAsync();
        var id = await tenant.LeadAsync(more: new { tags = new[] { "a" } });
        (await tenant.PostAsync("/leads/batch", new
        {
            operations = new object[]
            {
                new { op = "create", data = new { name = "1", tags = new[] { "a", "b" } } }, new { op = "create", data = new { name = "2", tags = new[] { "c" }, ownerId = Guid.NewGuid() } },
                new { op = "update", id, data = new { tags = new[] { "b" } } }, new { op = "update", id, data = new { tags = new[] { "d" } } }, new { op = "delete", id },
            },
        })).ShouldBe(200).Items.Select(i => (int)i!["status"]!).ShouldBe([201, 422, 200, 200, 204]);
        (await LinesAsync(tenant)).ShouldBe(["a 1 {\"leads\":1}", "b 1 {\"leads\":1}"]);
        (await tenant.PostAsync("/leads/batch", new { atomic = true, operations = new object[] { new { op = "create", data = new { name = "1", tags = new[] { "e" } } }, new { op = "create", data = new { name = "" } } } })).ShouldBe(400);
        (await tenant.PostAsync("/leads", new { name = "x", tags = new[] { "f" }, ownerId = Guid.NewGuid() })).ShouldBe(422);
        (await LinesAsync(tenant)).ShouldBe(["a 1 {\"leads\":1}", "b 1 {\"leads\":1}"]);
    }

    [Fact]
    public async Task A_list_by_a_tag_tells_the_kept_count_to_who_sees_all_and_counts_for_others()
    {
        var tenant = await api.TenantAsync();
        (await tenant.PatchAsync("/tenant", new { recordVisibility = "OWN" })).ShouldBe(200);
        var (seller, _) = await tenant.MemberAsync();
        for (var i = 0; i < 3; i++) await tenant.LeadAsync($"L{i}", more: new { tags = new[] { "vip", $"t{i}" } });
        for (var i = 0; i < 2; i++) await seller.LeadAsync($"M{i}", more: new { tags = new[] { "vip" } });
        var gone = await tenant.LeadAsync("Gone", more: new { tags = new[] { "vip" } });
        await tenant.CustomerAsync(more: new { tags = new[] { "vip" } });
        (await tenant.DeleteAsync($"/leads/{gone}")).ShouldBe(204);

        (await TotalAsync(tenant, "tags=vip")).ShouldBe(5);
        (await TotalAsync(tenant, "tags=vip&count=exact")).ShouldBe(5);
        (await TotalAsync(seller, "tags=vip")).ShouldBe(2);
        // Where more is asked than one tag, records are counted.
        (await TotalAsync(tenant, "tags[in]=t0,t1")).ShouldBe(2);
        (await TotalAsync(tenant, "tags=vip&name[startsWith]=L")).ShouldBe(3);
        (await TotalAsync(tenant, "tags[ne]=t0")).ShouldBe(4);
        (await TotalAsync(tenant, "tags=vip&search=M1&skip=0")).ShouldBe(1);
        (await TotalAsync(tenant, "tags=nobody")).ShouldBe(0);

        static async Task<int> TotalAsync(ApiClient caller, string query) => (int)(await caller.GetAsync($"/leads?take=1&{query}")).ShouldBe(200).Meta["total"]!;
    }

    [Fact]
    public async Task Tags_are_found_by_their_beginning_sorted_by_use_and_paged()
    {
        var tenant = await api.TenantAsync();
        for (var i = 0; i < 5; i++) await tenant.LeadAsync($"L{i}", more: new { tags = new[] { "Überall", "über" }.Concat(Enumerable.Range(0, i + 1).Select(n => $"t{n}")) });
        (await tenant.GetAsync("/tags?prefix=uber")).Names().ShouldBe(["über", "Überall"]);
        (await tenant.GetAsync("/tags?prefix=T")).Names().ShouldBe(["t0", "t1", "t2", "t3", "t4"]);
        (await tenant.GetAsync("/tags?prefix=%25")).Names().ShouldBeEmpty();
        (await tenant.GetAsync("/tags?sort=-total&prefix=t&take=2")).Names().ShouldBe(["t0", "t1"]);
        foreach (var sort in (string[])["name", "-total"])
        {
            var (seen, cursor) = (new List<string?>(), "");
            do
            {
                var page = (await tenant.GetAsync($"/tags?sort={sort}&take=2{cursor}")).ShouldBe(200);
                seen.AddRange(page.Names());
                cursor = (string?)page.Meta["nextCursor"] is { } next ? $"&cursor={next}" : "";
            }
            while (cursor != "");
            seen.ShouldBe((await tenant.GetAsync($"/tags?sort={sort}")).Names());
            seen.Count.ShouldBe(7);
        }
        (await tenant.GetAsync("/tags?skip=5")).Names().Count.ShouldBe(2);
        foreach (var wrong in (string[])["cursor=nonsense", "cursor=t1.YQ", "sort=colour", "colour=red", "take=0", "cursor=n.AA"])
            (await tenant.GetAsync($"/tags?{wrong}")).ShouldFail(400, "INVALID_QUERY");
        var other = await api.TenantAsync();
        (await other.GetAsync("/tags")).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task Whoever_sees_only_some_records_is_told_of_their_tags_only()
    {
        var owner = await api.TenantAsync();
        (await owner.PatchAsync("/tenant", new { recordVisibility = "OWN", welcomeEmail = false })).ShouldBe(200);
        var colleague = (await owner.MemberAsync()).Client;
        var hidden = await owner.LeadAsync(more: new { tags = new[] { "secret", "both" } });
        await owner.UploadAsync("x"u8.ToArray(), "x", [("leadId", hidden.ToString()), ("tags", "secret paper")]);
        (await owner.PostAsync("/products", new { name = "P", sku = Guid.NewGuid().ToString("N"), tags = new[] { "shared" } })).ShouldBe(201);
        await colleague.PostAsync("/leads", new { name = "Mine", tags = new[] { "both", "mine" } });
        (await LinesAsync(colleague)).ShouldBe(["both 1 {\"leads\":1}", "mine 1 {\"leads\":1}", "shared 1 {\"products\":1}"]);
        (await colleague.GetAsync("/tags?prefix=sec")).Items.ShouldBeEmpty();
        (await LinesAsync(owner)).ShouldBe(["both 2 {\"leads\":2}", "mine 1 {\"leads\":1}", "secret 1 {\"leads\":1}", "secret paper 1 {\"files\":1}", "shared 1 {\"products\":1}"]);
    }

    [Fact]
    public async Task Counts_are_right_after_many_changes_at_once()
    {
        var tenant = await api.TenantAsync();
        var ids = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => tenant.LeadAsync($"L{i}", more: new { tags = new[] { "a", $"t{i % 3}" } })));
        var replies = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => (i % 4) switch
        {
            0 => tenant.PatchAsync($"/leads/{ids[i % 12]}", new { tags = new[] { "b", $"t{i % 5}" } }),
            1 => tenant.PostAsync("/leads", new { name = $"N{i}", tags = new[] { "a", "b" } }),
            2 => tenant.PutAsync($"/leads/by-external-id/X-{i % 3}", new { name = "U", tags = new[] { $"t{i % 7}" } }),
            _ => tenant.DeleteAsync($"/leads/{ids[(i + 5) % 12]}"),
        }));
        replies.ShouldAllBe(r => r.Status < 500);
        await using var connection = await api.TenantConnectionAsync(tenant.Id);
        var recounted = await connection.QueryAsync<string>("select tag collate \"C\" || ' ' || count(*) from crm_read.leads, unnest(tags) tag where deleted_at is null group by tag order by 1");
        (await tenant.GetAsync("/tags?take=200")).Items.Select(t => $"{t!["name"]} {t["counts"]!["leads"]}").Order(StringComparer.Ordinal).ShouldBe(recounted);
    }

    private static async Task<IReadOnlyList<string>> LinesAsync(ApiClient client) => [.. (await client.GetAsync("/tags")).ShouldBe(200).Items.Select(Line)];

    private static string Line(JsonNode? tag) => $"{tag!["name"]} {tag["total"]} {tag["counts"]!.ToJsonString()}";
}
