using System.Text.Json.Nodes;
using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Payments;

/// <summary>Payments, and what becomes of them.</summary>
public sealed class PaymentTests(CrmApi api)
{
    [Fact]
    public async Task A_payment_pays_several_invoices_and_what_is_left_is_the_customer_s_credit()
    {
        var (tenant, buyer) = await SellerAsync();
        var (first, second) = ((await tenant.IssuedAsync(buyer)).Id, (await tenant.IssuedAsync(buyer)).Id);
        var payment = await tenant.PaymentAsync(300, new { reference = "2026-1, 2026-2", payerName = "Babbage & Co", payerIban = "DE89370400440532013000" });
        (payment.Of("status"), payment.Of("source"), payment.Amount("unallocated"), payment.Data["sourceKey"]).ShouldBe(("UNALLOCATED", "MANUAL", "300.00", null));

        (await tenant.AllocateAsync(payment.Id, first, 50)).ShouldBe(200).Of("status").ShouldBe("PARTIALLY_ALLOCATED");
        (await tenant.InvoiceStandsAsync(first)).ShouldBe("PARTIALLY_PAID 50.00 70.00");
        var all = (await tenant.AllocateAsync(payment.Id, first, second)).ShouldBe(200);
        (await tenant.PaymentStandsAsync(payment.Id)).ShouldBe("PARTIALLY_ALLOCATED 240.00 0.00 60.00");
        (await tenant.InvoiceStandsAsync(first)).ShouldBe("PAID 120.00 0.00");
        all.Data["allocations"]!.AsArray().Select(a => $"{a!["invoiceId"]} {a["amount"]!["amount"]!.ToJsonString()}").ShouldBe([$"{first} 50.00", $"{first} 70.00", $"{second} 120.00"]);
        all.Data["allocations"]![0]!["invoiceNumber"]!.ToString().ShouldEndWith("-000001");
        (all.Of("customerId"), all.Header("ETag")).ShouldBe((buyer.ToString(), "\"3\""));
        (await tenant.PutAsync($"/payments/{payment.Id}", all.Data)).ShouldBe(200).Header("ETag").ShouldBe("\"3\"");

        (await tenant.EventsAsync($"after=0&aggregateId={first}&types=invoice.paid,invoice.balance_changed", 3)).Items.Select(e => $"{e!["type"]} {e["data"]!["paidTotal"]!["amount"]!.ToJsonString()}")
            .ShouldBe(["invoice.balance_changed 50.00", "invoice.balance_changed 120.00", "invoice.paid 120.00"]);
        (await tenant.EventsAsync($"after=0&aggregateId={payment.Id}", 4)).Items.Select(e => (string)e!["type"]!).ShouldBe(["payment.created", "payment.allocated", "payment.allocated", "payment.allocated"]);
        (await tenant.GetAsync($"/receivable-entries?invoiceId={first}&sort=createdAt")).ShouldBe(200).Items.Select(e => $"{e!["kind"]} {e["amount"]!["amount"]!.ToJsonString()}").ShouldBe(["ALLOCATION 50.00", "ALLOCATION 70.00"]);
        (await tenant.GetAsync($"/payments/{payment.Id}/history")).ShouldBe(200).Items[0]!["changes"]!.AsArray().Select(c => (string)c!["field"]!).ShouldContain("allocatedTotal");
    }

