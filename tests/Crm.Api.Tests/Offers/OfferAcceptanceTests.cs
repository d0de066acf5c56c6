using System.Text.Json.Nodes;
using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.Notifications;

namespace Crm.Api.Tests.Offers;

/// <summary>What customers do with the link of an offer, and what is made of it.</summary>
public sealed class OfferAcceptanceTests(CrmApi api)
{
    [Fact]
    public async Task The_page_has_what_a_customer_needs_and_nothing_internal()
    {
        var tenant = await api.TenantAsync();
        await tenant.SellsAsync();
        var (offer, link) = await tenant.SentOfferAsync(new { notes = "Thank you", tags = new[] { "secret-tag" } });
        var page = (await api.Anonymous.GetAsync(link)).ShouldBe(200);
        (page.Of("number"), page.Of("status"), page.Of("validUntil"), page.Of("notes"), page.Sums()).ShouldBe((offer.Of("number"), "SENT", offer.Of("validUntil"), "Thank you", offer.Sums()));
        ((string)page.Data["seller"]!["name"]!, (Guid)page.Data["optionalItems"]![0]!["id"]!).ShouldBe(("Analytical Ltd", offer.OptionId()));
        foreach (var hidden in (string[])["secret-tag", tenant.Id.ToString(), tenant.UserId.ToString(), offer.Id.ToString(), offer.Of("customerId")!, "customFields", "version", "iban"]) page.Text.ShouldNotContain(hidden);
        page.Header("Cache-Control")!.ShouldContain("no-store");
        var seen = (await tenant.GetAsync($"/offers/{offer.Id}")).Of("viewedAt");
        seen.ShouldNotBeNull();
        (await api.Anonymous.GetAsync(link)).ShouldBe(200);
        (await tenant.GetAsync($"/offers/{offer.Id}")).Of("viewedAt").ShouldBe(seen, "the first time counts");
        (await tenant.EventsAsync($"after=0&aggregateId={offer.Id}&types=offer.viewed")).Items.ShouldHaveSingleItem()!["actor"]!["type"]!.ToString().ShouldBe("SYSTEM");
    }

    [Theory]
    [InlineData("x")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("%E2%82%AC")]
    public async Task A_link_that_leads_nowhere_is_not_found(string token)
    {
        (await api.Anonymous.GetAsync($"/public/offers/{token}")).ShouldFail(404, "NOT_FOUND");
        (await api.Anonymous.PostAsync($"/public/offers/{token}/accept", new { name = "Nobody" })).ShouldFail(404, "NOT_FOUND");
        (await api.Anonymous.PostAsync($"/public/offers/{token}/decline")).ShouldFail(404, "NOT_FOUND");
    }

    [Fact]
    public async Task Accepting_keeps_who_did_and_by_what_one_can_tell()
    {
        var tenant = await api.TenantAsync();
        var (offer, link) = await tenant.SentOfferAsync(new { adjustments = new[] { new { percent = 10 } } });
        var body = new { name = "Charles Babbage", email = "charles@example.com", optionalItems = new[] { offer.OptionId() }, comment = "With pleasure" };
        var accepted = (await api.Anonymous.PostAsync($"{link}/accept", body, ("User-Agent", "Engine/1.0"))).ShouldBe(200);
        (accepted.Of("status"), accepted.Data["acceptance"]!["total"]!["amount"]!.ToJsonString(), accepted.Sums()).ShouldBe(("ACCEPTED", "140.40", "90.00 + 18.00 = 108.00"));
        var kept = (await tenant.GetAsync($"/offers/{offer.Id}")).Data["acceptance"]!;
        ((string)kept["name"]!, (string)kept["email"]!, (string)kept["comment"]!, (string)kept["userAgent"]!, kept["sourceAddress"] is null, kept["acceptedAt"] is null)
            .ShouldBe(("Charles Babbage", "charles@example.com", "With pleasure", "Engine/1.0", false, false));
        (await api.Anonymous.PostAsync($"{link}/accept", body)).ShouldBe(200).Body.ShouldBe(accepted.Body);
        (await api.Anonymous.PostAsync($"{link}/accept", new { name = "Somebody else" })).ShouldFail(409, "INVALID_STATE");
        (await api.Anonymous.PostAsync($"{link}/decline")).ShouldFail(409, "INVALID_STATE");
        (await tenant.PostAsync($"/offers/{offer.Id}/withdraw")).ShouldFail(409, "INVALID_STATE");
        (await api.Anonymous.GetAsync(link)).ShouldBe(200).Of("status").ShouldBe("ACCEPTED");
        (await tenant.EventsAsync($"after=0&aggregateId={offer.Id}&types=offer.accepted")).Items.ShouldHaveSingleItem()!["data"]!["acceptance"]!["name"]!.ToString().ShouldBe("Charles Babbage");
        (await tenant.ToldAsync(1, "&kind=OFFER_ACCEPTED")).ShouldHaveSingleItem()["body"]!.ToString().ShouldBe("With pleasure");
    }

