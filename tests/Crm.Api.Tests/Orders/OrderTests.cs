using System.Text.Json.Nodes;
using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Orders;

public sealed class OrderTests(CrmApi api)
{
    [Fact]
    public async Task An_order_reserves_delivers_in_parts_and_is_done()
    {
        var (tenant, product, warehouse) = await ShopAsync(10);
        var order = (await tenant.OrderAsync(product, 4)).ShouldBe(201);
        (order.Of("status"), order.Of("number"), order.Sums()).ShouldBe(("DRAFT", "O-1", "400.00 + 80.00 = 480.00"));
        (await tenant.StockAsync(product, warehouse)).ShouldBe("10/0/10", "a draft promises nothing");
        var confirmed = (await tenant.PostAsync($"/orders/{order.Id}/confirm")).ShouldBe(200);
        (confirmed.Of("status"), confirmed.Of("reservedInId")).ShouldBe(("CONFIRMED", warehouse.ToString()));
        (await tenant.StockAsync(product, warehouse)).ShouldBe("10/4/6");
        (await tenant.PostAsync($"/orders/{order.Id}/confirm")).ShouldFail(409, "INVALID_STATE");

        var line = (Guid)confirmed.Data["lineItems"]![0]!["id"]!;
        var part = (await tenant.PostAsync($"/orders/{order.Id}/fulfil", new { lines = new[] { new { lineItemId = line, quantity = 1 } }, reference = "DN-1" })).ShouldBe(200);
        (part.Of("status"), part.Data["deliveries"]![0]!["quantity"]!.GetValue<decimal>()).ShouldBe(("PARTIALLY_FULFILLED", 1));
        (await tenant.StockAsync(product, warehouse)).ShouldBe("9/3/6");
        (await tenant.PostAsync($"/orders/{order.Id}/fulfil", new { lines = new[] { new { lineItemId = line, quantity = 4 } } })).ShouldFail(409, "INVALID_STATE").Errors["lines[0].quantity"]!.ToString().ShouldContain("only 3 left");
        (await tenant.PostAsync($"/orders/{order.Id}/fulfil")).ShouldBe(200).Of("status").ShouldBe("FULFILLED");
        (await tenant.StockAsync(product, warehouse)).ShouldBe("6/0/6");
        (await tenant.PostAsync($"/orders/{order.Id}/cancel")).ShouldFail(409, "INVALID_STATE");
        (await tenant.GetAsync($"/stock-movements?orderId={order.Id}&sort=createdAt")).Items.Select(m => $"{m!["kind"]} {m["change"]} {m["reservedChange"]} {m["reference"]}")
            .ShouldBe(["RESERVE 0 4 O-1", "ISSUE -1 -1 DN-1", "ISSUE -3 -3 O-1"]);
        (await tenant.EventsAsync($"aggregateId={order.Id}", 4)).Items.Select(e => (string)e!["type"]!).ShouldBe(["order.created", "order.confirmed", "order.fulfilled", "order.fulfilled"]);
    }

    [Fact]
    public async Task What_is_called_off_is_free_again_and_what_was_delivered_stays()
    {
        var (tenant, product, warehouse) = await ShopAsync(10);
        var order = (await tenant.OrderAsync(product, 4)).ShouldBe(201);
        var line = (Guid)(await tenant.PostAsync($"/orders/{order.Id}/confirm")).ShouldBe(200).Data["lineItems"]![0]!["id"]!;
        (await tenant.PostAsync($"/orders/{order.Id}/fulfil", new { lines = new[] { new { lineItemId = line, quantity = 1 } } })).ShouldBe(200);
        var cancelled = (await tenant.PostAsync($"/orders/{order.Id}/cancel", new { reason = "Too late" })).ShouldBe(200);
        (cancelled.Of("status"), cancelled.Of("cancelReason")).ShouldBe(("CANCELLED", "Too late"));
        (await tenant.StockAsync(product, warehouse)).ShouldBe("9/0/9");
        (await tenant.PostAsync($"/orders/{order.Id}/cancel")).ShouldFail(409, "INVALID_STATE");
        (await tenant.PostAsync($"/orders/{order.Id}/fulfil")).ShouldFail(409, "INVALID_STATE");
    }

