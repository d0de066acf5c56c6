using System.Text.Json.Nodes;
using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Deals;

public sealed class PipelineTests(CrmApi api)
{
    private static readonly object[] TwoStages = [new { name = "Open" }, new { name = "Done", kind = "WON" }];

    [Fact]
    public async Task A_new_tenant_has_the_standard_pipeline()
    {
        var tenant = await api.TenantAsync();
        var pipeline = await tenant.PipelineAsync();
        pipeline["stages"]!.AsArray().Select(s => $"{s!["name"]} {s["probability"]} {s["kind"]} {s["position"]}").ShouldBe(
            ["LEAD 10 OPEN 0", "QUALIFIED 25 OPEN 1", "PROPOSAL 50 OPEN 2", "NEGOTIATION 75 OPEN 3", "CLOSED_WON 100 WON 4", "CLOSED_LOST 0 LOST 5"]);
        (await tenant.GetAsync($"/pipelines/{pipeline["id"]}/history")).Items[0]!["events"]![0]!.GetValue<string>().ShouldBe("pipeline.created");
    }

    [Fact]
    public async Task There_is_always_exactly_one_default()
    {
        var tenant = await api.TenantAsync();
        var first = (Guid)(await tenant.PipelineAsync())["id"]!;
        (await tenant.PatchAsync($"/pipelines/{first}", new { isDefault = false })).ShouldFail(409, "INVALID_STATE");
        (await tenant.DeleteAsync($"/pipelines/{first}")).ShouldFail(409, "INVALID_STATE");
        var second = (await tenant.PostAsync("/pipelines", new { name = "New", isDefault = true, stages = TwoStages })).ShouldBe(201).Id;
        ((Guid)(await tenant.PipelineAsync())["id"]!).ShouldBe(second);
        (await tenant.GetAsync($"/pipelines/{first}/history")).Items[0]!["changes"]!.AsArray().ShouldHaveSingleItem()!["field"]!.GetValue<string>().ShouldBe("isDefault");
        (await tenant.PatchAsync($"/pipelines/{first}", new { isDefault = true })).ShouldBe(200);
        ((Guid)(await tenant.PipelineAsync())["id"]!).ShouldBe(first);
        (await tenant.DeleteAsync($"/pipelines/{second}")).ShouldBe(204);
    }

