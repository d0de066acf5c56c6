using Crm.Api.Tests.Fixture;
using Crm.Infrastructure.Schedules;
using Microsoft.Extensions.DependencyInjection;
using static Crm.Api.Tests.Fixture.BankIntents;

namespace Crm.Api.Tests.Banking;

/// <summary>Payments find the invoices they are for; what is not clear is offered and never guessed.</summary>
public sealed class MatchingTests(CrmApi api)
{
    [Fact]
    public async Task A_payment_that_names_its_invoice_is_allocated_and_a_second_time_there_is_nothing_left()
    {
        var (tenant, buyer) = await SellerAsync();
        var invoice = await tenant.IssuedAsync(buyer);
        var payment = (await tenant.PaymentAsync(more: new { reference = $"re {invoice.Of("number")!.Replace('-', '/')}" })).Id;
        var matched = (await tenant.PostAsync($"/payments/{payment}/match")).ShouldBe(200);
        (matched.Of("status"), matched.IdOf("customerId")).ShouldBe(("ALLOCATED", buyer));
        (await tenant.InvoiceStandsAsync(invoice.Id)).ShouldBe("PAID 120.00 0.00");
        (await tenant.PostAsync($"/payments/{payment}/match")).ShouldFail(409, "INVALID_STATE");
        (await tenant.OffersAsync(payment)).ShouldBeEmpty();
    }

    [Fact]
    public async Task One_payment_pays_several_invoices_that_it_names()
    {
        var (tenant, buyer) = await SellerAsync();
        var (one, other) = (await tenant.IssuedAsync(buyer), await tenant.IssuedAsync(buyer));
        var payment = (await tenant.PaymentAsync(250, new { reference = $"{one.Of("number")} {other.Of("number")}" })).Id;
        (await tenant.PostAsync($"/payments/{payment}/match")).ShouldBe(200).Data["allocations"]!.AsArray().Count.ShouldBe(2);
        (await tenant.PaymentStandsAsync(payment)).ShouldBe("PARTIALLY_ALLOCATED 240.00 0.00 10.00");
    }

    [Fact]
    public async Task What_is_not_clear_is_offered_with_its_reasons_and_left_alone()
    {
        var (tenant, buyer) = await SellerAsync();
        var (one, other) = (await tenant.IssuedAsync(buyer), await tenant.IssuedAsync(buyer));
        var payment = (await tenant.PaymentAsync(more: new { payerName = "BABBAGE & CO." })).Id;
        (await tenant.PostAsync($"/payments/{payment}/match")).ShouldBe(200).Of("status").ShouldBe("UNALLOCATED");
        (await tenant.OffersAsync(payment)).ShouldBe([$"{one.Of("number")} 0.65 EXACT_AMOUNT+PAYER_NAME", $"{other.Of("number")} 0.65 EXACT_AMOUNT+PAYER_NAME"]);
        // One is paid otherwise: now it is clear.
        (await tenant.AllocateAsync((await tenant.PaymentAsync()).Id, one.Id)).ShouldBe(200);
        (await tenant.PostAsync($"/payments/{payment}/match")).ShouldBe(200).Of("status").ShouldBe("ALLOCATED");
        (await tenant.InvoiceStandsAsync(other.Id)).ShouldBe("PAID 120.00 0.00");
    }

    [Fact]
    public async Task An_account_that_has_paid_before_is_known()
    {
        var (tenant, buyer) = await SellerAsync();
        var stranger = await tenant.BuyerAsync(new { name = "Lovelace Ltd" });
        var first = await tenant.IssuedAsync(buyer);
        var known = (await tenant.PaymentAsync(more: new { reference = first.Of("number"), payerIban = PayerIban })).Id;
        (await tenant.PostAsync($"/payments/{known}/match")).ShouldBe(200).Of("status").ShouldBe("ALLOCATED");
        var (second, _) = (await tenant.IssuedAsync(buyer), await tenant.IssuedAsync(stranger));
        var payment = (await tenant.PaymentAsync(more: new { reference = "Thanks", payerIban = PayerIban })).Id;
        (await tenant.OffersAsync(payment))[0].ShouldBe($"{second.Of("number")} 0.70 EXACT_AMOUNT+PAYER_ACCOUNT");
        (await tenant.PostAsync($"/payments/{payment}/match")).ShouldBe(200).Of("status").ShouldBe("ALLOCATED");
        (await tenant.InvoiceStandsAsync(second.Id)).ShouldBe("PAID 120.00 0.00");
    }