    [Fact]
    public async Task More_than_there_is_is_refused_by_line_and_nothing_is_reserved()
    {
        var (tenant, product, warehouse) = await ShopAsync(3);
        var other = await tenant.StockedProductAsync();
        var order = (await tenant.OrderAsync(await tenant.BuyerAsync(), [Line(product, 2), Line(other, 1), Line(product, 2)])).ShouldBe(201);
        var refused = (await tenant.PostAsync($"/orders/{order.Id}/confirm")).ShouldFail(409, "INSUFFICIENT_STOCK");
        refused.Errors.Select(e => e.Key).Order().ShouldBe(["lineItems[0].quantity", "lineItems[1].quantity"]);
        (await tenant.StockAsync(product, warehouse)).ShouldBe("3/0/3");
        (await tenant.GetAsync($"/orders/{order.Id}")).Of("status").ShouldBe("DRAFT");
    }

    [Fact]
    public async Task A_bundle_takes_its_components_as_they_were_when_it_was_agreed()
    {
        var (tenant, gear, warehouse) = await ShopAsync(10);
        var service = (await tenant.PostAsync("/products", new { name = "Fitting", sku = "FIT" })).ShouldBe(201).Id;
        var bundle = (await tenant.PostAsync("/products", new { name = "Set", sku = "SET", components = new object[] { new { componentId = gear, quantity = 3 }, new { componentId = service } } })).ShouldBe(201).Id;
        var order = (await tenant.OrderAsync(await tenant.BuyerAsync(), [Line(bundle, 2), Line(service, 1), new { name = "Freight", unitPrice = new { amount = 5, currency = "EUR" }, taxCategory = "STANDARD", taxPercent = 20 }])).ShouldBe(201);
        (await tenant.PostAsync($"/orders/{order.Id}/confirm")).ShouldBe(200).Data["allocations"]!.AsArray().ShouldHaveSingleItem()!["perUnit"]!.GetValue<decimal>().ShouldBe(3);
        (await tenant.StockAsync(gear, warehouse)).ShouldBe("10/6/4");
        (await tenant.PatchAsync($"/products/{bundle}", new { components = new object[] { new { componentId = gear, quantity = 1 } } })).ShouldBe(200);
        (await tenant.PostAsync($"/orders/{order.Id}/fulfil")).ShouldBe(200).Of("status").ShouldBe("FULFILLED");
        (await tenant.StockAsync(gear, warehouse)).ShouldBe("4/0/4");
    }

    [Fact]
    public async Task A_customer_orders_no_more_than_he_may_owe()
    {
        var (tenant, product, _) = await ShopAsync(100);
        var buyer = await tenant.BuyerAsync(new { creditLimit = new { amount = 500, currency = "EUR" } });
        var first = (await tenant.OrderAsync(buyer, [Line(product, 4)])).ShouldBe(201);
        (await tenant.PostAsync($"/orders/{first.Id}/confirm")).ShouldBe(200);
        var second = (await tenant.OrderAsync(buyer, [Line(product, 1)])).ShouldBe(201);
        (await tenant.PostAsync($"/orders/{second.Id}/confirm")).ShouldFail(409, "CREDIT_LIMIT_EXCEEDED").Errors["customerId"]!.ToString().ShouldContain("owes 480");
        (await tenant.PostAsync($"/orders/{first.Id}/cancel")).ShouldBe(200);
        (await tenant.PostAsync($"/orders/{second.Id}/confirm")).ShouldBe(200);
        var dollars = (await tenant.PostAsync("/orders", new { customerId = buyer, currency = "USD", lineItems = new[] { new { name = "Trip", unitPrice = new { amount = 1, currency = "USD" }, taxCategory = "ZERO_RATED" } } })).ShouldBe(201);
        (await tenant.PostAsync($"/orders/{dollars.Id}/confirm")).ShouldFail(409, "CREDIT_LIMIT_EXCEEDED").Errors.ContainsKey("currency").ShouldBeTrue();
    }

    [Fact]
    public async Task A_confirmed_order_changes_its_labels_alone()
    {
        var (tenant, product, _) = await ShopAsync(10);
        var order = (await tenant.OrderAsync(product, 1)).ShouldBe(201).Id;
        (await tenant.PatchAsync($"/orders/{order}", new { lineItems = new[] { Line(product, 2) } })).ShouldBe(200).Sums().ShouldBe("200.00 + 40.00 = 240.00");
        (await tenant.PostAsync($"/orders/{order}/confirm")).ShouldBe(200);
        (await tenant.PatchAsync($"/orders/{order}", new { notes = "More" })).ShouldFail(409, "INVALID_STATE");
        (await tenant.PatchAsync($"/orders/{order}", new { tags = new[] { "urgent" } })).ShouldBe(200);
        (await tenant.DeleteAsync($"/orders/{order}")).ShouldFail(409, "INVALID_STATE");
        (await tenant.DeleteAsync($"/products/{product}")).ShouldFail(409, "INVALID_STATE");
    }

