using System.Globalization;
using System.Text.Json;
using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Catalogue;

public sealed class PriceTests(CrmApi api)
{
    [Fact]
    public async Task The_customers_book_goes_before_the_segments_before_the_general_before_the_products_own()
    {
        var tenant = await api.TenantAsync();
        var product = await tenant.ProductAsync(100);
        var customer = (await tenant.PostAsync("/customers", new { name = "Wholesaler", tags = new[] { "wholesale" } })).ShouldBe(201).Id;
        (await PriceAsync(tenant, product, $"?customerId={customer}")).ShouldBe("100 PRODUCT");
        await BookAsync(tenant, product, 90, priority: 100);
        (await PriceAsync(tenant, product, $"?customerId={customer}")).ShouldBe("90 GENERAL");
        await BookAsync(tenant, product, 95, new { segment = "wholesale" });
        (await PriceAsync(tenant, product, $"?customerId={customer}")).ShouldBe("95 SEGMENT");
        await BookAsync(tenant, product, 97.000001m, new { customerId = customer }, priority: -5);
        (await PriceAsync(tenant, product, $"?customerId={customer}")).ShouldBe("97.000001 CUSTOMER");
        (await PriceAsync(tenant, product)).ShouldBe("90 GENERAL");
        var other = (await tenant.PostAsync("/customers", new { name = "Other" })).ShouldBe(201).Id;
        (await PriceAsync(tenant, product, $"?customerId={other}")).ShouldBe("90 GENERAL");
    }

    [Fact]
    public async Task Then_the_higher_priority_then_the_highest_break_that_is_reached()
    {
        var tenant = await api.TenantAsync();
        var product = await tenant.ProductAsync(100);
        var book = await BookAsync(tenant, product, 90, priority: 1);
        await SetAsync(tenant, book, product, 80, 10);
        await SetAsync(tenant, book, product, 70, 99.5m);
        await BookAsync(tenant, product, 10);
        foreach (var (quantity, price) in ((string, string)[])[("1", "90"), ("9.999999", "90"), ("10", "80"), ("99.499999", "80"), ("99.5", "70"), ("999999999", "70")])
            (await PriceAsync(tenant, product, $"?quantity={quantity}")).ShouldBe($"{price} GENERAL", quantity);
        (await PriceAsync(tenant, product, "?quantity=0.5")).ShouldBe("100 PRODUCT");
    }

    [Fact]
    public async Task What_has_expired_or_is_not_active_or_is_deleted_or_in_another_currency_never_counts()
    {
        var tenant = await api.TenantAsync();
        var product = await tenant.ProductAsync(100);
        await BookAsync(tenant, product, 1, new { validTo = "2026-02-28" });
        await BookAsync(tenant, product, 2, new { validFrom = "2026-03-02" });
        await BookAsync(tenant, product, 3, new { isActive = false });
        await BookAsync(tenant, product, 5, new { currency = "USD" });
        (await tenant.DeleteAsync($"/price-books/{await BookAsync(tenant, product, 4)}")).ShouldBe(204);
        (await PriceAsync(tenant, product, "?date=2026-03-01")).ShouldBe("100 PRODUCT");
        (await PriceAsync(tenant, product, "?date=2026-02-28")).ShouldBe("1 GENERAL");
        (await PriceAsync(tenant, product, "?date=2026-03-02")).ShouldBe("2 GENERAL");
        (await PriceAsync(tenant, product, "?date=2026-03-01&currency=USD")).ShouldBe("5 GENERAL");
        (await tenant.GetAsync($"/products/{product}/price?currency=JPY")).ShouldFail(404, "NO_PRICE");
        (await tenant.GetAsync($"/products/{await tenant.ProductAsync(null)}/price")).ShouldFail(404, "NO_PRICE");
    }

    [Fact]
    public async Task A_question_that_cannot_be_answered_is_refused()
    {
        var tenant = await api.TenantAsync();
        var product = await tenant.ProductAsync();
        foreach (var query in (string[])["quantity=0", "quantity=-1", "quantity=0.0000001", "quantity=1000000000", "quantity=many", "currency=EURO", "currency=eur", "date=soon", "customerId=me", "colour=red"])
            (await tenant.GetAsync($"/products/{product}/price?{query}")).ShouldFail(400, "INVALID_QUERY");
        (await tenant.GetAsync($"/products/{product}/price?customerId={Guid.NewGuid()}")).ShouldFail(400, "INVALID_QUERY");
        (await tenant.GetAsync($"/products/{Guid.NewGuid()}/price")).ShouldFail(404, "NOT_FOUND");
    }

