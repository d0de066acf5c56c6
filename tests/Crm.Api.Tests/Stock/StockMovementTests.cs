using Crm.Api.Tests.Fixture;
using Dapper;
using Npgsql;

namespace Crm.Api.Tests.Stock;

public sealed class StockMovementTests(CrmApi api)
{
    [Fact]
    public async Task Movements_are_answered_whole_and_the_level_is_their_sum()
    {
        var tenant = await api.TenantAsync();
        var (product, warehouse) = (await tenant.StockedProductAsync(), await tenant.WarehouseAsync());
        var received = (await tenant.MoveStockAsync("RECEIPT", product, warehouse, 12.5m, new { reason = "Delivery", reference = "DN-1" })).ShouldBe(201);
        received.Header("Location").ShouldBe($"/api/v1/stock-movements/{received.Id}");
        received.Header("ETag").ShouldBe("\"1\"");
        ((decimal)received.Data["change"]!, (decimal)received.Data["onHand"]!, received.Of("reference")).ShouldBe((12.5m, 12.5m, "DN-1"));
        (await tenant.GetAsync($"/stock-movements/{received.Id}")).Text.ShouldBe(received.Text);
        (await tenant.MoveStockAsync("ISSUE", product, warehouse, 2.000001m)).ShouldBe(201).Data["change"]!.GetValue<decimal>().ShouldBe(-2.000001m);
        (await tenant.MoveStockAsync("ADJUSTMENT", product, warehouse, -0.499999m, new { reason = "Counted" })).ShouldBe(201);
        (await tenant.StockAsync(product, warehouse)).ShouldBe("10.000000/0/10.000000");
        (await tenant.GetAsync($"/stock-movements?productId={product}&sort=createdAt")).Items.Select(m => (string?)m!["kind"]).ShouldBe(["RECEIPT", "ISSUE", "ADJUSTMENT"]);
        (await tenant.GetAsync($"/stock-movements?kind=ISSUE&quantity[gte]=2&productId={product}")).Items.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_transfer_writes_two_entries_or_none()
    {
        var tenant = await api.TenantAsync();
        var (product, from, to) = (await tenant.StockedProductAsync(), await tenant.WarehouseAsync(), await tenant.WarehouseAsync());
        (await tenant.MoveStockAsync("RECEIPT", product, from, 5)).ShouldBe(201);
        (await tenant.MoveStockAsync("TRANSFER", product, from, 6, new { toWarehouseId = to })).ShouldFail(409, "INSUFFICIENT_STOCK").Errors["quantity"]!.ToJsonString().ShouldBe("[\"only 5 available\"]");
        (await tenant.StockAsync(product, to)).ShouldBe("");
        var leaving = (await tenant.MoveStockAsync("TRANSFER", product, from, 3, new { toWarehouseId = to, externalId = "T-1", tags = new[] { "move" } })).ShouldBe(201);
        var arriving = (await tenant.GetAsync($"/stock-movements/{leaving.IdOf("counterpartId")}?expand=counterpart")).ShouldBe(200);
        (arriving.IdOf("counterpartId"), arriving.IdOf("warehouseId"), (decimal)arriving.Data["change"]!).ShouldBe((leaving.Id, to, 3m));
        (await tenant.StockAsync(product, from), await tenant.StockAsync(product, to)).ShouldBe(("2/0/2", "3/0/3"));
    }

    [Fact]
    public async Task What_cannot_be_a_movement_is_refused_and_nothing_is_written()
    {
        var tenant = await api.TenantAsync();
        var (product, warehouse) = (await tenant.StockedProductAsync(), await tenant.WarehouseAsync());
        foreach (var quantity in (decimal[])[0, -1, 0.0000001m, 1_000_000_000m, decimal.MaxValue])
            (await tenant.MoveStockAsync("RECEIPT", product, warehouse, quantity)).ShouldFail(400, "VALIDATION_FAILED").Errors.ContainsKey("quantity").ShouldBeTrue();
        foreach (var kind in (string[])["RESERVE", "RELEASE", "GIFT"])
            (await tenant.MoveStockAsync(kind, product, warehouse, 1)).ShouldFail(400, "VALIDATION_FAILED").Errors.ContainsKey("kind").ShouldBeTrue();
        (await tenant.MoveStockAsync("TRANSFER", product, warehouse, 1)).ShouldFail(400, "VALIDATION_FAILED").Errors.ContainsKey("toWarehouseId").ShouldBeTrue();
        (await tenant.MoveStockAsync("TRANSFER", product, warehouse, 1, new { toWarehouseId = warehouse })).ShouldFail(400, "VALIDATION_FAILED");
        (await tenant.MoveStockAsync("RECEIPT", product, warehouse, 1, new { toWarehouseId = await tenant.WarehouseAsync() })).ShouldFail(400, "VALIDATION_FAILED");
        (await tenant.MoveStockAsync("RECEIPT", product, warehouse, 1, new { occurredAt = "2999-01-01T00:00:00Z" })).ShouldFail(400, "VALIDATION_FAILED").Errors.ContainsKey("occurredAt").ShouldBeTrue();
        (await tenant.MoveStockAsync("ISSUE", product, warehouse, 1)).ShouldFail(409, "INSUFFICIENT_STOCK");
        (await tenant.MoveStockAsync("ADJUSTMENT", product, warehouse, -1)).ShouldFail(409, "INSUFFICIENT_STOCK");
        (await tenant.MoveStockAsync("RECEIPT", await tenant.ProductAsync(), warehouse, 1)).ShouldFail(409, "INVALID_STATE").Errors.ContainsKey("productId").ShouldBeTrue();
        (await tenant.MoveStockAsync("RECEIPT", Guid.NewGuid(), warehouse, 1)).ShouldFail(422, "UNPROCESSABLE").Errors.ContainsKey("productId").ShouldBeTrue();
        (await tenant.MoveStockAsync("RECEIPT", product, Guid.NewGuid(), 1)).ShouldFail(422, "UNPROCESSABLE").Errors.ContainsKey("warehouseId").ShouldBeTrue();
        (await tenant.GetAsync("/stock-movements")).Items.ShouldBeEmpty();
        (await tenant.GetAsync("/stock")).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_ledger_has_no_way_to_change_it()
    {
        var tenant = await api.TenantAsync();
        var (product, warehouse) = (await tenant.StockedProductAsync(), await tenant.WarehouseAsync());
        var id = (await tenant.MoveStockAsync("RECEIPT", product, warehouse, 5)).ShouldBe(201).Id;
        (await tenant.PatchAsync($"/stock-movements/{id}", new { quantity = 6 })).ShouldFail(405, "METHOD_NOT_ALLOWED");
        (await tenant.PutAsync($"/stock-movements/{id}", new { })).ShouldFail(405, "METHOD_NOT_ALLOWED");
        (await tenant.DeleteAsync($"/stock-movements/{id}")).ShouldFail(405, "METHOD_NOT_ALLOWED");
        await using var connection = new NpgsqlConnection(api.AppConnectionString);
        foreach (var sql in (string[])["update crm.stock_movements set quantity = 6", "update crm.stock_movements set change = 6", "delete from crm.stock_movements"])
            (await Should.ThrowAsync<PostgresException>(() => connection.ExecuteAsync(sql))).SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    [Fact]
    public async Task A_retried_movement_is_booked_once()
    {
        var tenant = await api.TenantAsync();
        var (product, warehouse) = (await tenant.StockedProductAsync(), await tenant.WarehouseAsync());
        var replies = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => tenant.MoveStockAsync("RECEIPT", product, warehouse, 7, null, ("Idempotency-Key", "delivery-1"))));
        replies.ShouldAllBe(r => r.Status == 201);
        replies.Select(r => r.Id).Distinct().Count().ShouldBe(1);
        (await tenant.StockAsync(product, warehouse)).ShouldBe("7/0/7");
    }

    [Fact]
    public async Task Events_and_history_tell_of_each_movement()
    {
        var tenant = await api.TenantAsync();
        var (product, warehouse) = (await tenant.StockedProductAsync(), await tenant.WarehouseAsync());
        var movement = (await tenant.MoveStockAsync("RECEIPT", product, warehouse, 5)).ShouldBe(201).Id;
        (await tenant.MoveStockAsync("ISSUE", product, warehouse, 2)).ShouldBe(201);
        var moved = (await tenant.EventsAsync("after=0&types=stock.moved", 2)).Items;
        moved.Select(e => $"{e!["data"]!["kind"]} {e["data"]!["change"]} {e["data"]!["onHand"]}").ShouldBe(["RECEIPT 5 5", "ISSUE -2 3"]);
        ((Guid)moved[0]!["data"]!["movementId"]!).ShouldBe(movement);
        (await tenant.EventsAsync("after=0&types=stock_movement.created", 2)).Items.Count.ShouldBe(2);
        var level = (Guid)(await tenant.GetAsync($"/stock?productId={product}")).Items.ShouldHaveSingleItem()!["id"]!;
        (await tenant.GetAsync($"/stock/{level}/history")).Items.Count.ShouldBe(2);
        (await tenant.GetAsync($"/stock/{level}")).Header("ETag").ShouldBe("\"2\"");
    }

    [Fact]
    public async Task Another_tenant_finds_nothing_and_moves_nothing()
    {
        var (mine, other) = (await api.TenantAsync(), await api.TenantAsync());
        var (product, warehouse) = (await mine.StockedProductAsync(), await mine.WarehouseAsync());
        var id = (await mine.MoveStockAsync("RECEIPT", product, warehouse, 5)).ShouldBe(201).Id;
        (await other.GetAsync($"/stock-movements/{id}")).ShouldFail(404, "NOT_FOUND");
        (await other.GetAsync($"/stock?productId={product}")).Items.ShouldBeEmpty();
        (await other.MoveStockAsync("RECEIPT", product, warehouse, 5)).ShouldFail(422, "UNPROCESSABLE");
        (await other.MoveStockAsync("ISSUE", product, warehouse, 5)).ShouldFail(409, "INSUFFICIENT_STOCK");
        (await mine.StockAsync(product, warehouse)).ShouldBe("5/0/5");
    }

    [Fact]
    public async Task Users_read_stock_and_managers_move_it()
    {
        var tenant = await api.TenantAsync();
        var (product, warehouse) = (await tenant.StockedProductAsync(), await tenant.WarehouseAsync());
        var (user, _) = await tenant.MemberAsync("USER");
        var (manager, _) = await tenant.MemberAsync("MANAGER");
        (await user.MoveStockAsync("RECEIPT", product, warehouse, 5)).ShouldFail(403, "FORBIDDEN");
        (await manager.MoveStockAsync("RECEIPT", product, warehouse, 5)).ShouldBe(201);
        (await user.StockAsync(product, warehouse)).ShouldBe("5/0/5");
    }
}