    [Fact]
    public async Task Without_a_warehouse_to_take_from_it_is_told()
    {
        var (tenant, product, warehouse) = await ShopAsync(10);
        var second = await tenant.WarehouseAsync();
        var order = (await tenant.OrderAsync(product, 1)).ShouldBe(201).Id;
        (await tenant.PostAsync($"/orders/{order}/confirm")).ShouldFail(422, "UNPROCESSABLE").Errors.ContainsKey("warehouseId").ShouldBeTrue("two are active, none is the default");
        (await tenant.PatchAsync($"/warehouses/{warehouse}", new { isDefault = true })).ShouldBe(200);
        (await tenant.PostAsync($"/orders/{order}/confirm")).ShouldBe(200).Of("reservedInId").ShouldBe(warehouse.ToString());
        var other = (await tenant.OrderAsync(await tenant.BuyerAsync(), [Line(product, 1)], new { warehouseId = second })).ShouldBe(201).Id;
        (await tenant.PostAsync($"/orders/{other}/confirm")).ShouldFail(409, "INSUFFICIENT_STOCK");
        (await tenant.OrderAsync(await tenant.BuyerAsync(), [])).ShouldBe(201).Id.ShouldNotBe(Guid.Empty);
    }

    [Fact]
    public async Task An_order_without_lines_is_not_confirmed()
    {
        var tenant = await api.TenantAsync();
        var order = (await tenant.OrderAsync(await tenant.BuyerAsync(), [])).ShouldBe(201).Id;
        (await tenant.PostAsync($"/orders/{order}/confirm")).ShouldFail(409, "INVALID_STATE").Errors.ContainsKey("lineItems").ShouldBeTrue();
        (await tenant.PostAsync($"/orders/{order}/cancel")).ShouldBe(200).Of("status").ShouldBe("CANCELLED");
    }

    [Fact]
    public async Task A_deal_becomes_an_order_in_one_call()
    {
        var (tenant, product, warehouse) = await ShopAsync(10);
        var buyer = await tenant.BuyerAsync();
        var deal = (await tenant.PostAsync("/deals", new { title = "Two engines", customerId = buyer, lineItems = new[] { new { productId = product, quantity = 2, unitPrice = new { amount = 90, currency = "EUR" } } } })).ShouldBe(201).Id;
        var order = (await tenant.PostAsync($"/deals/{deal}/order", new { warehouseId = warehouse })).ShouldBe(201);
        (order.Of("dealId"), order.Of("customerId"), order.Sums()).ShouldBe((deal.ToString(), buyer.ToString(), "180.00 + 36.00 = 216.00"));
        (await tenant.PostAsync($"/orders/{order.Id}/confirm")).ShouldBe(200);
        (await tenant.DeleteAsync($"/deals/{deal}")).ShouldFail(409, "INVALID_STATE");
        var nobody = (await tenant.PostAsync("/deals", new { title = "For nobody", lineItems = new[] { new { productId = product } } })).ShouldBe(201).Id;
        (await tenant.PostAsync($"/deals/{nobody}/order")).ShouldFail(422, "UNPROCESSABLE").Errors.ContainsKey("customerId").ShouldBeTrue();
        var empty = (await tenant.PostAsync("/deals", new { title = "Empty", customerId = buyer })).ShouldBe(201).Id;
        (await tenant.PostAsync($"/deals/{empty}/order")).ShouldFail(409, "INVALID_STATE");
    }