    [Theory]
    [InlineData("""{}""", 400)]
    [InlineData("""{"name": ""}""", 400)]
    [InlineData("""{"name": null}""", 400)]
    [InlineData("""{"name": "Ada", "optionalItems": ["019ca8d2-7c1f-7d00-9d55-0e1b1018f4c1"]}""", 422)]
    [InlineData("""{"name": "Ada", "optionalItems": ["x"]}""", 400)]
    [InlineData("""{"name": "Ada", "email": "nonsense"}""", 400)]
    [InlineData("""{"name": "Ada", "more": 1}""", 400)]
    [InlineData("""[]""", 400)]
    public async Task What_says_not_who_accepts_what_is_refused_and_changes_nothing(string body, int status)
    {
        var tenant = await api.TenantAsync();
        var (offer, link) = await tenant.SentOfferAsync(new { onAccept = "BOTH" });
        (await api.Anonymous.PostAsync($"{link}/accept", JsonNode.Parse(body))).Status.ShouldBe(status);
        (await api.Anonymous.PostAsync($"{link}/accept", new { name = new string('a', 301) })).ShouldFail(400, "VALIDATION_FAILED");
        (await api.Anonymous.PostAsync($"{link}/accept", new { name = "Ada", optionalItems = new[] { offer.OptionId(), offer.OptionId() } })).ShouldFail(400, "VALIDATION_FAILED");
        (await tenant.GetAsync($"/offers/{offer.Id}")).Of("status").ShouldBe("SENT");
        (await tenant.GetAsync("/orders")).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task Declining_and_withdrawing_end_it()
    {
        var tenant = await api.TenantAsync();
        var (declined, link) = await tenant.SentOfferAsync();
        (await api.Anonymous.PostAsync($"{link}/decline", new { reason = "Too dear" })).ShouldBe(200).Of("status").ShouldBe("DECLINED");
        (await api.Anonymous.PostAsync($"{link}/decline", new { reason = "Too dear" })).ShouldBe(200);
        (await api.Anonymous.PostAsync($"{link}/decline", new { reason = "Too late" })).ShouldFail(409, "INVALID_STATE");
        (await api.Anonymous.PostAsync($"{link}/accept", new { name = "Ada" })).ShouldFail(409, "INVALID_STATE");
        (await tenant.GetAsync($"/offers/{declined.Id}")).Of("reason").ShouldBe("Too dear");
        (await tenant.ToldAsync(1, "&kind=OFFER_DECLINED")).ShouldHaveSingleItem()["body"]!.ToString().ShouldBe("Too dear");

        var (withdrawn, dead) = await tenant.SentOfferAsync();
        (await tenant.PostAsync($"/offers/{withdrawn.Id}/withdraw", new { reason = "Out of stock" })).ShouldBe(200).Of("status").ShouldBe("WITHDRAWN");
        (await api.Anonymous.GetAsync(dead)).ShouldFail(409, "OFFER_WITHDRAWN").Text.ShouldNotContain("Out of stock");
        (await tenant.PostAsync($"/offers/{withdrawn.Id}/send")).ShouldFail(409, "INVALID_STATE");

        var (told, _) = await tenant.SentOfferAsync();
        (await tenant.PostAsync($"/offers/{told.Id}/decline", new { reason = "By telephone" })).ShouldBe(200).Of("status").ShouldBe("DECLINED");
    }

    [Fact]
    public async Task What_was_agreed_is_ordered_and_invoiced_to_the_cent()
    {
        var tenant = await api.TenantAsync();
        var (offer, _) = await tenant.SentOfferAsync(new { adjustments = new[] { new { percent = 7.5, reason = "Loyalty" } }, buyerReference = "PO-7", optionalItems = new[] { OfferIntents.Option, OfferIntents.Option } });
        foreach (var act in (string[])["order", "invoice"]) (await tenant.PostAsync($"/offers/{offer.Id}/{act}")).ShouldFail(409, "INVALID_STATE");
        var accepted = (await tenant.PostAsync($"/offers/{offer.Id}/accept", new { optionalItems = new[] { offer.OptionId(1) } })).ShouldBe(200);
        accepted.Data["acceptance"]!["name"]!.ToString().ShouldBe("Babbage & Co");
        var order = (await tenant.PostAsync($"/offers/{offer.Id}/order")).ShouldBe(201);
        (order.Of("status"), order.Of("offerId"), order.Of("buyerReference"), order.Amount("total")).ShouldBe(("DRAFT", offer.Id.ToString(), "PO-7", accepted.Data["acceptance"]!["total"]!["amount"]!.ToJsonString()));
        order.Data["lineItems"]!.AsArray().Select(l => (Guid)l!["sourceItemId"]!).ShouldBe([(Guid)offer.Data["lineItems"]![0]!["id"]!, offer.OptionId(1)]);
        (await tenant.PostAsync($"/offers/{offer.Id}/order")).ShouldFail(409, "INVALID_STATE").Errors.ContainsKey("orderId").ShouldBeTrue();

        var invoice = (await tenant.PostAsync($"/offers/{offer.Id}/invoice")).ShouldBe(201);
        (invoice.Sums(), invoice.Data["lineItems"]![0]!["sourceItemId"]!.ToString()).ShouldBe((order.Sums(), order.Data["lineItems"]![0]!["id"]!.ToString()), "it is the order's");
        (await tenant.GetAsync($"/orders/{order.Id}")).Of("invoiceId").ShouldBe(invoice.Id.ToString());
        (await tenant.PostAsync($"/orders/{order.Id}/invoice")).ShouldFail(409, "INVALID_STATE");
        (await tenant.PostAsync($"/offers/{offer.Id}/invoice")).ShouldFail(409, "INVALID_STATE");
        (await tenant.PatchAsync($"/orders/{order.Id}", new { notes = "More" })).ShouldFail(409, "INVALID_STATE").Errors.ContainsKey("invoiceId").ShouldBeTrue();
        (await tenant.DeleteAsync($"/invoices/{invoice.Id}")).ShouldBe(204);
        (await tenant.PostAsync($"/orders/{order.Id}/cancel")).ShouldBe(200);
        (await tenant.PostAsync($"/offers/{offer.Id}/order")).ShouldBe(201).Sums().ShouldBe(order.Sums());
    }

    [Fact]
    public async Task An_order_after_the_invoice_takes_the_invoice_over()
    {
        var tenant = await api.TenantAsync();
        var (offer, link) = await tenant.SentOfferAsync(new { onAccept = "INVOICE" });
        (await api.Anonymous.PostAsync($"{link}/accept", new { name = "Ada" })).ShouldBe(200);
        var invoice = (await tenant.GetAsync($"/offers/{offer.Id}")).Of("invoiceId");
        var order = (await tenant.PostAsync($"/offers/{offer.Id}/order")).ShouldBe(201);
        order.Of("invoiceId").ShouldBe(invoice);
        (await tenant.PostAsync($"/orders/{order.Id}/confirm")).ShouldBe(200);
        (await tenant.PostAsync($"/orders/{order.Id}/invoice")).ShouldFail(409, "INVALID_STATE");
        (await tenant.GetAsync("/invoices")).Items.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Sixteen_who_accept_at_once_make_one_order_and_one_invoice()
    {
        var tenant = await api.TenantAsync();
        var (offer, link) = await tenant.SentOfferAsync(new { onAccept = "BOTH" });
        var twins = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => api.Anonymous.PostAsync($"{link}/accept", new { name = i % 2 == 0 ? "Ada Byron" : $"Somebody {i}" })));
        twins.ShouldAllBe(r => r.Status == 200 || r.Status == 409);
        foreach (var twin in twins.Where(r => r.Status == 409)) twin.ShouldFail(409, "INVALID_STATE");
        var name = (await tenant.GetAsync($"/offers/{offer.Id}")).Data["acceptance"]!["name"]!.ToString();
        twins.Count(r => r.Status == 200).ShouldBe(name == "Ada Byron" ? 8 : 1, "the same once more answers the same");
        var order = (await tenant.GetAsync("/orders")).Items.ShouldHaveSingleItem()!;
        var invoice = (await tenant.GetAsync("/invoices")).Items.ShouldHaveSingleItem()!;
        (order["total"]!.ToJsonString(), order["invoiceId"]!.ToString(), invoice["total"]!.ToJsonString()).ShouldBe((offer.Data["total"]!.ToJsonString(), invoice["id"]!.ToString(), offer.Data["total"]!.ToJsonString()));
        (await tenant.EventsAsync($"after=0&aggregateId={offer.Id}&types=offer.accepted")).Items.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Sixteen_who_order_and_sixteen_who_invoice_what_was_accepted_do_it_once()
    {
        var tenant = await api.TenantAsync();
        var (offer, link) = await tenant.SentOfferAsync();
        (await api.Anonymous.PostAsync($"{link}/accept", new { name = "Ada" })).ShouldBe(200);
        var made = await Task.WhenAll(Enumerable.Range(0, 32).Select(i => tenant.PostAsync($"/offers/{offer.Id}/{(i % 2 == 0 ? "order" : "invoice")}")));
        made.Count(r => r.Status == 201).ShouldBe(2);
        foreach (var refused in made.Where(r => r.Status != 201)) refused.ShouldFail(409, "INVALID_STATE");
        var order = (await tenant.GetAsync("/orders")).Items.ShouldHaveSingleItem()!;
        (await tenant.GetAsync("/invoices")).Items.ShouldHaveSingleItem()!["id"]!.ToString().ShouldBe(order["invoiceId"]!.ToString());
    }

    [Fact]
    public async Task Who_may_not_order_accepts_nothing_that_orders()
    {
        var tenant = await api.TenantAsync();
        var (offer, _) = await tenant.SentOfferAsync(new { onAccept = "ORDER" });
        var key = (await tenant.PostAsync("/api-keys", new { name = "Offers only", scopes = new[] { "offers.read", "offers.write" } })).ShouldBe(201).Of("key")!;
        (await api.Anonymous.WithKey(key).PostAsync($"/offers/{offer.Id}/accept")).ShouldFail(403, "FORBIDDEN");
        (await tenant.GetAsync($"/offers/{offer.Id}")).Of("status").ShouldBe("SENT");
    }
}
