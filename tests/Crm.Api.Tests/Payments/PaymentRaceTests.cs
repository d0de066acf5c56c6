using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Payments;

/// <summary>Whoever moves the same money at the same time, neither side gives more than it has.</summary>
public sealed class PaymentRaceTests(CrmApi api)
{
    [Fact]
    public async Task Of_64_who_allocate_one_payment_ten_get_their_part()
    {
        var (tenant, buyer) = await SellerAsync();
        var payment = (await tenant.PaymentAsync(100)).Id;
        var invoices = await Task.WhenAll(Enumerable.Range(0, 64).Select(async _ => (await tenant.IssuedAsync(buyer)).Id));
        var replies = await Task.WhenAll(invoices.Select(invoice => tenant.AllocateAsync(payment, invoice, 10)));
        replies.Count(r => r.Status == 200).ShouldBe(10);
        foreach (var refused in replies.Where(r => r.Status != 200)) refused.ShouldFail(409, "INVALID_STATE");
        (await tenant.PaymentStandsAsync(payment)).ShouldBe("ALLOCATED 100.00 0.00 0.00");
        (await tenant.GetAsync("/invoices?status=PARTIALLY_PAID&count=exact&take=1")).Meta["total"]!.GetValue<int>().ShouldBe(10);
    }

    [Fact]
    public async Task Of_64_payments_for_one_invoice_twelve_are_taken()
    {
        var (tenant, buyer) = await SellerAsync();
        var invoice = (await tenant.IssuedAsync(buyer)).Id;
        var payments = await Task.WhenAll(Enumerable.Range(0, 64).Select(async _ => (await tenant.PaymentAsync(10)).Id));
        var replies = await Task.WhenAll(payments.Select(payment => tenant.AllocateAsync(payment, invoice, 10)));
        replies.Count(r => r.Status == 200).ShouldBe(12);
        foreach (var refused in replies.Where(r => r.Status != 200)) refused.ShouldFail(409, "INVALID_STATE");
        (await tenant.InvoiceStandsAsync(invoice)).ShouldBe("PAID 120.00 0.00");
        (await tenant.EventsAsync($"after=0&aggregateId={invoice}&types=invoice.paid", 1)).Items.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Payments_of_the_same_invoices_in_any_order_all_end()
    {
        var (tenant, buyer) = await SellerAsync();
        var invoices = await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ => (await tenant.IssuedAsync(buyer)).Id));
        var payments = await Task.WhenAll(Enumerable.Range(0, 24).Select(async _ => (await tenant.PaymentAsync(20)).Id));
        var replies = await Task.WhenAll(payments.Select((payment, i) => tenant.PostAsync($"/payments/{payment}/allocations", new
        {
            allocations = (i % 2 == 0 ? invoices : invoices.Reverse()).Select(id => new { invoiceId = id, amount = PaymentIntents.Amount(5) }),
        })));
        foreach (var reply in replies) reply.ShouldBe(200);
        foreach (var invoice in invoices) (await tenant.InvoiceStandsAsync(invoice)).ShouldBe("PAID 120.00 0.00");
    }

    [Fact]
    public async Task Sixteen_who_take_back_the_same_entry_and_sixteen_who_refund_do_it_once()
    {
        var (tenant, buyer) = await SellerAsync();
        var (payment, invoice) = ((await tenant.PaymentAsync(120)).Id, (await tenant.IssuedAsync(buyer)).Id);
        var allocation = (await tenant.AllocateAsync(payment, invoice)).ShouldBe(200).Data["allocations"]![0]!["id"]!;
        var replies = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => i % 2 == 0
            ? tenant.PostAsync($"/receivable-entries/{allocation}/reverse") : tenant.DeleteAsync($"/payments/{payment}/allocations/{allocation}")));
        replies.Count(r => r.Status is 201 or 204).ShouldBe(1);
        (await tenant.InvoiceStandsAsync(invoice)).ShouldBe("SENT 0.00 120.00");
        (await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => tenant.PostAsync($"/payments/{payment}/refunds")))).Count(r => r.Status == 200).ShouldBe(1);
        (await tenant.PaymentStandsAsync(payment)).ShouldBe("REFUNDED 0.00 120.00 0.00");
    }

    private async Task<(TenantClient Tenant, Guid Buyer)> SellerAsync()
    {
        var tenant = await api.TenantAsync();
        await tenant.SellsAsync();
        return (tenant, await tenant.BuyerAsync());
    }
}
