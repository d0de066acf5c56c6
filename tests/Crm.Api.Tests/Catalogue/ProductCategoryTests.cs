using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Catalogue;

public sealed class ProductCategoryTests(CrmApi api)
{
    [Fact]
    public async Task Products_are_found_by_their_category()
    {
        var tenant = await api.TenantAsync();
        var top = await CategoryAsync(tenant, null);
        var engines = await CategoryAsync(tenant, top);
        (await tenant.PostAsync("/products", new { name = "Engine", sku = "E-1", categoryId = engines })).ShouldBe(201).IdOf("categoryId").ShouldBe(engines);
        (await tenant.PostAsync("/products", new { name = "Card", sku = "C-1" })).ShouldBe(201).Data["categoryId"].ShouldBeNull();
        (await tenant.GetAsync($"/products?categoryId={engines}&expand=category")).Names().ShouldBe(["Engine"]);
        (await tenant.GetAsync($"/products?categoryId={top},{engines}")).Names().ShouldBe(["Engine"]);
        (await tenant.PostAsync("/products", new { name = "Mill", sku = "M-1", categoryId = Guid.NewGuid() })).ShouldFail(422, "UNPROCESSABLE").Errors.ContainsKey("categoryId").ShouldBeTrue();
    }

    [Fact]
    public async Task A_category_is_never_below_itself_and_trees_end()
    {
        var tenant = await api.TenantAsync();
        var chain = new List<Guid>();
        for (var i = 0; i < 10; i++) chain.Add(await CategoryAsync(tenant, chain.Count > 0 ? chain[^1] : null));
        (await tenant.PatchAsync($"/product-categories/{chain[0]}", new { parentId = chain[5] })).ShouldFail(409, "INVALID_STATE").Errors.ContainsKey("parentId").ShouldBeTrue();
        (await tenant.PostAsync("/product-categories", new { name = "Eleventh", parentId = chain[^1] })).ShouldFail(409, "INVALID_STATE");
        (await tenant.PatchAsync($"/product-categories/{chain[5]}", new { parentId = chain[0] })).ShouldBe(200).IdOf("parentId").ShouldBe(chain[0]);
    }

    [Fact]
    public async Task Of_two_who_move_categories_below_each_other_one_is_refused()
    {
        var tenant = await api.TenantAsync();
        for (var round = 0; round < 5; round++)
        {
            var (a, b) = (await CategoryAsync(tenant, null), await CategoryAsync(tenant, null));
            var replies = await Task.WhenAll(tenant.PatchAsync($"/product-categories/{a}", new { parentId = b }), tenant.PatchAsync($"/product-categories/{b}", new { parentId = a }));
            replies.Select(r => r.Status).Order().ShouldBe([200, 409]);
        }
    }

    [Fact]
    public async Task One_with_categories_or_products_in_it_is_kept()
    {
        var tenant = await api.TenantAsync();
        var top = await CategoryAsync(tenant, null);
        var engines = await CategoryAsync(tenant, top);
        var product = (await tenant.PostAsync("/products", new { name = "Engine", sku = "E-1", categoryId = engines })).ShouldBe(201).Id;
        (await tenant.DeleteAsync($"/product-categories/{top}")).ShouldFail(409, "INVALID_STATE");
        (await tenant.DeleteAsync($"/product-categories/{engines}")).ShouldFail(409, "INVALID_STATE");
        (await tenant.PatchAsync($"/products/{product}", new { categoryId = (Guid?)null })).ShouldBe(200);
        (await tenant.DeleteAsync($"/product-categories/{engines}")).ShouldBe(204);
        (await tenant.DeleteAsync($"/product-categories/{top}")).ShouldBe(204);
    }

    [Fact]
    public async Task Another_tenant_finds_no_category()
    {
        var (mine, other) = (await api.TenantAsync(), await api.TenantAsync());
        var id = await CategoryAsync(mine, null);
        (await other.GetAsync($"/product-categories/{id}")).ShouldFail(404, "NOT_FOUND");
        (await other.DeleteAsync($"/product-categories/{id}")).ShouldFail(404, "NOT_FOUND");
        (await other.PostAsync("/product-categories", new { name = "Below", parentId = id })).ShouldFail(422, "UNPROCESSABLE");
        (await other.PostAsync("/products", new { name = "Engine", sku = "E-1", categoryId = id })).ShouldFail(422, "UNPROCESSABLE");
    }

    private static async Task<Guid> CategoryAsync(ApiClient tenant, Guid? parentId) =>
        (await tenant.PostAsync("/product-categories", new { name = $"Category {Guid.NewGuid():N}", parentId })).ShouldBe(201).Id;
}
