using System.Text.Json;

namespace Crm.Api.Tests.Fixture;

/// <summary>What tests do with warehouses and stock.</summary>
internal static class StockIntents
{
    /// <summary>A new product of which stock is kept.</summary>
    public static async Task<Guid> StockedProductAsync(this ApiClient client) =>
        (await client.PostAsync("/products", new { name = "Engine", sku = Guid.NewGuid().ToString("N"), isStocked = true })).ShouldBe(201).Id;

    /// <summary>A new warehouse.</summary>
    public static async Task<Guid> WarehouseAsync(this ApiClient client) =>
        (await client.PostAsync("/warehouses", new { name = "Main", code = Guid.NewGuid().ToString("N") })).ShouldBe(201).Id;

    /// <summary>Asks for a movement.</summary>
    public static Task<Reply> MoveStockAsync(this ApiClient client, string kind, Guid product, Guid warehouse, decimal quantity, object? more = null, params (string Name, string Value)[] headers)
    {
        var body = JsonSerializer.SerializeToNode(more ?? new { })!.AsObject();
        (body["kind"], body["productId"], body["warehouseId"], body["quantity"]) = (kind, product, warehouse, quantity);
        return client.PostAsync("/stock-movements", body, headers);
    }

    /// <summary>What is on hand, reserved and available, as <c>5/0/5</c>; empty while nothing ever moved there.</summary>
    public static async Task<string> StockAsync(this ApiClient client, Guid product, Guid warehouse) => string.Join(';',
        (await client.GetAsync($"/stock?productId={product}&warehouseId={warehouse}")).ShouldBe(200).Items.Select(s => $"{s!["onHand"]}/{s["reserved"]}/{s["available"]}"));
}
