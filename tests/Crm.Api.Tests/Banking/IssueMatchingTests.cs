using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Banking;

/// <summary>Payments that came before their invoice find it when it is issued, without waiting for the day to end.</summary>
public sealed class IssueMatchingTests(CrmApi api)
{
    [Fact]
    public async Task A_payment_that_came_first_is_matched_when_its_invoice_is_issued()
    {
        var (tenant, buyer) = await SellerAsync();
        var byPayer = (await tenant.PaymentAsync(more: new { payerName = "Babbage & Co" })).Id;
        var invoice = await tenant.IssuedAsync(buyer);
        await PaidAsync(tenant, invoice.Id);
        (await tenant.GetAsync($"/payments/{byPayer}")).Of("status").ShouldBe("ALLOCATED");
        // The number is known before the invoice has it, as from a proforma.
        var next = invoice.Of("number")![..^1] + "2";
        var byNumber = (await tenant.PaymentAsync(50, new { reference = $"advance {next}" })).Id;
        var second = await tenant.IssuedAsync(buyer);
        second.Of("number").ShouldBe(next);
        await Eventually.Async(async () => await tenant.InvoiceStandsAsync(second.Id) == "PARTIALLY_PAID 50.00 70.00", "the advance is matched");
        (await tenant.GetAsync($"/payments/{byNumber}")).Data["allocations"]!.AsArray().Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("inv {0}/3", 120)]
    [InlineData("Rechnung {0} 000003.", 50)]
    [InlineData("RF18{0}000003", 50)]
    [InlineData("{0}000003", 50)]
    public async Task However_the_number_is_written_the_payment_is_looked_at_again(string text, int amount)
    {
        var (tenant, buyer) = await SellerAsync();
        var year = (await tenant.IssuedAsync(buyer)).Of("number")![..4];
        var payment = (await tenant.PaymentAsync(amount, new { reference = string.Format(System.Globalization.CultureInfo.InvariantCulture, text, year) })).Id;
        await tenant.IssuedAsync(buyer);
        var invoice = await tenant.IssuedAsync(buyer);
        invoice.Of("number").ShouldBe($"{year}-000003");
        await Eventually.Async(async () => (await tenant.GetAsync($"/payments/{payment}")).ShouldBe(200).Of("status") == "ALLOCATED", "the payment is matched");
        (await tenant.GetAsync($"/payments/{payment}")).Data["allocations"]!.AsArray().Select(a => (Guid)a!["invoiceId"]!).ShouldBe([invoice.Id]);
    }

    [Fact]
    public async Task What_is_not_clear_and_what_is_anothers_waits_on()
    {
        var ((tenant, buyer), (other, _)) = (await SellerAsync(), await SellerAsync());
        var unclear = (await tenant.PaymentAsync()).Id;
        var foreign = (await other.PaymentAsync(more: new { payerName = "Babbage & Co" })).Id;
        var clear = (await tenant.PaymentAsync(240, new { payerName = "Babbage & Co" })).Id;
        await tenant.IssuedAsync(buyer);
        var last = await tenant.IssuedAsync(buyer, new { lineItems = new[] { new { name = "Engine", quantity = 2, unitPrice = new { amount = 100, currency = "EUR" }, taxCategory = "STANDARD", taxPercent = 20 } } });
        await PaidAsync(tenant, last.Id);
        (await tenant.GetAsync($"/payments/{clear}")).Of("status").ShouldBe("ALLOCATED");
        (await tenant.PaymentStandsAsync(unclear)).ShouldBe("UNALLOCATED 0.00 0.00 120.00");
        (await other.PaymentStandsAsync(foreign)).ShouldBe("UNALLOCATED 0.00 0.00 120.00");
    }

    [Fact]
    public async Task Of_many_issued_at_once_each_payment_pays_one_and_none_is_paid_twice()
    {
        var (tenant, _) = await SellerAsync();
        var buyers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => tenant.BuyerAsync(new { name = $"Buyer {(char)('A' + i)} Ltd" })));
        var payments = await Task.WhenAll(buyers.SelectMany(buyer => Enumerable.Repeat(buyer, 2)).Select(buyer => tenant.PaymentAsync(more: new { customerId = buyer })));
        var invoices = await Task.WhenAll(buyers.Select(buyer => tenant.IssuedAsync(buyer)));
        foreach (var invoice in invoices) await PaidAsync(tenant, invoice.Id);
        var standing = await Task.WhenAll(payments.Select(p => tenant.PaymentStandsAsync(p.Id)));
        standing.Count(s => s == "ALLOCATED 120.00 0.00 0.00").ShouldBe(8);
        standing.Count(s => s == "UNALLOCATED 0.00 0.00 120.00").ShouldBe(8);
    }

    private static Task PaidAsync(TenantClient tenant, Guid invoice) =>
        Eventually.Async(async () => (await tenant.GetAsync($"/invoices/{invoice}")).ShouldBe(200).Of("status") == "PAID", "the invoice is paid");

    private async Task<(TenantClient Tenant, Guid Buyer)> SellerAsync()
    {
        var tenant = await api.TenantAsync();
        await tenant.SellsAsync();
        return (tenant, await tenant.BuyerAsync());
    }
}
