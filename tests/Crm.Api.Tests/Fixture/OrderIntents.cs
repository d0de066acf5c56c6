using System.Text.Json;
using System.Text.Json.Nodes;

namespace Crm.Api.Tests.Fixture;

/// <summary>What tests do with orders.</summary>
internal static class OrderIntents
{
    /// <summary>A line of a product for 100 EUR and 20 % tax.</summary>
    public static object Line(Guid product, decimal quantity) => new { productId = product, quantity, unitPrice = new { amount = 100, currency = "EUR" }, taxCategory = "STANDARD", taxPercent = 20 };

    /// <summary>A new tenant in Bulgaria with a warehouse, a product with so much of it in stock, and a rate of tax of 20 % for what has no other.</summary>
    public static async Task<(TenantClient Tenant, Guid Product, Guid Warehouse)> ShopAsync(this CrmApi api, decimal stock)
    {
        var tenant = await api.TenantAsync();
        await tenant.SellsAsync(new { defaultTaxCode = "STANDARD" });
        (await tenant.PostAsync("/tax-rates", new { country = "BG", taxCode = "STANDARD", taxCategory = "STANDARD", percent = 20, validFrom = "2020-01-01" })).ShouldBe(201);
        var (product, warehouse) = (await tenant.StockedProductAsync(), await tenant.WarehouseAsync());
        (await tenant.MoveStockAsync("RECEIPT", product, warehouse, stock)).ShouldBe(201);
        return (tenant, product, warehouse);
    }

    /// <summary>Asks for a draft of an order.</summary>
    public static Task<Reply> OrderAsync(this ApiClient client, Guid customer, object[] lines, object? more = null)
    {
        var body = JsonSerializer.SerializeToNode(more ?? new { })!.AsObject();
        (body["customerId"], body["lineItems"]) = (customer, JsonSerializer.SerializeToNode(lines));
        return client.PostAsync("/orders", body);
    }

    /// <summary>The same of one product, for a new customer.</summary>
    public static async Task<Reply> OrderAsync(this ApiClient client, Guid product, decimal quantity) => await client.OrderAsync(await client.BuyerAsync(), [Line(product, quantity)]);
}
