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
    public async Task Products_are_found_by_a_category_with_all_below_it()
    {
        var (tenant, other) = (await api.TenantAsync(), await api.TenantAsync());
        var chain = new List<Guid>();
        for (var i = 0; i < 10; i++) chain.Add(await CategoryAsync(tenant, chain.Count > 0 ? chain[^1] : null));
        var beside = await CategoryAsync(tenant, chain[0]);
        foreach (var (name, category) in new (string, Guid?)[] { ("Top", chain[0]), ("Middle", chain[5]), ("Bottom", chain[9]), ("Beside", beside), ("None", null) })
            (await tenant.PostAsync("/products", new { name, sku = name, categoryId = category })).ShouldBe(201);
        (await UnderAsync(tenant, $"{chain[0]}")).ShouldBe(["Beside", "Bottom", "Middle", "Top"]);
        (await UnderAsync(tenant, $"{chain[5]}")).ShouldBe(["Bottom", "Middle"]);
        (await UnderAsync(tenant, $"{chain[9]},{beside}")).ShouldBe(["Beside", "Bottom"]);
        (await UnderAsync(tenant, $"{Guid.NewGuid()}")).ShouldBeEmpty();
        (await UnderAsync(other, $"{chain[0]}")).ShouldBeEmpty("another's tree is not there");
        (await tenant.GetAsync($"/products?categoryId={chain[0]}")).Names().ShouldBe(["Top"], "without the operator it is exact");
        (await tenant.PostAsync("/products/query", new { filter = new { not = new { field = "categoryId", op = "under", value = new[] { chain[0] } } } })).Names().ShouldBe(["None"]);
        (await tenant.GetAsync($"/product-categories?parentId[under]={chain[7]}")).Items.Count.ShouldBe(2);
        // What is moved takes along what is below it.
        (await tenant.PatchAsync($"/product-categories/{chain[5]}", new { parentId = (Guid?)null })).ShouldBe(200);
        (await UnderAsync(tenant, $"{chain[0]}")).ShouldBe(["Beside", "Top"]);
    }

    [Fact]
    public async Task Only_what_refers_to_a_tree_is_asked_for_what_is_below()
    {
        var tenant = await api.TenantAsync();
        foreach (var filter in (string[])["name[under]=x", $"createdBy[under]={Guid.NewGuid()}", "categoryId[under]=x", "categoryId[under]="])
            (await tenant.GetAsync("/products?" + filter)).ShouldFail(400, "INVALID_QUERY");
        (await tenant.GetAsync("/meta/products")).Data["members"]!.AsArray().Where(m => m!["operators"]!.AsArray().Any(o => (string?)o == "under")).Select(m => (string?)m!["name"]).ShouldBe(["categoryId"]);
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

    private static async Task<IEnumerable<string?>> UnderAsync(ApiClient tenant, string categories) => (await tenant.GetAsync($"/products?categoryId[under]={categories}&sort=name")).ShouldBe(200).Names();

    private static async Task<Guid> CategoryAsync(ApiClient tenant, Guid? parentId) =>
        (await tenant.PostAsync("/product-categories", new { name = $"Category {Guid.NewGuid():N}", parentId })).ShouldBe(201).Id;
}
