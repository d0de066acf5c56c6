using System.Text.Json.Nodes;
using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.CustomFields;

/// <summary>Renaming, retiring and deleting a definition keep what records have.</summary>
public sealed class RenameTests(CrmApi api)
{
    [Fact]
    public async Task A_renamed_field_has_its_values_under_the_new_name_everywhere()
    {
        var tenant = await api.TenantAsync();
        var field = await tenant.FieldAsync("tier", "CHOICE", new { indexed = true });
        var lead = await tenant.LeadWithAsync(new { tier = "gold" });
        (await tenant.PatchAsync($"/leads/{lead}", new { customFields = new { tier = "silver" } })).ShouldBe(200);
        (await tenant.PatchAsync($"/custom-fields/{field}", new { name = "level" })).ShouldBe(200);
        var read = (await tenant.GetAsync($"/leads/{lead}")).ShouldBe(200);
        read.Data["customFields"]!.ToJsonString().ShouldBe("""{"level":"silver"}""");
        read.Header("ETag").ShouldBe("\"2\"");
        (await tenant.GetAsync("/leads?customFields.level=silver&sort=customFields.level")).Items.Count.ShouldBe(1);
        (await tenant.GetAsync("/leads?customFields.tier=silver")).ShouldFail(400, "INVALID_QUERY");
        (await tenant.PatchAsync($"/leads/{lead}", new { customFields = new { tier = "gold" } })).ShouldFail(400, "VALIDATION_FAILED").Errors.ShouldContainKey("customFields.tier");
        (await tenant.PatchAsync($"/leads/{lead}", new { customFields = new { level = "bronze" } })).ShouldBe(200);
        Changes(await tenant.GetAsync($"/leads/{lead}/history")).ShouldBe(["level: silver -> bronze", "level: gold -> silver", "level:  -> gold"]);
        var events = await tenant.EventsAsync($"after=0&aggregateId={lead}", 3);
        events.Items.Select(e => e!["data"]!["record"]!["customFields"]!.ToJsonString()).ShouldBe(["""{"level":"gold"}""", """{"level":"silver"}""", """{"level":"bronze"}"""]);
        events.Items[1]!["data"]!["members"]!.ToJsonString().ShouldBe("""["customFields"]""");
    }

    [Theory]
    [InlineData("PUT", "retire", "PUT", "reinstate")]
    [InlineData("DELETE", "", "POST", "restore")]
    public async Task A_field_out_of_use_vanishes_and_comes_back_with_its_values(string method, string action, string backMethod, string backAction)
    {
        var tenant = await api.TenantAsync();
        var field = await tenant.FieldAsync("tier", "CHOICE", new { indexed = true, searchable = true, required = true });
        await tenant.FieldAsync("note");
        var lead = await tenant.LeadWithAsync(new { tier = "gold", note = "n" });
        (await tenant.SendAsync(method, $"/custom-fields/{field}/{action}".TrimEnd('/'), null)).Status.ShouldBeInRange(200, 204);

        (await tenant.GetAsync($"/leads/{lead}")).Data["customFields"]!.ToJsonString().ShouldBe("""{"note":"n"}""");
        (await tenant.PatchAsync($"/leads/{lead}", new { customFields = new { tier = "silver" } })).ShouldFail(400, "VALIDATION_FAILED").Errors.ShouldContainKey("customFields.tier");
        foreach (var query in (string[])["customFields.tier=gold", "sort=customFields.tier", "fields=customFields.tier"]) (await tenant.GetAsync($"/leads?{query}")).ShouldFail(400, "INVALID_QUERY");
        (await tenant.GetAsync("/meta/leads")).Text.ShouldNotContain("customFields.tier");
        Changes(await tenant.GetAsync($"/leads/{lead}/history")).ShouldBe(["note:  -> n"]);
        (await tenant.EventsAsync($"after=0&aggregateId={lead}")).Items[0]!["data"]!["record"]!["customFields"]!.ToJsonString().ShouldBe("""{"note":"n"}""");
        await Eventually.Async(async () => (await tenant.GetAsync("/leads?search=gold")).Items.Count == 0, "the search still finds it");
        // Not required any more; and whatever becomes of the rest keeps it.
        await tenant.LeadAsync("without");
        (await tenant.PutAsync($"/leads/{lead}", new { name = "Replaced" })).ShouldBe(200);

        (await tenant.SendAsync(backMethod, $"/custom-fields/{field}/{backAction}", null)).ShouldBe(200);
        (await tenant.GetAsync($"/leads/{lead}")).Data["customFields"]!.ToJsonString().ShouldBe("""{"tier":"gold","note":null}""");
        (await tenant.GetAsync("/leads?customFields.tier=gold")).Names().ShouldBe(["Replaced"]);
        Changes(await tenant.GetAsync($"/leads/{lead}/history")).ShouldBe(["note: n -> ", "note:  -> n", "tier:  -> gold"], ignoreOrder: true);
        await Eventually.Async(async () => (await tenant.GetAsync("/leads?search=gold")).Items.Count == 1, "the search does not find it");
    }

    [Fact]
    public async Task Each_resource_keeps_them()
    {
        var tenant = await api.TenantAsync();
        var required = new Dictionary<string, object>
        {
            ["customers"] = new { name = "x" }, ["companies"] = new { name = "x" }, ["contacts"] = new { lastName = "x" }, ["products"] = new { name = "x", sku = "x" },
            ["deals"] = new { title = "x" }, ["tasks"] = new { title = "x" }, ["activities"] = new { type = "CALL", subject = "x" },
            ["pipelines"] = new { name = "x", stages = new[] { new { name = "Open" } } },
        };
        foreach (var (resource, body) in required)
        {
            await tenant.FieldAsync("code", "TEXT", new { unique = true, searchable = true }, resource);
            var data = System.Text.Json.JsonSerializer.SerializeToNode(body)!.AsObject();
            data["customFields"] = new JsonObject { ["code"] = "zebra" };
            var made = (await tenant.PostAsync($"/{resource}", data.DeepClone())).ShouldBe(201);
            if (data.ContainsKey("sku")) data["sku"] = "y";
            (await tenant.PostAsync($"/{resource}", data)).ShouldFail(409, "DUPLICATE").Errors.ShouldContainKey("customFields.code");
            (await tenant.PatchAsync($"/{resource}/{made.Id}", new { customFields = new { code = "giraffe" } })).ShouldBe(200).Custom("code")!.GetValue<string>().ShouldBe("giraffe");
            (await tenant.GetAsync($"/{resource}?customFields.code=giraffe&search=giraf")).Items.Count.ShouldBe(1, resource);
            (await tenant.GetAsync($"/{resource}/{made.Id}/history")).Items[0]!["changes"]![0]!["field"]!.GetValue<string>().ShouldBe("customFields.code");
            (await tenant.GetAsync($"/meta/{resource}")).Text.ShouldContain("customFields.code");
        }
        (await tenant.PostAsync("/teams", new { name = "x", customFields = new { code = "zebra" } })).ShouldFail(400, "VALIDATION_FAILED").Errors.ShouldContainKey("customFields.code");
    }

    private static IReadOnlyList<string> Changes(Reply history) => [.. history.ShouldBe(200).Items.SelectMany(v => v!["changes"]!.AsArray())
        .Where(c => ((string)c!["field"]!).StartsWith("customFields", StringComparison.Ordinal)).Select(c => $"{((string)c!["field"]!)["customFields.".Length..]}: {c["before"]} -> {c["after"]}")];
}