    [Fact]
    public async Task More_than_there_is_on_either_side_is_refused_and_moves_nothing()
    {
        var (tenant, buyer) = await SellerAsync();
        var (invoice, other) = ((await tenant.IssuedAsync(buyer)).Id, (await tenant.IssuedAsync(buyer)).Id);
        var (draft, payment) = ((await tenant.DraftAsync(buyer)).ShouldBe(201).Id, (await tenant.PaymentAsync(130)).Id);
        (await tenant.AllocateAsync(payment, invoice, 120.01m)).ShouldFail(409, "INVALID_STATE").Errors["allocations[0].amount"]!.ToString().ShouldContain("120.00 EUR, which is due");
        (await tenant.PostAsync($"/payments/{payment}/allocations", new { allocations = new[] { new { invoiceId = invoice, amount = PaymentIntents.Amount(100) }, new { invoiceId = other, amount = PaymentIntents.Amount(31) } } }))
            .ShouldFail(409, "INVALID_STATE").Errors["allocations[1].amount"]!.ToString().ShouldContain("30.00 EUR, which is left");
        (await tenant.AllocateAsync(payment, draft)).ShouldFail(409, "INVALID_STATE");
        (await tenant.AllocateAsync(payment, Guid.CreateVersion7())).ShouldFail(422, "UNPROCESSABLE").Errors.Single().Key.ShouldBe("allocations[0].invoiceId");
        (await tenant.AllocateAsync(payment)).ShouldFail(400, "VALIDATION_FAILED");
        (await tenant.AllocateAsync(payment, invoice, invoice)).ShouldFail(400, "VALIDATION_FAILED");
        (await tenant.AllocateAsync(payment, invoice, 0)).ShouldFail(400, "VALIDATION_FAILED").Errors.Single().Key.ShouldBe("allocations[0].amount.amount");
        (await tenant.AllocateAsync(payment, invoice, 0.001m)).ShouldFail(400, "VALIDATION_FAILED");
        (await tenant.PostAsync($"/payments/{payment}/allocations", new { allocations = new[] { new { invoiceId = invoice, amount = new { amount = 1, currency = "USD" } } } })).ShouldFail(400, "VALIDATION_FAILED");
        (await tenant.PaymentStandsAsync(payment)).ShouldBe("UNALLOCATED 0.00 0.00 130.00");
        (await tenant.AllocateAsync(payment, invoice, other)).ShouldBe(200);
        (await tenant.AllocateAsync(payment, other)).ShouldFail(409, "INVALID_STATE").Errors.Single().Key.ShouldBe("allocations[0].amount");
        (await tenant.InvoiceStandsAsync(other)).ShouldBe("PARTIALLY_PAID 10.00 110.00");
    }

    [Fact]
    public async Task What_is_stated_is_checked_and_fixed_once_money_has_moved()
    {
        var (tenant, buyer) = await SellerAsync();
        var good = new { method = "CASH", amount = new { amount = 120, currency = "EUR" }, receivedOn = "2026-03-01" };
        (await tenant.PostAsync("/payments", new { good.method, good.amount, receivedOn = "2126-03-01" })).ShouldFail(400, "VALIDATION_FAILED").Errors.Single().Key.ShouldBe("receivedOn");
        (await tenant.PostAsync("/payments", new { good.method, good.receivedOn, amount = new { amount = 0, currency = "EUR" } })).ShouldFail(400, "VALIDATION_FAILED").Errors.Single().Key.ShouldStartWith("amount");
        (await tenant.PostAsync("/payments", new { good.method, good.amount, good.receivedOn, payerIban = "DE00370400440532013000" })).ShouldFail(400, "VALIDATION_FAILED").Errors.Single().Key.ShouldBe("payerIban");
        (await tenant.PostAsync("/payments", new { good.amount, good.receivedOn })).ShouldFail(400, "VALIDATION_FAILED").Errors.Single().Key.ShouldBe("method");
        (await tenant.PostAsync("/payments", new { good.method, good.amount, good.receivedOn, customerId = Guid.CreateVersion7() })).ShouldFail(422, "UNPROCESSABLE");
        var (payment, invoice) = ((await tenant.PostAsync("/payments", good)).ShouldBe(201).Id, (await tenant.IssuedAsync(buyer)).Id);
        (await tenant.PatchAsync($"/payments/{payment}", new { amount = new { amount = 100, currency = "USD" } })).ShouldBe(200).Data["unallocated"]!["currency"]!.ToString().ShouldBe("USD");
        (await tenant.PatchAsync($"/payments/{payment}", new { amount = new { amount = 100, currency = "EUR" } })).ShouldBe(200);
        var allocation = (await tenant.AllocateAsync(payment, invoice)).ShouldBe(200).Data["allocations"]![0]!["id"]!;
        (await tenant.PatchAsync($"/payments/{payment}", new { amount = new { amount = 90, currency = "EUR" } })).ShouldFail(409, "INVALID_STATE");
        (await tenant.PatchAsync($"/payments/{payment}", new { receivedOn = "2026-02-28" })).ShouldFail(409, "INVALID_STATE");
        (await tenant.DeleteAsync($"/payments/{payment}")).ShouldFail(409, "INVALID_STATE");
        (await tenant.DeleteAsync($"/customers/{buyer}")).ShouldFail(409, "INVALID_STATE");
        (await tenant.PatchAsync($"/payments/{payment}", new { note = "By phone", tags = new[] { "checked" } })).ShouldBe(200);

        (await tenant.DeleteAsync($"/payments/{payment}/allocations/{allocation}")).ShouldBe(204);
        (await tenant.DeleteAsync($"/payments/{payment}/allocations/{allocation}")).ShouldFail(404, "NOT_FOUND");
        (await tenant.InvoiceStandsAsync(invoice)).ShouldBe("SENT 0.00 120.00");
        (await tenant.GetAsync($"/payments/{payment}")).Data["allocations"]!.AsArray().ShouldBeEmpty();
        (await tenant.DeleteAsync($"/payments/{payment}")).ShouldBe(204);
        (await tenant.AllocateAsync(payment, invoice)).ShouldFail(404, "NOT_FOUND");
    }

