using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Invoices;

/// <summary>The draft of an invoice over HTTP: what documents share.</summary>
public sealed class InvoiceDraftTests(CrmApi api)
{
    [Fact]
    public async Task What_is_left_open_is_found_by_product_price_book_and_rate()
    {
        var tenant = await api.TenantAsync();
        await tenant.SellsAsync(new { defaultLanguage = "bg", defaultTaxCode = "STANDARD" });
        await RateAsync(tenant, "STANDARD", 20);
        await RateAsync(tenant, "BOOKS", 9);
        var buyer = await tenant.BuyerAsync(new { tags = new[] { "wholesale" } });
        var screw = (await tenant.PostAsync("/products", new { name = "Screw", sku = "SCREW", unit = "KGM" })).ShouldBe(201).Id;
        var book = (await tenant.PostAsync("/products", new { name = "Book", sku = "BOOK", taxCode = "BOOKS", price = new { amount = 30, currency = "EUR" } })).ShouldBe(201).Id;
        var prices = (await tenant.PostAsync("/price-books", new { name = "Wholesale", currency = "EUR", segment = "wholesale" })).ShouldBe(201).Id;
        (await tenant.PostAsync("/prices", new { priceBookId = prices, productId = screw, unitPrice = 0.0088, minQuantity = 1000 })).ShouldBe(201);

        var draft = (await tenant.DraftAsync(buyer, new { lineItems = new object[] { new { productId = screw, quantity = 16000 }, new { productId = book, adjustments = new[] { new { percent = 10 } } } } })).ShouldBe(201);

        string.Join("; ", draft.Data["lineItems"]!.AsArray().Select(l => $"{l!["name"]} {l["quantity"]} {l["unit"]} at {l["unitPrice"]!["amount"]!.ToJsonString()} per {l["priceQuantity"]} {l["taxCategory"]} {l["taxPercent"]}: {l["net"]!["amount"]!.ToJsonString()}"))
            .ShouldBe("Screw 16000 KGM at 0.88 per 100 STANDARD 20: 140.80; Book 1 C62 at 30.00 per 1 STANDARD 9: 27.00");
        draft.Sums().ShouldBe("167.80 + 30.59 = 198.39");
        (draft.Of("language"), draft.Of("currency"), draft.Of("status"), draft.Data["number"]).ShouldBe(("bg", "EUR", "DRAFT", null));
        draft.Data["taxes"]!.AsArray().Select(t => t!["tax"]!["amount"]!.ToJsonString()).ShouldBe(["28.16", "2.43"]);
        (await tenant.GetAsync($"/invoices/{draft.Id}")).ShouldBe(200).Body.ShouldBe(draft.Body);
        (await tenant.GetAsync($"/invoices?total[gte]=198&total.currency=EUR&customerId={buyer}")).ShouldBe(200).Items.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task What_was_answered_comes_back_and_changes_nothing()
    {
        var tenant = await api.TenantAsync();
        var draft = (await tenant.DraftAsync(await tenant.BuyerAsync(), new { adjustments = new object[] { new { percent = 2.5 }, new { isCharge = true, amount = new { amount = 7.5, currency = "EUR" }, reason = "Freight" } } })).ShouldBe(201);
        draft.Sums().ShouldBe("105.00 + 21.00 = 126.00");
        (await tenant.PutAsync($"/invoices/{draft.Id}", draft.Data)).ShouldBe(200).Body.ShouldBe(draft.Body);
        var changed = (await tenant.PatchAsync($"/invoices/{draft.Id}", new { lineItems = new object[] { new { id = (Guid)draft.Data["lineItems"]![0]!["id"]!, name = "Engine", quantity = 2, unitPrice = new { amount = 100, currency = "EUR" } } } }, ("If-Match", "\"1\""))).ShouldBe(200);
        changed.Sums().ShouldBe("202.50 + 40.50 = 243.00");
        changed.Header("ETag").ShouldBe("\"2\"");
        (await tenant.PatchAsync($"/invoices/{draft.Id}", new { notes = "Late" }, ("If-Match", "\"1\""))).ShouldFail(412, "PRECONDITION_FAILED");
        (await tenant.GetAsync($"/invoices/{draft.Id}/history")).ShouldBe(200).Items.Count.ShouldBe(2);
        (await tenant.DeleteAsync($"/invoices/{draft.Id}")).ShouldBe(204);
        (await tenant.PostAsync($"/invoices/{draft.Id}/restore")).ShouldBe(200).Data["lineItems"]!.AsArray().Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("""{"quantity": -1}""", 400, "lineItems[0].quantity")]
    [InlineData("""{"quantity": 0}""", 400, "lineItems[0].quantity")]
    [InlineData("""{"quantity": 1e20}""", 400, "lineItems[0].quantity")]
    [InlineData("""{"quantity": 0.0000001}""", 400, "lineItems[0].quantity")]
    [InlineData("""{"unitPrice": {"amount": 1.001, "currency": "EUR"}}""", 400, "lineItems[0].unitPrice.amount")]
    [InlineData("""{"unitPrice": {"amount": 1e13, "currency": "EUR"}}""", 400, "lineItems[0].unitPrice.amount")]
    [InlineData("""{"unitPrice": {"amount": -1, "currency": "EUR"}}""", 400, "lineItems[0].unitPrice.amount")]
    [InlineData("""{"unitPrice": {"amount": 1, "currency": "USD"}}""", 400, "lineItems[0].unitPrice.currency")]
    [InlineData("""{"unitPrice": {"amount": 1, "currency": "QQQ"}}""", 400, "lineItems[0].unitPrice.currency")]
    [InlineData("""{"quantity": 999999999, "unitPrice": {"amount": 9999999999999, "currency": "EUR"}}""", 400, "lineItems[0]")]
    [InlineData("""{"unit": "piece"}""", 400, "lineItems[0].unit")]
    [InlineData("""{"net": {"amount": 1, "currency": "EUR"}}""", 400, "lineItems[0].net")]
    [InlineData("""{"sourceItemId": "019ca8d2-7c1f-712f-8ad7-944c163e782a"}""", 400, "lineItems[0].sourceItemId")]
    [InlineData("""{"adjustments": [{"percent": 1, "amount": {"amount": 1, "currency": "EUR"}}]}""", 400, "lineItems[0].adjustments[0]")]
    [InlineData("""{"adjustments": [{"amount": {"amount": 1, "currency": "USD"}}]}""", 400, "lineItems[0].adjustments[0].amount.currency")]
    [InlineData("""{"taxCategory": "REVERSE_CHARGE", "taxPercent": 0}""", 400, "lineItems[0].taxReason")]
    [InlineData("""{"productId": "019ca8d2-7c1f-712f-8ad7-944c163e782a", "name": null}""", 422, "lineItems[0].productId")]
    [InlineData("""{"productId": "019ca8d2-7c1f-712f-8ad7-944c163e782a", "unit": "C62"}""", 422, "lineItems[0].productId")]
    [InlineData("""{"unitPrice": null}""", 422, "lineItems[0].unitPrice")]
    [InlineData("""{"taxCategory": null, "taxPercent": null}""", 422, "lineItems[0].taxCategory")]
    public async Task A_line_that_cannot_be_is_refused_at_its_path(string change, int status, string path)
    {
        var tenant = await api.TenantAsync();
        var line = System.Text.Json.JsonSerializer.SerializeToNode(InvoiceIntents.Line)!.AsObject();
        foreach (var (name, value) in System.Text.Json.Nodes.JsonNode.Parse(change)!.AsObject()) line[name] = value?.DeepClone();
        var refused = await tenant.DraftAsync(await tenant.BuyerAsync(), new { lineItems = new[] { line } });
        refused.ShouldFail(status, status == 400 ? "VALIDATION_FAILED" : "UNPROCESSABLE");
        refused.Errors.Select(e => e.Key).ShouldContain(path);
        (await tenant.GetAsync("/invoices")).Items.ShouldBeEmpty("nothing is written");
    }

    [Fact]
    public async Task A_thousand_lines_are_taken_and_one_more_is_not()
    {
        var tenant = await api.TenantAsync();
        var buyer = await tenant.BuyerAsync();
        var lines = Enumerable.Repeat(InvoiceIntents.Line, 1000).ToArray();
        var draft = (await tenant.DraftAsync(buyer, new { lineItems = lines })).ShouldBe(201);
        draft.Sums().ShouldBe("100000.00 + 20000.00 = 120000.00");
        (await tenant.DraftAsync(buyer, new { lineItems = lines.Append(InvoiceIntents.Line) })).ShouldFail(400, "VALIDATION_FAILED");
    }

    [Fact]
    public async Task Another_tenant_finds_nothing_and_uses_nothing()
    {
        var (mine, other) = (await api.TenantAsync(), await api.TenantAsync());
        var (buyer, product) = (await mine.BuyerAsync(), await mine.ProductAsync());
        var draft = (await mine.DraftAsync(buyer)).ShouldBe(201).Id;
        (await other.GetAsync($"/invoices/{draft}")).ShouldFail(404, "NOT_FOUND");
        (await other.PatchAsync($"/invoices/{draft}", new { notes = "Mine" })).ShouldFail(404, "NOT_FOUND");
        (await other.DraftAsync(buyer)).ShouldFail(422, "UNPROCESSABLE");
        (await other.DraftAsync(await other.BuyerAsync(), new { lineItems = new[] { new { productId = product } } })).ShouldFail(422, "UNPROCESSABLE");
        (await mine.DeleteAsync($"/customers/{buyer}")).ShouldFail(409, "INVALID_STATE");
    }

    private static Task<Reply> RateAsync(ApiClient tenant, string code, decimal percent) =>
        tenant.PostAsync("/tax-rates", new { country = "BG", taxCode = code, taxCategory = "STANDARD", percent, validFrom = "2020-01-01" });
}
