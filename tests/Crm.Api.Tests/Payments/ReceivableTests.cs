using System.Globalization;
using System.Text.Json.Nodes;
using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Payments;

/// <summary>What customers owe, and how late it is.</summary>
public sealed class ReceivableTests(CrmApi api)
{
    private static readonly string[] Sums = ["invoiced", "prepaid", "credited", "paid", "writtenOff", "refunded"];

    private static readonly string[] Buckets = ["notDue", "days1To30", "days31To60", "days61To90", "over90"];

    [Fact]
    public async Task A_customer_owes_what_was_invoiced_less_what_settled_it()
    {
        var (tenant, buyer) = await SellerAsync();
        (await ReceivableAsync(tenant, buyer)).ShouldBeEmpty();
        var invoices = await Task.WhenAll(Enumerable.Range(0, 5).Select(async i => (await tenant.IssuedAsync(buyer, i == 4 ? new { prepaid = PaymentIntents.Amount(20) } : new { })).Id));
        (await tenant.DraftAsync(buyer)).ShouldBe(201);
        (await tenant.PostAsync($"/invoices/{invoices[0]}/void")).ShouldBe(200);
        var payment = (await tenant.PaymentAsync(200, new { customerId = buyer })).Id;
        (await tenant.AllocateAsync(payment, invoices[1])).ShouldBe(200);
        (await tenant.AllocateAsync(payment, invoices[2], 30)).ShouldBe(200);
        (await tenant.PostAsync($"/payments/{payment}/refunds", new { amount = PaymentIntents.Amount(15) })).ShouldBe(200);
        (await tenant.PostAsync($"/invoices/{invoices[1]}/credit-notes")).ShouldBe(201);
        (await tenant.PostAsync($"/invoices/{invoices[1]}/refunds", new { amount = PaymentIntents.Amount(50) })).ShouldBe(200);
        (await tenant.PostAsync($"/invoices/{invoices[3]}/write-off", new { reason = "Insolvent", amount = PaymentIntents.Amount(7) })).ShouldBe(200);

        var euros = (await ReceivableAsync(tenant, buyer)).ShouldHaveSingleItem()!;
        Sums.Select(sum => euros[sum]!["amount"]!.ToJsonString()).ShouldBe(["480.00", "20.00", "120.00", "150.00", "7.00", "50.00"]);
        (Of(euros, "receivable"), Of(euros, "overdue"), Of(euros, "unallocatedCredit")).ShouldBe(("233.00", "0.00", "35.00"));
        (await tenant.GetAsync($"/invoices?customerId={buyer}&take=50")).ShouldBe(200).Items.Where(i => (string)i!["status"]! != "DRAFT").Sum(i => (decimal)i!["dueTotal"]!["amount"]!).ShouldBe(233, "the sum of the parts");
    }

    [Fact]
    public async Task Orders_are_confirmed_against_what_the_receivable_says()
    {
        var (tenant, product, _) = await api.ShopAsync(100);
        var buyer = await tenant.BuyerAsync(new { creditLimit = new { amount = 200, currency = "EUR" } });
        var invoice = (await tenant.IssuedAsync(buyer)).Id;
        var order = (await tenant.OrderAsync(buyer, [OrderIntents.Line(product, 1)])).ShouldBe(201).Id;
        (await tenant.PostAsync($"/orders/{order}/confirm")).ShouldFail(409, "CREDIT_LIMIT_EXCEEDED").Errors.ToJsonString().ShouldContain("120");
        var payment = (await tenant.PaymentAsync(40)).Id;
        (await tenant.AllocateAsync(payment, invoice)).ShouldBe(200);
        Of((await ReceivableAsync(tenant, buyer)).ShouldHaveSingleItem()!, "receivable").ShouldBe("80.00");
        (await tenant.PostAsync($"/orders/{order}/confirm")).ShouldBe(200);
    }