    [Fact]
    public async Task Money_goes_back_and_back_again()
    {
        var (tenant, buyer) = await SellerAsync();
        var (payment, invoice) = ((await tenant.PaymentAsync(150)).Id, (await tenant.IssuedAsync(buyer)).Id);
        (await tenant.AllocateAsync(payment, invoice)).ShouldBe(200);
        (await tenant.PostAsync($"/payments/{payment}/refunds", new { amount = PaymentIntents.Amount(30.01m) })).ShouldFail(409, "INVALID_STATE").Errors.Single().Key.ShouldBe("amount");
        (await tenant.PostAsync($"/payments/{payment}/refunds", new { refundedOn = "2026-02-28" })).ShouldFail(400, "VALIDATION_FAILED");
        (await tenant.PostAsync($"/payments/{payment}/refunds", new { refundedOn = "2126-02-28" })).ShouldFail(400, "VALIDATION_FAILED");
        (await tenant.PostAsync($"/payments/{payment}/refunds", new { amount = PaymentIntents.Amount(-1) })).ShouldFail(400, "VALIDATION_FAILED");
        (await tenant.PostAsync($"/payments/{payment}/refunds", new { amount = PaymentIntents.Amount(10), refundedOn = "2026-03-02", reason = "Paid too much" })).ShouldBe(200).Amount("refundedTotal").ShouldBe("10.00");
        (await tenant.PostAsync($"/payments/{payment}/refunds")).ShouldBe(200).Of("status").ShouldBe("ALLOCATED");
        (await tenant.PostAsync($"/payments/{payment}/refunds")).ShouldFail(409, "INVALID_STATE");
        var entry = (await tenant.GetAsync($"/receivable-entries?paymentId={payment}&kind=REFUND&sort=createdAt")).ShouldBe(200).Items[0]!;
        (entry["bookedOn"]!.ToString(), entry["reason"]!.ToString()).ShouldBe(("2026-03-02", "Paid too much"));

        var back = (await tenant.PostAsync($"/receivable-entries/{entry["id"]}/reverse", new { amount = PaymentIntents.Amount(4), reason = "Bounced" })).ShouldBe(201);
        (back.Amount("amount"), back.Of("reversesId")).ShouldBe(("-4.00", entry["id"]!.ToString()));
        (await tenant.PaymentStandsAsync(payment)).ShouldBe("PARTIALLY_ALLOCATED 120.00 26.00 4.00");
        (await tenant.PostAsync($"/receivable-entries/{entry["id"]}/reverse", new { amount = PaymentIntents.Amount(7) })).ShouldFail(409, "INVALID_STATE");
        (await tenant.PostAsync($"/receivable-entries/{entry["id"]}/reverse")).ShouldBe(201);
        (await tenant.PostAsync($"/receivable-entries/{entry["id"]}/reverse")).ShouldFail(409, "INVALID_STATE");
        (await tenant.PostAsync($"/receivable-entries/{back.Id}/reverse")).ShouldFail(409, "INVALID_STATE");
        (await tenant.PaymentStandsAsync(payment)).ShouldBe("PARTIALLY_ALLOCATED 120.00 20.00 10.00");
    }