    [Fact]
    public async Task All_that_is_unmatched_is_tried_on_demand_and_daily_and_what_was_taken_apart_is_left_to_people()
    {
        var (tenant, buyer) = await SellerAsync();
        var early = (await tenant.PaymentAsync(more: new { payerName = "Babbage & Co" })).Id;
        (await tenant.PostAsync("/payments/match")).ShouldBe(202).Data["unmatched"]!.GetValue<int>().ShouldBe(1);
        var invoice = await tenant.IssuedAsync(buyer);
        await DailyAsync(tenant, DateTimeOffset.UtcNow);
        await Eventually.Async(async () => await tenant.InvoiceStandsAsync(invoice.Id) == "PAID 120.00 0.00", "the payment is matched with what was issued since");
        var allocation = (await tenant.GetAsync($"/payments/{early}")).Data["allocations"]![0]!["id"];
        (await tenant.DeleteAsync($"/payments/{early}/allocations/{allocation}")).ShouldBe(204);
        (await tenant.PostAsync("/payments/match")).ShouldBe(202).Data["unmatched"]!.GetValue<int>().ShouldBe(0);
        (await tenant.PaymentStandsAsync(early)).ShouldBe("UNALLOCATED 0.00 0.00 120.00");
        (await tenant.PostAsync($"/payments/{early}/match")).ShouldBe(200).Of("status").ShouldBe("ALLOCATED");
        (await tenant.GetAsync("/admin/schedules")).ShouldBe(200).Names().ShouldContain("payments.match");
    }

    [Fact]
    public async Task Whoever_matches_and_allocates_at_once_neither_side_gives_more_than_it_has()
    {
        var (tenant, buyer) = await SellerAsync();
        var invoices = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => tenant.IssuedAsync(buyer)));
        var payments = await Task.WhenAll(Enumerable.Range(0, 24).Select(i => tenant.PaymentAsync(100, new { reference = invoices[i % 8].Of("number") })));
        var acts = payments.SelectMany((p, i) => new[]
        {
            tenant.PostAsync($"/payments/{p.Id}/match"), tenant.AllocateAsync(p.Id, invoices[(i + 3) % 8].Id), tenant.PostAsync("/payments/match"),
        });
        foreach (var reply in await Task.WhenAll(acts)) reply.Status.ShouldBeOneOf([200, 202, 409]);
        await Eventually.Async(async () => (await Task.WhenAll(invoices.Select(i => tenant.InvoiceStandsAsync(i.Id)))).All(s => s == "PAID 120.00 0.00"), "every invoice is paid");
        var sums = (await tenant.GetAsync("/payments?take=200")).Items.Sum(p => p!["allocatedTotal"]!["amount"]!.GetValue<decimal>());
        sums.ShouldBe(8 * 120);
    }

    [Fact]
    public async Task Invoices_that_a_caller_does_not_see_are_neither_offered_nor_paid()
    {
        var (tenant, buyer) = await SellerAsync();
        (await tenant.PatchAsync("/tenant", new { recordVisibility = "OWN" })).ShouldBe(200);
        var invoice = await tenant.IssuedAsync(buyer);
        var payment = (await tenant.PaymentAsync(more: new { reference = invoice.Of("number") })).Id;
        var manager = (await tenant.MemberAsync("MANAGER")).Client;
        (await manager.OffersAsync(payment)).ShouldBeEmpty();
        (await manager.PostAsync($"/payments/{payment}/match")).ShouldBe(200).Of("status").ShouldBe("UNALLOCATED");
        (await tenant.PostAsync($"/payments/{payment}/match")).ShouldBe(200).Of("status").ShouldBe("ALLOCATED");
    }

    [Fact]
    public async Task Another_tenant_finds_no_payment_and_no_invoice()
    {
        var ((mine, buyer), (other, _)) = (await SellerAsync(), await SellerAsync());
        var invoice = await mine.IssuedAsync(buyer);
        var payment = (await other.PaymentAsync(more: new { reference = invoice.Of("number") })).Id;
        (await other.PostAsync($"/payments/{payment}/match")).ShouldBe(200).Of("status").ShouldBe("UNALLOCATED");
        (await other.OffersAsync(payment)).ShouldBeEmpty();
        (await mine.GetAsync($"/payments/{payment}/matches")).ShouldFail(404, "NOT_FOUND");
        (await mine.PostAsync($"/payments/{payment}/match")).ShouldFail(404, "NOT_FOUND");
        var user = (await mine.MemberAsync("USER")).Client;
        (await user.PostAsync("/payments/match")).ShouldFail(403, "FORBIDDEN");
    }

    private async Task DailyAsync(TenantClient tenant, DateTimeOffset due) =>
        (await api.Services.GetRequiredService<TenantTurns>().RunAsync("payments.match", tenant.Id, due, TestContext.Current.CancellationToken)).ShouldBeTrue();

    private async Task<(TenantClient Tenant, Guid Buyer)> SellerAsync()
    {
        var tenant = await api.TenantAsync();
        await tenant.SellsAsync();
        return (tenant, await tenant.BuyerAsync());
    }
}