    [Fact]
    public async Task What_is_due_falls_into_buckets_by_how_late_it_is()
    {
        var (tenant, buyer) = await SellerAsync();
        var other = await tenant.BuyerAsync(new { name = "Ada & Daughters" });
        var issued = await tenant.IssuedAsync(buyer);
        var due = DateOnly.Parse(issued.Of("dueDate")!, CultureInfo.InvariantCulture);
        (await tenant.IssuedAsync(other, new { dueDate = due.AddDays(45).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) })).ShouldBe(200);
        (await AgeingAsync(tenant, "currency", null)).ShouldBe("EUR 2 | 240.00 0.00 0.00 0.00 0.00 | 0.00 | 240.00");
        (await AgeingAsync(tenant, "currency", due)).ShouldBe("EUR 2 | 240.00 0.00 0.00 0.00 0.00 | 0.00 | 240.00");
        (await AgeingAsync(tenant, "currency", due.AddDays(1))).ShouldBe("EUR 2 | 120.00 120.00 0.00 0.00 0.00 | 0.00 | 240.00");
        (await AgeingAsync(tenant, "currency", due.AddDays(31))).ShouldBe("EUR 2 | 120.00 0.00 120.00 0.00 0.00 | 0.00 | 240.00");
        (await AgeingAsync(tenant, "currency", due.AddDays(90))).ShouldBe("EUR 2 | 0.00 0.00 120.00 120.00 0.00 | 0.00 | 240.00");
        (await AgeingAsync(tenant, "currency", due.AddDays(91))).ShouldBe("EUR 2 | 0.00 0.00 120.00 0.00 120.00 | 0.00 | 240.00");
        (await AgeingAsync(tenant, "currency", DateOnly.Parse(issued.Of("issueDate")!, CultureInfo.InvariantCulture).AddDays(-1))).ShouldBe("", "nothing was issued");
        (await AgeingAsync(tenant, "customer", due.AddDays(1))).Split('\n').Order().ShouldBe(["Ada & Daughters EUR 1 | 120.00 0.00 0.00 0.00 0.00 | 0.00 | 120.00", "Babbage & Co EUR 1 | 0.00 120.00 0.00 0.00 0.00 | 0.00 | 120.00"]);
        var payment = (await tenant.PaymentAsync()).Id;
        (await tenant.AllocateAsync(payment, issued.Id)).ShouldBe(200);
        (await tenant.PostAsync($"/invoices/{issued.Id}/credit-notes")).ShouldBe(201);
        (await AgeingAsync(tenant, "currency", null)).ShouldBe("EUR 2 | 120.00 0.00 0.00 0.00 0.00 | -120.00 | 0.00");
        (await tenant.GetAsync("/reports/receivables-ageing?groupBy=owner")).ShouldFail(400, "INVALID_QUERY");
        foreach (var day in (string[])["yesterday", "9999-12-31"]) (await tenant.GetAsync($"/reports/receivables-ageing?asOf={day}")).ShouldFail(400, "INVALID_QUERY");
    }

    [Fact]
    public async Task Another_tenant_owes_nothing_here()
    {
        var ((tenant, buyer), (other, _)) = (await SellerAsync(), await SellerAsync());
        (await tenant.IssuedAsync(buyer)).ShouldBe(200);
        (await other.GetAsync($"/customers/{buyer}/receivable")).ShouldFail(404, "NOT_FOUND");
        (await AgeingAsync(other, "customer", null)).ShouldBe("");
    }

    private static async Task<JsonArray> ReceivableAsync(TenantClient tenant, Guid customer) => (await tenant.GetAsync($"/customers/{customer}/receivable")).ShouldBe(200).Data["currencies"]!.AsArray();

    private static string Of(JsonNode currency, string member) => currency[member]!["amount"]!.ToJsonString();

    private static async Task<string> AgeingAsync(TenantClient tenant, string groupBy, DateOnly? asOf)
    {
        var report = (await tenant.GetAsync($"/reports/receivables-ageing?groupBy={groupBy}{(asOf is { } day ? $"&asOf={day:yyyy-MM-dd}" : "")}")).ShouldBe(200);
        report.Data["totals"]!.AsArray().Sum(t => (decimal)t!["total"]!).ShouldBe(report.Data["groups"]!.AsArray().Sum(g => (decimal)g!["total"]!));
        return string.Join('\n', report.Data["groups"]!.AsArray().Select(g =>
            $"{(groupBy == "customer" ? $"{g!["label"]} " : "")}{g!["currency"]} {g["invoices"]} | {string.Join(' ', Buckets.Select(b => g[b]!.ToJsonString()))} | {g["credit"]!.ToJsonString()} | {g["total"]!.ToJsonString()}"));
    }

    private async Task<(TenantClient Tenant, Guid Buyer)> SellerAsync()
    {
        var tenant = await api.TenantAsync();
        await tenant.SellsAsync();
        return (tenant, await tenant.BuyerAsync());
    }
}
