using System.Text.Json.Nodes;
using Crm.Api.Tests.Fixture;
using Microsoft.AspNetCore.Http;

namespace Crm.Api.Tests.Checkouts;

/// <summary>Pages of Stripe on which invoices are paid, and what comes of them.</summary>
public sealed class CheckoutTests(CrmApi api)
{
    private const string Paid = "120.00 = 120.00 allocated + 0.00 refunded + 0.00 left";

    [Fact]
    public async Task A_page_asks_for_what_is_due_and_what_is_paid_there_pays_the_invoice()
    {
        var tenant = await StripeTenant.OfAsync(api);
        var invoice = await tenant.InvoiceAsync(new { language = "bg" });
        (await tenant.Client.AllocateAsync((await tenant.Client.PaymentAsync(20)).Id, invoice)).ShouldBe(200);
        var checkout = await tenant.CheckoutAsync(invoice);
        ((string)checkout["status"]!).ShouldBe("OPEN");
        checkout["amount"]!["amount"]!.ToJsonString().ShouldBe("100.00");

        var session = api.Stripe.Sessions(tenant.Key).ShouldHaveSingleItem();
        ((long)session["amount_total"]!, (string)session["currency"]!, (string)session["locale"]!).ShouldBe((10_000L, "eur", "bg"));
        ((string)session["customer_email"]!).ShouldEndWith("@example.com");
        api.Stripe.Calls.Where(c => c.Key == tenant.Key).ShouldAllBe(c => c.Version == "2024-06-20");

        var paid = api.Stripe.Pay((string)checkout["url"]!);
        (await tenant.TellAsync("checkout.session.completed", paid)).ShouldBe(200);
        await tenant.StatusAsync(invoice, "PAID");
        var payment = (await tenant.Client.GetAsync("/payments?source=STRIPE")).Items.ShouldHaveSingleItem()!;
        ((string)payment["method"]!, (string)payment["sourceKey"]!, (string)payment["payerName"]!).ShouldBe(("STRIPE", (string)paid["payment_intent"]!["id"]!, "Charles Babbage"));
        ((string)payment["allocations"]![0]!["invoiceId"]!).ShouldBe(invoice.ToString());
        var settled = (await tenant.Client.GetAsync($"/invoices/{invoice}")).Data;
        ((string)settled["status"]!, settled["dueTotal"]!["amount"]!.ToJsonString()).ShouldBe(("PAID", "0.00"));
        var kept = (await tenant.Client.GetAsync($"/invoices/{invoice}/checkouts")).Data[0]!;
        ((string)kept["paymentId"]!).ShouldBe((string)payment["id"]!);
        kept["url"].ShouldBeNull();
        (await tenant.Client.PostAsync($"/invoices/{invoice}/checkouts")).ShouldFail(409, "INVALID_STATE");
    }

