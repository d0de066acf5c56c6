using System.Text.Json.Nodes;
using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Stock;

/// <summary>Many movements in one request: in their order, each for itself or all or none, and never below zero.</summary>
public sealed class StockBatchTests(CrmApi api)
{
    [Fact]
    public async Task Movements_are_booked_in_their_order_and_each_for_itself()
    {
        var tenant = await api.TenantAsync();
        var (product, main, shop) = (await tenant.StockedProductAsync(), await tenant.WarehouseAsync(), await tenant.WarehouseAsync());
        var reply = await tenant.PostAsync("/stock-movements/batch", Batch(false,
            Move("RECEIPT", product, main, 10), Move("ISSUE", product, main, 11), Move("TRANSFER", product, main, 4, shop), Move("ISSUE", product, shop, 4), Move("RECEIPT", product, main, 0), Move("GIFT", product, main, 1)));
        reply.ShouldBe(200).Items.Select(i => (int)i!["status"]!).ShouldBe([201, 409, 201, 201, 400, 400]);
        ((string?)reply.Items[1]!["error"]!["code"], reply.Items[4]!["error"]!["errors"]!["quantity"] is not null).ShouldBe(("INSUFFICIENT_STOCK", true));
        (await tenant.GetAsync($"/stock-movements/{reply.Items[0]!["id"]}")).Data.ToJsonString().ShouldBe(reply.Items[0]!["data"]!.ToJsonString());
        (await tenant.StockAsync(product, main), await tenant.StockAsync(product, shop)).ShouldBe(("6/0/6", "0/0/0"));
        (await tenant.GetAsync($"/stock-movements?productId={product}&count=exact")).Meta["total"]!.GetValue<int>().ShouldBe(4);
    }

    [Fact]
    public async Task An_atomic_one_is_booked_whole_or_not_at_all()
    {
        var tenant = await api.TenantAsync();
        var (product, main) = (await tenant.StockedProductAsync(), await tenant.WarehouseAsync());
        (await tenant.PostAsync("/stock-movements/batch", Batch(true, Move("RECEIPT", product, main, 10), Move("ISSUE", product, main, 11)))).ShouldFail(409, "INSUFFICIENT_STOCK").Errors.ShouldContainKey("operations[1].quantity");
        (await tenant.GetAsync("/stock-movements")).Items.ShouldBeEmpty();
        (await tenant.GetAsync("/stock")).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_written_is_never_changed_or_deleted()
    {
        var tenant = await api.TenantAsync();
        var (product, main) = (await tenant.StockedProductAsync(), await tenant.WarehouseAsync());
        var id = (await tenant.MoveStockAsync("RECEIPT", product, main, 5, new { externalId = "count-1" })).ShouldBe(201).Id;
        var reply = await tenant.PostAsync("/stock-movements/batch", new
        {
            operations = new object[]
            {
                new { op = "update", id, data = new { quantity = 6 } }, new { op = "delete", id }, new { op = "upsert", externalId = "count-1", data = new { quantity = 6 } },
                new { op = "create", data = new { kind = "RECEIPT", productId = product, warehouseId = main, quantity = 5, externalId = "count-1" } }, new { op = "create", data = "none" }, new { op = "create" },
            },
        });
        reply.ShouldBe(200).Items.Select(i => (int)i!["status"]!).ShouldBe([400, 400, 400, 409, 400, 400]);
        reply.Items.Take(3).ShouldAllBe(i => i!["error"]!["errors"]!["op"] != null);
        ((string?)reply.Items[3]!["error"]!["code"], (Guid)reply.Items[3]!["error"]!["existingId"]!).ShouldBe(("DUPLICATE", id));
        (await tenant.StockAsync(product, main)).ShouldBe("5/0/5");
    }

    [Fact]
    public async Task A_retried_batch_is_booked_once_and_too_large_a_one_not_at_all()
    {
        var tenant = await api.TenantAsync();
        var (product, main) = (await tenant.StockedProductAsync(), await tenant.WarehouseAsync());
        var replies = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => tenant.PostAsync("/stock-movements/batch", Batch(true, Move("RECEIPT", product, main, 7), Move("RECEIPT", product, main, 1)), ("Idempotency-Key", "opening"))));
        replies.ShouldAllBe(r => r.Status == 200);
        replies.Select(r => r.Text).Distinct().Count().ShouldBe(1);
        (await tenant.StockAsync(product, main)).ShouldBe("8/0/8");
        (await tenant.PostAsync("/stock-movements/batch", Batch(true, [.. Enumerable.Repeat(0, 1001).Select(_ => Move("RECEIPT", product, main, 1))]))).ShouldFail(400, "VALIDATION_FAILED");
    }

    [Fact]
    public async Task Batches_that_cross_each_other_all_finish_and_the_ledger_adds_up()
    {
        var tenant = await api.TenantAsync();
        var places = new List<(Guid Product, Guid Warehouse)>();
        foreach (var product in new[] { await tenant.StockedProductAsync(), await tenant.StockedProductAsync(), await tenant.StockedProductAsync() })
            foreach (var warehouse in new[] { await tenant.WarehouseAsync(), await tenant.WarehouseAsync() }) places.Add((product, warehouse));
        var batches = Enumerable.Range(0, 8).Select(i => Batch(true, [.. (i % 2 == 0 ? places : places.AsEnumerable().Reverse()).SelectMany(p => new[] { Move("RECEIPT", p.Product, p.Warehouse, 3), Move("ISSUE", p.Product, p.Warehouse, 1) })]));
        foreach (var reply in await Task.WhenAll(batches.Select(batch => tenant.PostAsync("/stock-movements/batch", batch)))) reply.ShouldBe(200).Items.ShouldAllBe(i => (int)i!["status"]! == 201);
        foreach (var (product, warehouse) in places) (await tenant.StockAsync(product, warehouse)).ShouldBe("16/0/16");
    }

    [Fact]
    public async Task Another_tenant_s_stock_and_who_may_not_move_any_move_none()
    {
        var (mine, other) = (await api.TenantAsync(), await api.TenantAsync());
        var (product, main) = (await mine.StockedProductAsync(), await mine.WarehouseAsync());
        (await other.PostAsync("/stock-movements/batch", Batch(false, Move("RECEIPT", product, main, 1)))).ShouldBe(200).Items.Select(i => (int)i!["status"]!).ShouldBe([422]);
        (await (await mine.MemberAsync("USER")).Client.PostAsync("/stock-movements/batch", Batch(false, Move("RECEIPT", product, main, 1)))).ShouldFail(403, "FORBIDDEN");
        (await mine.StockAsync(product, main)).ShouldBe("");
    }

    private static object Batch(bool atomic, params JsonObject[] movements) => new { atomic, operations = movements.Select(data => new { op = "create", data }) };

    private static JsonObject Move(string kind, Guid product, Guid warehouse, decimal quantity, Guid? to = null)
    {
        var move = new JsonObject { ["kind"] = kind, ["productId"] = product, ["warehouseId"] = warehouse, ["quantity"] = quantity };
        if (to is not null) move["toWarehouseId"] = to;
        return move;
    }
}