    [Fact]
    public async Task However_many_become_the_default_at_once_one_is()
    {
        var tenant = await api.TenantAsync();
        var made = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => tenant.PostAsync("/pipelines", new { name = $"P{i}", isDefault = true, stages = TwoStages })));
        made.ShouldAllBe(r => r.Status == 201);
        await Task.WhenAll(made.Select(async r => (await tenant.PatchAsync($"/pipelines/{r.Id}", new { isDefault = true })).ShouldBe(200)));
        await tenant.PipelineAsync();
    }

    [Fact]
    public async Task Stages_are_replaced_whole_and_keep_their_ids()
    {
        var tenant = await api.TenantAsync();
        var pipeline = await tenant.PipelineAsync();
        var stages = pipeline["stages"]!.AsArray();
        (await tenant.PatchAsync($"/pipelines/{pipeline["id"]}", new JsonObject { ["stages"] = stages.DeepClone() })).ShouldBe(200).Header("ETag").ShouldBe("\"1\"");
        stages[0]!["name"] = "First contact";
        stages.RemoveAt(3);
        var changed = (await tenant.PatchAsync($"/pipelines/{pipeline["id"]}", new JsonObject { ["stages"] = stages.DeepClone() })).ShouldBe(200);
        changed.Data["stages"]!.AsArray().Select(s => (Guid)s!["id"]!).ShouldBe(stages.Select(s => (Guid)s!["id"]!));
        ((string?)changed.Data["stages"]![0]!["name"]).ShouldBe("First contact");
        stages[0]!["id"] = Guid.NewGuid().ToString();
        (await tenant.PatchAsync($"/pipelines/{pipeline["id"]}", new JsonObject { ["stages"] = stages.DeepClone() })).ShouldFail(422, "UNPROCESSABLE").Errors.ShouldContainKey("stages[0].id");
    }

    [Fact]
    public async Task A_stage_that_deals_stand_in_stays_what_it_is()
    {
        var tenant = await api.TenantAsync();
        var pipeline = await tenant.PipelineAsync();
        var deal = await tenant.DealAsync();
        var stages = pipeline["stages"]!.AsArray();
        var without = new JsonArray([.. stages.Skip(1).Select(s => s!.DeepClone())]);
        (await tenant.PatchAsync($"/pipelines/{pipeline["id"]}", new JsonObject { ["stages"] = without.DeepClone() })).ShouldFail(409, "INVALID_STATE");
        var turned = stages.DeepClone().AsArray();
        turned[0]!["kind"] = "WON";
        (await tenant.PatchAsync($"/pipelines/{pipeline["id"]}", new JsonObject { ["stages"] = turned })).ShouldFail(409, "INVALID_STATE");
        await tenant.DeleteAsync($"/deals/{deal.Id}");
        (await tenant.PatchAsync($"/pipelines/{pipeline["id"]}", new JsonObject { ["stages"] = without })).ShouldBe(200);
        (await tenant.PostAsync($"/deals/{deal.Id}/restore")).ShouldBe(200).Data["probability"]!.GetValue<int>().ShouldBe(10);
    }

    [Fact]
    public async Task What_is_wrong_with_stages_is_named()
    {
        var tenant = await api.TenantAsync();
        (await tenant.PostAsync("/pipelines", new { name = "P" })).ShouldFail(400, "VALIDATION_FAILED").Errors.ShouldContainKey("stages");
        (await tenant.PostAsync("/pipelines", new { name = "P", stages = new object[] { new { name = "Done", kind = "WON" } } })).ShouldFail(400, "VALIDATION_FAILED").Errors.ShouldContainKey("stages");
        (await tenant.PostAsync("/pipelines", new { name = "P", stages = new object[] { new { name = "", probability = 101 }, new { kind = "X" } } }))
            .ShouldFail(400, "VALIDATION_FAILED").Errors.Select(e => e.Key).Order().ShouldBe(["stages[0].name", "stages[1].kind", "stages[1].name"]);
        (await tenant.PostAsync("/pipelines", new { name = "P", stages = new object[] { new { name = new string('x', 301), probability = 101 } } }))
            .ShouldFail(400, "VALIDATION_FAILED").Errors.Select(e => e.Key).Order().ShouldBe(["stages[0].name", "stages[0].probability"]);
    }

    [Fact]
    public async Task Users_read_pipelines_and_products_and_administrators_change_them()
    {
        var tenant = await api.TenantAsync();
        var (user, _) = await tenant.MemberAsync();
        await tenant.ProductAsync();
        (await user.GetAsync("/products")).Items.Count.ShouldBe(1);
        await user.PipelineAsync();
        (await user.PostAsync("/products", new { name = "x", sku = "x" })).ShouldFail(403, "FORBIDDEN");
        (await user.PostAsync("/pipelines", new { name = "x", stages = TwoStages })).ShouldFail(403, "FORBIDDEN");
    }

    [Fact]
    public async Task A_sku_is_unique_until_its_product_goes()
    {
        var tenant = await api.TenantAsync();
        var first = (await tenant.PostAsync("/products", new { name = "Engine", sku = "E-1" })).ShouldBe(201);
        var refused = (await tenant.PostAsync("/products", new { name = "Other", sku = "E-1" })).ShouldFail(409, "DUPLICATE");
        refused.Errors.ShouldContainKey("sku");
        ((Guid)refused.Json["existingId"]!).ShouldBe(first.Id);
        (await tenant.DeleteAsync($"/products/{first.Id}")).ShouldBe(204);
        (await tenant.PostAsync("/products", new { name = "Other", sku = "E-1" })).ShouldBe(201);
        (await tenant.PostAsync($"/products/{first.Id}/restore")).ShouldFail(409, "DUPLICATE");
    }
}