    [Fact]
    public async Task An_order_is_invoiced_once_to_the_cent()
    {
        var (tenant, product, _) = await ShopAsync(10);
        var buyer = await tenant.BuyerAsync(new { creditLimit = new { amount = 500, currency = "EUR" } });
        var order = (await tenant.OrderAsync(buyer, [OrderIntents.Line(product, 3), InvoiceIntents.Line], new { adjustments = new[] { new { percent = 7.5, reason = "Loyalty" } }, buyerReference = "PO-7" })).ShouldBe(201);
        (await tenant.PostAsync($"/orders/{order.Id}/invoice")).ShouldFail(409, "INVALID_STATE");
        (await tenant.PostAsync($"/orders/{order.Id}/confirm")).ShouldBe(200);
        var twins = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => tenant.PostAsync($"/orders/{order.Id}/invoice")));
        var invoice = twins.Single(r => r.Status == 201);
        foreach (var twin in twins.Where(r => r.Status != 201)) twin.ShouldFail(409, "INVALID_STATE");
        (invoice.Sums(), invoice.Of("status"), invoice.Of("buyerReference")).ShouldBe((order.Sums(), "DRAFT", "PO-7"));
        (await tenant.GetAsync($"/orders/{order.Id}")).Of("invoiceId").ShouldBe(invoice.Id.ToString());
        (await tenant.PostAsync($"/orders/{order.Id}/cancel")).ShouldFail(409, "INVALID_STATE").Errors.ContainsKey("invoiceId").ShouldBeTrue();
        (await tenant.PostAsync($"/invoices/{invoice.Id}/issue")).ShouldBe(200);
        var next = (await tenant.OrderAsync(buyer, [OrderIntents.Line(product, 1)])).ShouldBe(201);
        (await tenant.PostAsync($"/orders/{next.Id}/confirm")).ShouldFail(409, "CREDIT_LIMIT_EXCEEDED");
        (await tenant.PostAsync($"/invoices/{invoice.Id}/void", new { reason = "Wrong" })).ShouldBe(200);
        var again = (await tenant.PostAsync($"/orders/{order.Id}/invoice")).ShouldBe(201);
        (await tenant.DeleteAsync($"/invoices/{again.Id}")).ShouldBe(204);
        (await tenant.PostAsync($"/orders/{order.Id}/invoice")).ShouldBe(201);
    }

    [Theory]
    [InlineData("""{"lines": []}""", 400)]
    [InlineData("""{"lines": [null]}""", 400)]
    [InlineData("""{"lines": [{"lineItemId": "019ca8d2-7c1f-7d00-9d55-0e1b1018f4c1", "quantity": 1}]}""", 422)]
    [InlineData("""{"lines": [{"lineItemId": "019ca8d2-7c1f-7d00-9d55-0e1b1018f4c1", "quantity": 0}]}""", 400)]
    [InlineData("""{"lines": [{"lineItemId": "019ca8d2-7c1f-7d00-9d55-0e1b1018f4c1", "quantity": 0.0000001}]}""", 400)]
    [InlineData("""{"lines": [{"lineItemId": "019ca8d2-7c1f-7d00-9d55-0e1b1018f4c1", "quantity": 1e30}]}""", 400)]
    [InlineData("""{"lines": [{"quantity": 1}]}""", 400)]
    public async Task What_cannot_be_delivered_is_refused(string body, int status)
    {
        var (tenant, product, warehouse) = await ShopAsync(10);
        var order = (await tenant.OrderAsync(product, 1)).ShouldBe(201).Id;
        (await tenant.PostAsync($"/orders/{order}/confirm")).ShouldBe(200);
        (await tenant.PostAsync($"/orders/{order}/fulfil", JsonNode.Parse(body))).Status.ShouldBe(status);
        (await tenant.StockAsync(product, warehouse)).ShouldBe("10/1/9");
    }

    [Fact]
    public async Task Another_tenant_finds_no_order_and_uses_none_of_ours()
    {
        var (tenant, product, warehouse) = await ShopAsync(10);
        var order = (await tenant.OrderAsync(product, 1)).ShouldBe(201).Id;
        var other = await api.TenantAsync();
        foreach (var act in (string[])["confirm", "fulfil", "cancel"]) (await other.PostAsync($"/orders/{order}/{act}")).ShouldFail(404, "NOT_FOUND");
        (await other.OrderAsync(await other.BuyerAsync(), [Line(product, 1)])).ShouldFail(422, "UNPROCESSABLE");
        (await other.OrderAsync(await other.BuyerAsync(), [], new { warehouseId = warehouse })).ShouldFail(422, "UNPROCESSABLE");
        (await other.GetAsync($"/stock-movements?orderId={order}")).Items.ShouldBeEmpty();
    }

    private static object Line(Guid product, decimal quantity) => OrderIntents.Line(product, quantity);

    private async Task<(TenantClient Tenant, Guid Product, Guid Warehouse)> ShopAsync(decimal stock) => await api.ShopAsync(stock);
}