    [Fact]
    public async Task What_cannot_be_a_book_or_a_price_is_refused()
    {
        var tenant = await api.TenantAsync();
        var product = await tenant.ProductAsync();
        var customer = (await tenant.PostAsync("/customers", new { name = "Ada" })).ShouldBe(201).Id;
        (await tenant.PostAsync("/price-books", new { name = "", currency = "EURO", priority = 2_000_000 })).ShouldFail(400, "VALIDATION_FAILED").Errors.Select(e => e.Key).Order().ShouldBe(["currency", "name", "priority"]);
        (await tenant.PostAsync("/price-books", new { name = "x", currency = "EUR", customerId = customer, segment = "vip" })).ShouldFail(400, "VALIDATION_FAILED");
        (await tenant.PostAsync("/price-books", new { name = "x", currency = "EUR", validFrom = "2026-02-01", validTo = "2026-01-31" })).ShouldFail(400, "VALIDATION_FAILED");
        var book = await BookAsync(tenant, product, 90);
        foreach (var (unitPrice, minQuantity, wrong) in ((decimal, decimal, string)[])[(-1, 5, "unitPrice"), (0.0000001m, 5, "unitPrice"), (10_000_000_000_000m, 5, "unitPrice"), (1, 0, "minQuantity"), (1, -1, "minQuantity"), (1, 1_000_000_000m, "minQuantity")])
            (await tenant.PostAsync("/prices", new { priceBookId = book, productId = product, unitPrice, minQuantity })).ShouldFail(400, "VALIDATION_FAILED").Errors.Select(e => e.Key).ShouldBe([wrong]);
        var twin = (await tenant.PostAsync("/prices", new { priceBookId = book, productId = product, unitPrice = 80 })).ShouldFail(409, "DUPLICATE");
        ((Guid)twin.Json["existingId"]!).ShouldBe((Guid)(await tenant.GetAsync($"/prices?priceBookId={book}")).Items.ShouldHaveSingleItem()!["id"]!);
        (await tenant.PostAsync("/prices", new { priceBookId = Guid.NewGuid(), productId = product, unitPrice = 80 })).ShouldFail(422, "UNPROCESSABLE").Errors.ContainsKey("priceBookId").ShouldBeTrue();
    }

    [Fact]
    public async Task Prices_come_in_batches()
    {
        var tenant = await api.TenantAsync();
        var product = await tenant.ProductAsync();
        var book = (await tenant.PostAsync("/price-books", new { name = "Breaks", currency = "EUR" })).ShouldBe(201).Id;
        var operations = Enumerable.Range(1, 50).Select(i => new { op = "create", data = new { priceBookId = book, productId = product, unitPrice = 100 - i, minQuantity = i * 10 } });
        (await tenant.PostAsync("/prices/batch", new { operations, atomic = true })).ShouldBe(200).Items.Count.ShouldBe(50);
        (await PriceAsync(tenant, product, "?quantity=255")).ShouldBe("75 GENERAL");
    }

    [Fact]
    public async Task Another_tenant_finds_no_book_and_no_price()
    {
        var (mine, other) = (await api.TenantAsync(), await api.TenantAsync());
        var product = await mine.ProductAsync();
        var book = await BookAsync(mine, product, 90);
        (await other.GetAsync($"/price-books/{book}")).ShouldFail(404, "NOT_FOUND");
        (await other.GetAsync($"/prices?priceBookId={book}")).Items.ShouldBeEmpty();
        (await other.GetAsync($"/products/{product}/price")).ShouldFail(404, "NOT_FOUND");
        (await other.PostAsync("/prices", new { priceBookId = book, productId = product, unitPrice = 1 })).ShouldFail(422, "UNPROCESSABLE");
        var (user, _) = await mine.MemberAsync("USER");
        (await user.PostAsync("/price-books", new { name = "x", currency = "EUR" })).ShouldFail(403, "FORBIDDEN");
        (await PriceAsync(user, product)).ShouldBe("90 GENERAL");
    }

    private static async Task<string> PriceAsync(ApiClient client, Guid product, string query = "")
    {
        var reply = (await client.GetAsync($"/products/{product}/price{query}")).ShouldBe(200);
        return string.Create(CultureInfo.InvariantCulture, $"{(decimal)reply.Data["unitPrice"]!:0.######} {reply.Of("source")}");
    }

    private static async Task<Guid> BookAsync(ApiClient tenant, Guid product, decimal price, object? more = null, int priority = 0)
    {
        var body = JsonSerializer.SerializeToNode(more ?? new { })!.AsObject();
        body["name"] = "Book";
        body["currency"] ??= "EUR";
        body["priority"] = priority;
        var book = (await tenant.PostAsync("/price-books", body)).ShouldBe(201).Id;
        await SetAsync(tenant, book, product, price, 1);
        return book;
    }

    private static async Task SetAsync(ApiClient tenant, Guid book, Guid product, decimal price, decimal from) =>
        (await tenant.PostAsync("/prices", new { priceBookId = book, productId = product, unitPrice = price, minQuantity = from })).ShouldBe(201);
}