    [Fact]
    public async Task What_is_given_up_can_be_asked_for_again()
    {
        var (tenant, buyer) = await SellerAsync();
        var invoice = (await tenant.IssuedAsync(buyer)).Id;
        (await tenant.PostAsync($"/invoices/{invoice}/write-off", new { })).ShouldFail(400, "VALIDATION_FAILED").Errors.Single().Key.ShouldBe("reason");
        (await tenant.PostAsync($"/invoices/{invoice}/write-off", new { reason = "Insolvent", amount = PaymentIntents.Amount(121) })).ShouldFail(409, "INVALID_STATE");
        var partly = (await tenant.PostAsync($"/invoices/{invoice}/write-off", new { reason = "Rounding", amount = PaymentIntents.Amount(20) })).ShouldBe(200);
        (partly.Of("status"), partly.Amount("writtenOffTotal"), partly.Amount("dueTotal")).ShouldBe(("SENT", "20.00", "100.00"));
        (await tenant.PostAsync($"/invoices/{invoice}/write-off", new { reason = "Insolvent" })).ShouldBe(200).Of("status").ShouldBe("PAID");
        (await tenant.PostAsync($"/invoices/{invoice}/void")).ShouldFail(409, "INVALID_STATE");
        var entry = (await tenant.GetAsync($"/receivable-entries?invoiceId={invoice}&kind=WRITE_OFF&sort=-createdAt")).Items[0]!["id"]!;
        (await tenant.PostAsync($"/receivable-entries/{entry}/reverse")).ShouldBe(201);
        (await tenant.InvoiceStandsAsync(invoice)).ShouldBe("SENT 0.00 100.00");
        (await tenant.PostAsync($"/invoices/{(await tenant.DraftAsync(buyer)).Id}/write-off", new { reason = "Insolvent" })).ShouldFail(409, "INVALID_STATE");
    }

    [Fact]
    public async Task What_a_credit_note_leaves_below_zero_goes_back_or_pays_another_invoice()
    {
        var (tenant, buyer) = await SellerAsync();
        var (first, second, payment) = ((await tenant.IssuedAsync(buyer)).Id, (await tenant.IssuedAsync(buyer)).Id, (await tenant.PaymentAsync(240)).Id);
        var allocated = (await tenant.AllocateAsync(payment, first, second)).ShouldBe(200);
        var note = (await tenant.PostAsync($"/invoices/{first}/credit-notes")).ShouldBe(201);
        (await tenant.InvoiceStandsAsync(first)).ShouldBe("PAID 120.00 -120.00");
        (await tenant.AllocateAsync(payment, note.Id)).ShouldFail(409, "INVALID_STATE");
        (await tenant.PostAsync($"/invoices/{first}/refunds", new { amount = PaymentIntents.Amount(120.01m) })).ShouldFail(409, "INVALID_STATE");
        var back = (await tenant.PostAsync($"/invoices/{first}/refunds", new { amount = PaymentIntents.Amount(100) })).ShouldBe(200);
        (back.Amount("refundedTotal"), back.Amount("dueTotal")).ShouldBe(("100.00", "-20.00"));
        // The rest pays another invoice: it is taken out of the allocation.
        var third = (await tenant.IssuedAsync(buyer)).Id;
        (await tenant.PostAsync($"/receivable-entries/{allocated.Data["allocations"]![0]!["id"]}/reverse", new { amount = PaymentIntents.Amount(20) })).ShouldBe(201);
        (await tenant.InvoiceStandsAsync(first)).ShouldBe("PAID 100.00 0.00");
        (await tenant.AllocateAsync(payment, third)).ShouldBe(200).Data["allocations"]!.AsArray().Select(a => a!["amount"]!["amount"]!.ToJsonString()).ShouldBe(["100.00", "120.00", "20.00"]);
        (await tenant.InvoiceStandsAsync(third)).ShouldBe("PARTIALLY_PAID 20.00 100.00");
        (await tenant.PostAsync($"/invoices/{first}/refunds")).ShouldFail(409, "INVALID_STATE");
    }

