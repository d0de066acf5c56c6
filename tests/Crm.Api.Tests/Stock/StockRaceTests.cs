using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Stock;

public sealed class StockRaceTests(CrmApi api)
{
    [Fact]
    public async Task Of_64_who_take_the_last_10_ten_get_one()
    {
        var tenant = await api.TenantAsync();
        var (product, warehouse) = (await tenant.StockedProductAsync(), await tenant.WarehouseAsync());
        (await tenant.MoveStockAsync("RECEIPT", product, warehouse, 10)).ShouldBe(201);
        var replies = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => tenant.MoveStockAsync("ISSUE", product, warehouse, 1)));
        replies.Count(r => r.Status == 201).ShouldBe(10);
        foreach (var refused in replies.Where(r => r.Status != 201)) refused.ShouldFail(409, "INSUFFICIENT_STOCK");
        (await tenant.StockAsync(product, warehouse)).ShouldBe("0/0/0");
        (await tenant.GetAsync($"/stock-movements?productId={product}&count=exact")).Meta["total"]!.GetValue<int>().ShouldBe(11);
    }

    [Fact]
    public async Task Many_first_movements_open_one_level()
    {
        var tenant = await api.TenantAsync();
        var (product, warehouse) = (await tenant.StockedProductAsync(), await tenant.WarehouseAsync());
        var replies = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => tenant.MoveStockAsync("RECEIPT", product, warehouse, 1)));
        replies.ShouldAllBe(r => r.Status == 201);
        (await tenant.StockAsync(product, warehouse)).ShouldBe("16/0/16");
    }

    [Fact]
    public async Task Transfers_both_ways_neither_lose_anything_nor_wait_for_each_other_for_ever()
    {
        var tenant = await api.TenantAsync();
        var (product, one, other) = (await tenant.StockedProductAsync(), await tenant.WarehouseAsync(), await tenant.WarehouseAsync());
        (await tenant.MoveStockAsync("RECEIPT", product, one, 20)).ShouldBe(201);
        (await tenant.MoveStockAsync("RECEIPT", product, other, 20)).ShouldBe(201);
        var replies = await Task.WhenAll(Enumerable.Range(0, 32).Select(i =>
            tenant.MoveStockAsync("TRANSFER", product, i % 2 == 0 ? one : other, 1, new { toWarehouseId = i % 2 == 0 ? other : one })));
        replies.ShouldAllBe(r => r.Status == 201);
        (await tenant.StockAsync(product, one), await tenant.StockAsync(product, other)).ShouldBe(("20/0/20", "20/0/20"));
    }

    [Fact]
    public async Task A_product_that_goes_while_it_is_moved_leaves_no_stock_behind()
    {
        var tenant = await api.TenantAsync();
        var warehouse = await tenant.WarehouseAsync();
        for (var round = 0; round < 5; round++)
        {
            var product = await tenant.StockedProductAsync();
            var (moved, gone) = (tenant.MoveStockAsync("RECEIPT", product, warehouse, 1), tenant.DeleteAsync($"/products/{product}"));
            await Task.WhenAll(moved, gone);
            ((await moved).Status, (await gone).Status).ShouldBeOneOf((201, 409), (422, 204));
        }
    }
}
