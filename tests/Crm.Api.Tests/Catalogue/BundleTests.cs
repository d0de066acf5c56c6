using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Catalogue;

public sealed class BundleTests(CrmApi api)
{
    [Fact]
    public async Task A_bundle_keeps_its_components_and_they_are_kept_for_it()
    {
        var tenant = await api.TenantAsync();
        var (gear, axle) = (await tenant.StockedProductAsync(), await tenant.StockedProductAsync());
        var made = await BundleAsync(tenant, gear, axle);
        var read = (await tenant.GetAsync($"/products/{made}")).ShouldBe(200);
        read.Data["components"]!.AsArray().Select(c => $"{c!["componentId"]} {c["quantity"]}").ShouldBe([$"{gear} 2", $"{axle} 1"]);
        (await tenant.DeleteAsync($"/products/{gear}")).ShouldFail(409, "INVALID_STATE");
        (await tenant.PatchAsync($"/products/{made}", new { components = new[] { new { componentId = axle, quantity = 3 } } })).ShouldBe(200)
            .Data["components"]!.AsArray().ShouldHaveSingleItem()!["quantity"]!.GetValue<decimal>().ShouldBe(3);
        (await tenant.DeleteAsync($"/products/{gear}")).ShouldBe(204);
        (await tenant.GetAsync($"/products/{made}/history")).Items[0]!["changes"]!.AsArray().Select(c => (string)c!["field"]!).ShouldBe(["components"]);
        (await tenant.DeleteAsync($"/products/{made}")).ShouldBe(204);
        (await tenant.PostAsync($"/products/{made}/restore")).ShouldBe(200).Data["components"]!.AsArray().Count.ShouldBe(1);
    }

    [Fact]
    public async Task No_bundle_is_part_of_a_bundle()
    {
        var tenant = await api.TenantAsync();
        var (gear, axle) = (await tenant.StockedProductAsync(), await tenant.StockedProductAsync());
        var bundle = await BundleAsync(tenant, gear);
        (await tenant.PostAsync("/products", Body("outer", bundle))).ShouldFail(409, "INVALID_STATE").Errors.ContainsKey("components").ShouldBeTrue();
        (await tenant.PatchAsync($"/products/{gear}", new { isStocked = false, components = new[] { new { componentId = axle } } })).ShouldFail(409, "INVALID_STATE");
        var warehouse = await tenant.WarehouseAsync();
        (await tenant.MoveStockAsync("RECEIPT", axle, warehouse, 1)).ShouldBe(201);
        (await tenant.PatchAsync($"/products/{axle}", new { isStocked = false, components = new[] { new { componentId = gear } } })).ShouldFail(409, "INVALID_STATE");
    }

    [Fact]
    public async Task Of_two_who_put_bundles_into_each_other_one_is_refused()
    {
        var tenant = await api.TenantAsync();
        for (var round = 0; round < 4; round++)
        {
            var (one, two, part) = (await PlainAsync(tenant), await PlainAsync(tenant), await PlainAsync(tenant));
            var both = await Task.WhenAll(
                tenant.PatchAsync($"/products/{one}", new { components = new[] { new { componentId = two } } }),
                tenant.PatchAsync($"/products/{two}", new { components = new[] { new { componentId = part } } }));
            both.Select(r => r.Status).Order().ShouldBe([200, 409]);
        }
    }

    [Fact]
    public async Task What_is_no_product_of_the_tenant_is_no_component()
    {
        var (tenant, other) = (await api.TenantAsync(), await api.TenantAsync());
        var theirs = await other.StockedProductAsync();
        (await tenant.PostAsync("/products", Body("B", theirs))).ShouldFail(422, "UNPROCESSABLE").Errors.ContainsKey("components[0].componentId").ShouldBeTrue();
        (await tenant.PostAsync("/products", Body("B", "x"))).ShouldFail(400, "VALIDATION_FAILED");
        (await tenant.PostAsync("/products", new { name = "B", sku = "B", components = new[] { new { componentId = theirs, quantity = 0 } } })).ShouldFail(400, "VALIDATION_FAILED");
    }

    private static object Body(string sku, params object[] components) => new { name = "Bundle", sku, components = components.Select(id => new { componentId = id }) };

    private static async Task<Guid> PlainAsync(ApiClient tenant) => (await tenant.PostAsync("/products", new { name = "Part", sku = Guid.NewGuid().ToString("N") })).ShouldBe(201).Id;

    private static async Task<Guid> BundleAsync(ApiClient tenant, Guid first, params Guid[] others) => (await tenant.PostAsync("/products", new
    {
        name = "Bundle", sku = Guid.NewGuid().ToString("N"), components = new[] { new { componentId = first, quantity = 2 } }.Concat(others.Select(id => new { componentId = id, quantity = 1 })),
    })).ShouldBe(201).Id;
}