    [Fact]
    public async Task A_retry_is_answered_like_the_first_and_a_stale_version_moves_nothing()
    {
        var (tenant, buyer) = await SellerAsync();
        var (payment, invoice) = ((await tenant.PaymentAsync()).Id, (await tenant.IssuedAsync(buyer)).Id);
        var body = new { allocations = new[] { new { invoiceId = invoice, amount = PaymentIntents.Amount(50) } } };
        (await tenant.PostAsync($"/payments/{payment}/allocations", body, ("If-Match", "\"7\""))).ShouldFail(412, "PRECONDITION_FAILED");
        var first = (await tenant.PostAsync($"/payments/{payment}/allocations", body, ("Idempotency-Key", "once"))).ShouldBe(200);
        (await tenant.PostAsync($"/payments/{payment}/allocations", body, ("Idempotency-Key", "once"))).ShouldBe(200).Body.ShouldBe(first.Body);
        (await tenant.PaymentStandsAsync(payment)).ShouldBe("PARTIALLY_ALLOCATED 50.00 0.00 70.00");
    }

    [Fact]
    public async Task Another_tenant_and_another_role_find_nothing()
    {
        var ((tenant, buyer), (other, _)) = (await SellerAsync(), await SellerAsync());
        var (payment, invoice) = ((await tenant.PaymentAsync()).Id, (await tenant.IssuedAsync(buyer)).Id);
        (await other.GetAsync($"/payments/{payment}")).ShouldFail(404, "NOT_FOUND");
        (await other.AllocateAsync(payment, invoice)).ShouldFail(404, "NOT_FOUND");
        (await other.PostAsync($"/payments/{payment}/refunds")).ShouldFail(404, "NOT_FOUND");
        (await other.PostAsync($"/invoices/{invoice}/write-off", new { reason = "Insolvent" })).ShouldFail(404, "NOT_FOUND");
        (await other.PostAsync($"/invoices/{invoice}/refunds")).ShouldFail(404, "NOT_FOUND");
        (await other.AllocateAsync((await other.PaymentAsync()).Id, invoice)).ShouldFail(422, "UNPROCESSABLE");
        var allocation = (await tenant.AllocateAsync(payment, invoice)).ShouldBe(200).Data["allocations"]![0]!["id"]!;
        (await other.DeleteAsync($"/payments/{payment}/allocations/{allocation}")).ShouldFail(404, "NOT_FOUND");
        (await other.DeleteAsync($"/payments/{(await other.PaymentAsync()).Id}/allocations/{allocation}")).ShouldFail(404, "NOT_FOUND");
        (await other.PostAsync($"/receivable-entries/{allocation}/reverse")).ShouldFail(404, "NOT_FOUND");
        var clerk = (await tenant.MemberAsync("USER")).Client;
        (await clerk.GetAsync($"/payments/{payment}")).ShouldFail(403, "FORBIDDEN");
        (await clerk.PostAsync($"/invoices/{invoice}/write-off", new { reason = "Insolvent" })).ShouldFail(403, "FORBIDDEN");
    }

    private async Task<(TenantClient Tenant, Guid Buyer)> SellerAsync()
    {
        var tenant = await api.TenantAsync();
        await tenant.SellsAsync();
        return (tenant, await tenant.BuyerAsync());
    }
}
