using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Stock;

public sealed class WarehouseTests(CrmApi api)
{
    [Fact]
    public async Task A_code_is_unique_and_an_address_is_kept()
    {
        var tenant = await api.TenantAsync();
        var made = (await tenant.PostAsync("/warehouses", new { name = "Main", code = "SOF-1", city = "Sofia", country = "BG" })).ShouldBe(201);
        (made.Of("city"), made.Of("country"), (bool)made.Data["isActive"]!).ShouldBe(("Sofia", "BG", true));
        (await tenant.PostAsync("/warehouses", new { name = "Other", code = "SOF-1" })).ShouldFail(409, "DUPLICATE").Errors.ContainsKey("code").ShouldBeTrue();
        (await tenant.PostAsync("/warehouses", new { name = "Other", code = "", country = "XX" })).ShouldFail(400, "VALIDATION_FAILED").Errors.Select(e => e.Key).Order().ShouldBe(["code", "country"]);
        (await tenant.GetAsync("/warehouses?search=sof")).Names().ShouldBe(["Main"]);
    }

    [Fact]
    public async Task One_that_is_not_active_takes_nothing_in_and_can_be_emptied()
    {
        var tenant = await api.TenantAsync();
        var (product, warehouse) = (await tenant.StockedProductAsync(), await tenant.WarehouseAsync());
        (await tenant.MoveStockAsync("RECEIPT", product, warehouse, 5)).ShouldBe(201);
        (await tenant.PatchAsync($"/warehouses/{warehouse}", new { isActive = false })).ShouldBe(200);
        (await tenant.MoveStockAsync("RECEIPT", product, warehouse, 5)).ShouldFail(409, "INVALID_STATE").Errors.ContainsKey("warehouseId").ShouldBeTrue();
        (await tenant.MoveStockAsync("ISSUE", product, warehouse, 5)).ShouldBe(201);
    }

    [Fact]
    public async Task What_has_a_ledger_is_kept()
    {
        var tenant = await api.TenantAsync();
        var (product, warehouse) = (await tenant.StockedProductAsync(), await tenant.WarehouseAsync());
        (await tenant.MoveStockAsync("RECEIPT", product, warehouse, 5)).ShouldBe(201);
        (await tenant.DeleteAsync($"/warehouses/{warehouse}")).ShouldFail(409, "INVALID_STATE");
        (await tenant.DeleteAsync($"/products/{product}")).ShouldFail(409, "INVALID_STATE");
        (await tenant.DeleteAsync($"/warehouses/{await tenant.WarehouseAsync()}")).ShouldBe(204);
    }

    [Fact]
    public async Task However_many_become_the_default_at_once_at_most_one_is()
    {
        var tenant = await api.TenantAsync();
        var made = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => tenant.PostAsync("/warehouses", new { name = $"W{i}", code = $"W{i}", isDefault = true })));
        await Task.WhenAll(made.Select(async r => (await tenant.PatchAsync($"/warehouses/{r.ShouldBe(201).Id}", new { isDefault = true })).ShouldBe(200)));
        var one = (await tenant.GetAsync("/warehouses?isDefault=true")).Items.ShouldHaveSingleItem()!;
        (await tenant.PatchAsync($"/warehouses/{one["id"]}", new { name = "Still" })).Data["isDefault"]!.GetValue<bool>().ShouldBeTrue();
        (await tenant.PatchAsync($"/warehouses/{one["id"]}", new { isDefault = false })).ShouldBe(200);
        (await tenant.GetAsync("/warehouses?isDefault=true")).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task Another_tenant_finds_no_warehouse()
    {
        var (mine, other) = (await api.TenantAsync(), await api.TenantAsync());
        var id = await mine.WarehouseAsync();
        (await other.GetAsync($"/warehouses/{id}")).ShouldFail(404, "NOT_FOUND");
        (await other.PatchAsync($"/warehouses/{id}", new { name = "Stolen" })).ShouldFail(404, "NOT_FOUND");
        (await other.DeleteAsync($"/warehouses/{id}")).ShouldFail(404, "NOT_FOUND");
    }

    [Fact]
    public async Task Products_have_a_unit_and_say_whether_they_are_stocked()
    {
        var tenant = await api.TenantAsync();
        var made = (await tenant.PostAsync("/products", new { name = "Advice", sku = "A-1" })).ShouldBe(201);
        (made.Of("unit"), (bool)made.Data["isStocked"]!).ShouldBe(("C62", false));
        (await tenant.PatchAsync($"/products/{made.Id}", new { unit = "HUR" })).ShouldBe(200).Of("unit").ShouldBe("HUR");
        foreach (var unit in (string?[])["hur", "", "PARSEC", null])
            (await tenant.PatchAsync($"/products/{made.Id}", new { unit })).Status.ShouldBeOneOf(unit is null ? [200, 400] : [400]);
        (await tenant.GetAsync("/products?isStocked=false&unit=C62")).ShouldBe(200);
    }
}
