using Crm.Api.Tests.Fixture;
using Dapper;

namespace Crm.Api.Tests.Catalogue;

/// <summary>No price is below zero, whichever way it is written; what was written before that rule is read and changed in everything else.</summary>
public sealed class NegativePriceTests(CrmApi api)
{
    private static readonly object Below = new { amount = -0.01m, currency = "EUR" };

    [Fact]
    public async Task A_product_s_is_refused_however_it_is_written()
    {
        var tenant = await api.TenantAsync();
        var id = (await tenant.PostAsync("/products", new { name = "Free", sku = "F-1", externalId = "free", price = new { amount = 0, currency = "EUR" } })).ShouldBe(201).Id;
        var batch = await tenant.PostAsync("/products/batch", new { operations = new object[] { new { op = "create", data = new { name = "A", sku = "A-1", price = Below } }, new { op = "update", id, data = new { price = Below } } } });
        batch.ShouldBe(200).Items.Select(i => ((int)i!["status"]!, i["error"]!["errors"]!["price.amount"] is not null)).ShouldBe([(400, true), (400, true)]);
        foreach (var refused in new[]
        {
            await tenant.PostAsync("/products", new { name = "A", sku = "A-1", price = Below }), await tenant.PatchAsync($"/products/{id}", new { price = Below }),
            await tenant.PutAsync($"/products/{id}", new { name = "Free", sku = "F-1", price = Below }), await tenant.PutAsync("/products/by-external-id/free", new { price = Below }),
            await tenant.PutAsync("/products/by-external-id/new", new { name = "A", sku = "A-1", price = Below }),
        })
            refused.ShouldFail(400, "VALIDATION_FAILED").Errors.ShouldContainKey("price.amount");
        (await tenant.GetAsync("/products")).Names().ShouldBe(["Free"]);
        (await tenant.GetAsync($"/products/{id}")).Header("ETag").ShouldBe("\"1\"");
    }

    [Fact]
    public async Task A_deal_s_line_is_refused_by_its_path_and_a_price_book_s_too()
    {
        var tenant = await api.TenantAsync();
        var product = await tenant.ProductAsync();
        var lines = new[] { new { productId = product, unitPrice = (object)new { amount = 1, currency = "EUR" } }, new { productId = product, unitPrice = Below } };
        (await tenant.PostAsync("/deals", new { title = "Engine", lineItems = lines })).ShouldFail(400, "VALIDATION_FAILED").Errors.ShouldContainKey("lineItems[1].unitPrice.amount");
        var deal = (await tenant.PostAsync("/deals", new { title = "Engine", lineItems = lines[..1] })).ShouldBe(201).Id;
        (await tenant.PatchAsync($"/deals/{deal}", new { lineItems = lines })).ShouldFail(400, "VALIDATION_FAILED");
        var book = (await tenant.PostAsync("/price-books", new { name = "List", currency = "EUR" })).ShouldBe(201).Id;
        (await tenant.PostAsync("/prices", new { priceBookId = book, productId = product, unitPrice = -0.01m })).ShouldFail(400, "VALIDATION_FAILED").Errors.ShouldContainKey("unitPrice");
    }

    [Fact]
    public async Task What_was_written_before_is_read_and_its_other_members_change()
    {
        var tenant = await api.TenantAsync();
        var id = (await tenant.PostAsync("/products", new { name = "Rebate", sku = "R-1", price = new { amount = 5, currency = "EUR" } })).ShouldBe(201).Id;
        var deal = (await tenant.PostAsync("/deals", new { title = "Engine", lineItems = new[] { new { productId = id, unitPrice = new { amount = 5, currency = "EUR" } } } })).ShouldBe(201).Id;
        await using (var connection = await api.TenantConnectionAsync(tenant.Id))
            await connection.ExecuteAsync("update crm.products set price_amount = -5 where tenant_id = @tenant and id = @id; update crm.deal_line_items set unit_price_amount = -5 where tenant_id = @tenant and deal_id = @deal", new { tenant = tenant.Id, id, deal });
        (await tenant.GetAsync($"/products/{id}")).ShouldBe(200).Amount("price").ShouldBe("-5.00");
        (await tenant.GetAsync("/products?price[lt]=0")).Names().ShouldBe(["Rebate"]);
        (await tenant.PatchAsync($"/products/{id}", new { name = "Old rebate" })).ShouldBe(200).Amount("price").ShouldBe("-5.00");
        (await tenant.PatchAsync($"/deals/{deal}", new { title = "Old engine", notes = "Kept" })).ShouldBe(200);
        (await tenant.PostAsync("/deals", new { title = "New engine", lineItems = new[] { new { productId = id } } })).ShouldFail(400, "VALIDATION_FAILED").Errors.ShouldContainKey("lineItems[0].unitPrice.amount");
        (await tenant.PatchAsync($"/products/{id}", new { price = new { amount = 5, currency = "EUR" } })).ShouldBe(200);
    }
}
