using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Orders;

/// <summary>Two orders never reserve the same last unit, nor exhaust the same credit twice.</summary>
public sealed class OrderRaceTests(CrmApi api)
{
    [Fact]
    public async Task Of_64_orders_for_the_last_ten_units_ten_are_confirmed()
    {
        var (tenant, product, warehouse) = await api.ShopAsync(10);
        var buyer = await tenant.BuyerAsync();
        var orders = await Task.WhenAll(Enumerable.Range(0, 64).Select(async _ => (await tenant.OrderAsync(buyer, [OrderIntents.Line(product, 1)])).ShouldBe(201).Id));
        var confirmed = await Task.WhenAll(orders.Select(id => tenant.PostAsync($"/orders/{id}/confirm")));
        confirmed.Count(r => r.Status == 200).ShouldBe(10);
        foreach (var refused in confirmed.Where(r => r.Status != 200)) refused.ShouldFail(409, "INSUFFICIENT_STOCK");
        (await tenant.StockAsync(product, warehouse)).ShouldBe("10/10/0");
        (await tenant.GetAsync("/orders?status=CONFIRMED&count=exact&take=1")).Meta["total"]!.GetValue<int>().ShouldBe(10);
    }

    [Fact]
    public async Task Orders_of_several_products_in_any_order_all_end()
    {
        var (tenant, one, warehouse) = await api.ShopAsync(20);
        var two = await tenant.StockedProductAsync();
        (await tenant.MoveStockAsync("RECEIPT", two, warehouse, 20)).ShouldBe(201);
        var buyer = await tenant.BuyerAsync();
        var orders = await Task.WhenAll(Enumerable.Range(0, 24).Select(async i =>
            (await tenant.OrderAsync(buyer, i % 2 == 0 ? [OrderIntents.Line(one, 1), OrderIntents.Line(two, 1)] : [OrderIntents.Line(two, 1), OrderIntents.Line(one, 1)])).ShouldBe(201).Id));
        var confirmed = await Task.WhenAll(orders.Select(id => tenant.PostAsync($"/orders/{id}/confirm")));
        confirmed.Count(r => r.Status == 200).ShouldBe(20);
        await Task.WhenAll(orders.Where((_, i) => confirmed[i].Status == 200).Select(async (id, i) => (await tenant.PostAsync($"/orders/{id}/{(i % 2 == 0 ? "cancel" : "fulfil")}")).ShouldBe(200)));
        (await tenant.StockAsync(one, warehouse)).ShouldBe("10/0/10");
        (await tenant.StockAsync(two, warehouse)).ShouldBe("10/0/10");
    }

    [Fact]
    public async Task Of_8_orders_at_once_no_more_are_confirmed_than_the_credit_bears()
    {
        var (tenant, product, _) = await api.ShopAsync(100);
        var buyer = await tenant.BuyerAsync(new { creditLimit = new { amount = 360, currency = "EUR" } });
        var orders = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ => (await tenant.OrderAsync(buyer, [OrderIntents.Line(product, 1)])).ShouldBe(201).Id));
        var confirmed = await Task.WhenAll(orders.Select(id => tenant.PostAsync($"/orders/{id}/confirm")));
        confirmed.Count(r => r.Status == 200).ShouldBe(3);
        foreach (var refused in confirmed.Where(r => r.Status != 200)) refused.ShouldFail(409, "CREDIT_LIMIT_EXCEEDED");
    }

    [Fact]
    public async Task Sixteen_who_confirm_and_sixteen_who_deliver_the_same_order_do_it_once()
    {
        var (tenant, product, warehouse) = await api.ShopAsync(10);
        var order = (await tenant.OrderAsync(product, 4)).ShouldBe(201).Id;
        (await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => tenant.PostAsync($"/orders/{order}/confirm")))).Count(r => r.Status == 200).ShouldBe(1);
        (await tenant.StockAsync(product, warehouse)).ShouldBe("10/4/6");
        (await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => tenant.PostAsync($"/orders/{order}/fulfil")))).Count(r => r.Status == 200).ShouldBe(1);
        (await tenant.StockAsync(product, warehouse)).ShouldBe("6/0/6");
    }
}