    [Fact]
    public async Task One_payment_is_booked_once_whatever_is_told_of_it_how_often_and_in_whatever_order()
    {
        var tenant = await StripeTenant.OfAsync(api);
        var invoice = await tenant.InvoiceAsync();
        var checkout = await tenant.CheckoutAsync(invoice);
        var paid = api.Stripe.Pay((string)checkout["url"]!);
        // Late news of the open page, the same event again and again, and different ones of the same payment: all at once.
        byte[][] events =
        [
            api.Stripe.Event("checkout.session.completed", paid), api.Stripe.Event("charge.succeeded", paid["payment_intent"]!["latest_charge"]!), api.Stripe.Event("payment_intent.succeeded", paid["payment_intent"]!),
            api.Stripe.Event("checkout.session.expired", paid),
        ];
        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => tenant.TellAsync(events[i * 7 % 4])));
        replies.ShouldAllBe(r => r.Status == 200);
        replies.Count(r => !(bool)r.Data["isRepeated"]!).ShouldBe(4);
        await tenant.PaymentAsync(Paid);
        await tenant.StatusAsync(invoice, "PAID");
        await Eventually.Async(async () => await WaitingAsync(tenant) == 0, "all that was told is done");
        (await tenant.Client.GetAsync("/payments")).Items.ShouldHaveSingleItem();
        (await tenant.Client.GetAsync("/receivable-entries")).Items.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task What_goes_back_at_Stripe_is_taken_from_the_invoice_and_refunded_once()
    {
        var tenant = await StripeTenant.OfAsync(api);
        var invoice = await tenant.InvoiceAsync();
        var paid = api.Stripe.Pay((string)(await tenant.CheckoutAsync(invoice))["url"]!);
        await tenant.TellAsync("checkout.session.completed", paid);
        await tenant.PaymentAsync(Paid);
        var id = (string)paid["id"]!;
        var refunded = api.Stripe.Refund(id, 5_000);
        var told = api.Stripe.Event("charge.refunded", refunded["payment_intent"]!["latest_charge"]!);
        (await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => tenant.TellAsync(told)))).ShouldAllBe(r => r.Status == 200);
        await tenant.PaymentAsync("120.00 = 70.00 allocated + 50.00 refunded + 0.00 left");
        var owed = (await tenant.Client.GetAsync($"/invoices/{invoice}")).Data;
        ((string)owed["status"]!, owed["dueTotal"]!["amount"]!.ToJsonString()).ShouldBe(("PARTIALLY_PAID", "50.00"));
        api.Stripe.Refund(id, 7_000);
        await tenant.TellAsync("charge.refunded", refunded["payment_intent"]!["latest_charge"]!);
        await tenant.PaymentAsync("120.00 = 0.00 allocated + 120.00 refunded + 0.00 left");
    }

    [Fact]
    public async Task What_went_back_before_anybody_told_of_the_payment_is_booked_after_it()
    {
        var tenant = await StripeTenant.OfAsync(api);
        var paid = api.Stripe.Pay((string)(await tenant.CheckoutAsync(await tenant.InvoiceAsync()))["url"]!);
        var refunded = api.Stripe.Refund((string)paid["id"]!, 12_000);
        (await tenant.TellAsync("charge.refunded", refunded["payment_intent"]!["latest_charge"]!)).ShouldBe(200);
        await tenant.PaymentAsync("120.00 = 0.00 allocated + 120.00 refunded + 0.00 left");
    }

    [Fact]
    public async Task What_is_noted_by_hand_is_not_booked_again()
    {
        var tenant = await StripeTenant.OfAsync(api);
        var invoice = await tenant.InvoiceAsync();
        var paid = api.Stripe.Pay((string)(await tenant.CheckoutAsync(invoice))["url"]!);
        await tenant.TellAsync("checkout.session.completed", paid);
        var payment = await tenant.PaymentAsync(Paid);
        (await tenant.Client.DeleteAsync($"/payments/{payment["id"]}/allocations/{payment["allocations"]![0]!["id"]}")).ShouldBe(204);
        (await tenant.Client.PostAsync($"/payments/{payment["id"]}/refunds")).ShouldBe(200);
        var refunded = api.Stripe.Refund((string)paid["id"]!, 12_000);
        (await tenant.TellAsync("charge.refunded", refunded["payment_intent"]!["latest_charge"]!)).ShouldBe(200);
        await Eventually.Async(async () => await WaitingAsync(tenant) == 0, "it was looked at");
        await tenant.PaymentAsync("120.00 = 0.00 allocated + 120.00 refunded + 0.00 left");
    }

    [Fact]
    public async Task Money_that_is_on_its_way_is_booked_when_it_comes_and_not_when_it_does_not()
    {
        var tenant = await StripeTenant.OfAsync(api);
        var (comes, fails) = (await tenant.InvoiceAsync(), await tenant.InvoiceAsync());
        var (first, second) = (api.Stripe.Pay((string)(await tenant.CheckoutAsync(comes))["url"]!, later: true), api.Stripe.Pay((string)(await tenant.CheckoutAsync(fails))["url"]!, later: true));
        foreach (var session in (JsonObject[])[first, second]) await tenant.TellAsync("checkout.session.completed", session);
        await tenant.StatusAsync(comes, "PROCESSING");
        await tenant.StatusAsync(fails, "PROCESSING");
        (await tenant.Client.GetAsync("/payments")).Items.ShouldBeEmpty();
        await tenant.TellAsync("checkout.session.async_payment_succeeded", api.Stripe.Settle((string)first["id"]!, comes: true));
        await tenant.TellAsync("checkout.session.async_payment_failed", api.Stripe.Settle((string)second["id"]!, comes: false));
        await tenant.StatusAsync(comes, "PAID");
        await tenant.StatusAsync(fails, "FAILED");
        await tenant.PaymentAsync(Paid);
        (await tenant.CheckoutAsync(fails))["status"]!.ToString().ShouldBe("OPEN");
    }

    [Fact]
    public async Task What_was_settled_meanwhile_stays_the_customers_credit()
    {
        var tenant = await StripeTenant.OfAsync(api);
        var invoice = await tenant.InvoiceAsync();
        var checkout = await tenant.CheckoutAsync(invoice);
        (await tenant.Client.PostAsync($"/invoices/{invoice}/write-off", new { reason = "Lost", amount = new { amount = 100, currency = "EUR" } })).ShouldBe(200);
        await tenant.TellAsync("checkout.session.completed", api.Stripe.Pay((string)checkout["url"]!));
        var payment = await tenant.PaymentAsync("120.00 = 20.00 allocated + 0.00 refunded + 100.00 left");
        payment["customerId"].ShouldNotBeNull();
    }

    [Fact]
    public async Task One_page_is_open_for_an_invoice_and_another_amount_gets_another()
    {
        var tenant = await StripeTenant.OfAsync(api);
        var invoice = await tenant.InvoiceAsync();
        var asked = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => tenant.CheckoutAsync(invoice)));
        asked.Select(c => (string)c["url"]!).Distinct().ShouldHaveSingleItem();
        (await tenant.Client.GetAsync($"/invoices/{invoice}/checkouts")).Data.AsArray().ShouldHaveSingleItem();
        (await tenant.Client.AllocateAsync((await tenant.Client.PaymentAsync(20)).Id, invoice)).ShouldBe(200);
        var smaller = await tenant.CheckoutAsync(invoice);
        smaller["amount"]!["amount"]!.ToJsonString().ShouldBe("100.00");
        var sessions = api.Stripe.Sessions(tenant.Key);
        var before = (string)asked[0]["url"]!;
        sessions.Single(s => before.EndsWith((string)s["id"]!, StringComparison.Ordinal))["status"]!.ToString().ShouldBe("expired");
    }

    [Fact]
    public async Task Nothing_is_opened_for_what_cannot_be_paid()
    {
        var tenant = await StripeTenant.OfAsync(api);
        var buyer = await tenant.Client.BuyerAsync();
        var draft = (await tenant.Client.DraftAsync(buyer)).ShouldBe(201).Id;
        (await tenant.Client.PostAsync($"/invoices/{draft}/checkouts")).ShouldFail(409, "INVALID_STATE");
        var invoice = await tenant.InvoiceAsync();
        var note = (await tenant.Client.PostAsync($"/invoices/{invoice}/credit-notes")).ShouldBe(201).Id;
        foreach (var id in (Guid[])[invoice, note]) (await tenant.Client.PostAsync($"/invoices/{id}/checkouts")).ShouldFail(409, "INVALID_STATE");
        (await tenant.Client.PostAsync($"/invoices/{Guid.CreateVersion7()}/checkouts")).ShouldFail(404, "NOT_FOUND");
        (await (await StripeTenant.OfAsync(api)).Client.PostAsync($"/invoices/{invoice}/checkouts")).ShouldFail(404, "NOT_FOUND");
        api.Stripe.Sessions(tenant.Key).ShouldBeEmpty();

        var other = await api.TenantAsync();
        await other.SellsAsync();
        (await other.PostAsync($"/invoices/{(await other.IssuedAsync(await other.BuyerAsync())).Id}/checkouts")).ShouldFail(409, "INVALID_STATE");
    }

    [Fact]
    public async Task When_Stripe_is_away_or_refuses_it_is_said_and_nothing_is_kept()
    {
        var tenant = await StripeTenant.OfAsync(api);
        var invoice = await tenant.InvoiceAsync();
        api.Stripe.Answers(tenant.Key, () => Results.StatusCode(503));
        (await tenant.Client.PostAsync($"/invoices/{invoice}/checkouts")).ShouldFail(503, "UNAVAILABLE").Header("Retry-After").ShouldNotBeNull();
        api.Stripe.Answers(tenant.Key, () => Results.Text("<html>", "text/html"));
        (await tenant.Client.PostAsync($"/invoices/{invoice}/checkouts")).ShouldFail(503, "UNAVAILABLE");
        api.Stripe.Answers(tenant.Key, () => Results.Text("""{"error": {"message": "Your account cannot currently make live charges."}}""", "application/json", statusCode: 400));
        (await tenant.Client.PostAsync($"/invoices/{invoice}/checkouts")).ShouldFail(422, "UNPROCESSABLE").Text.ShouldContain("cannot currently make live charges");
        api.Stripe.Answers(tenant.Key, () => Results.Text("{}", "application/json", statusCode: 401));
        (await tenant.Client.PostAsync($"/invoices/{invoice}/checkouts")).ShouldFail(422, "UNPROCESSABLE").Text.ShouldContain("refuses the key");
        (await tenant.Client.GetAsync($"/invoices/{invoice}/checkouts")).Data.AsArray().ShouldBeEmpty();
        api.Stripe.Answers(tenant.Key, null);
        await tenant.CheckoutAsync(invoice);
    }

    [Fact]
    public async Task News_that_come_while_Stripe_is_away_are_followed_later()
    {
        var tenant = await StripeTenant.OfAsync(api);
        var paid = api.Stripe.Pay((string)(await tenant.CheckoutAsync(await tenant.InvoiceAsync()))["url"]!);
        var asked = 0;
        api.Stripe.Answers(tenant.Key, () =>
        {
            // The first time it is asked; the retries of that call get the same.
            if (Interlocked.Increment(ref asked) == 3) api.Stripe.Answers(tenant.Key, null);
            return Results.StatusCode(500);
        });
        (await tenant.TellAsync("checkout.session.completed", paid)).ShouldBe(200);
        await tenant.PaymentAsync(Paid);
    }

    private async Task<long> WaitingAsync(StripeTenant tenant) => await Recovery.RebuildFixture.ScalarAsync<long>(api.AppConnectionString, $"select count(*) from crm.outbox where tenant_id = '{tenant.Client.Id}' and sink = 'checkouts.follow' and dead_at is null");
}
