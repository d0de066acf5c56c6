using System.Globalization;
using Crm.Api.Tests.Documents;
using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.Notifications;

namespace Crm.Api.Tests.Offers;

/// <summary>Drafting, sending, revising and closing offers over HTTP.</summary>
public sealed class OfferTests(CrmApi api)
{
    [Fact]
    public async Task Optional_items_are_settled_like_lines_and_count_in_no_sum()
    {
        var (tenant, product, _) = await api.ShopAsync(1);
        (await tenant.PatchAsync($"/products/{product}", new { price = new { amount = 12.5, currency = "EUR" } })).ShouldBe(200);
        var offer = (await tenant.OfferAsync(new { optionalItems = new object[] { new { productId = product, quantity = 2 }, OfferIntents.Option }, adjustments = new[] { new { percent = 10 } } })).ShouldBe(201);
        (offer.Of("status"), offer.Data["number"], offer.Sums()).ShouldBe(("DRAFT", null, "90.00 + 18.00 = 108.00"));
        var items = offer.Data["optionalItems"]!.AsArray();
        ((string)items[0]!["name"]!, (decimal)items[0]!["net"]!["amount"]!, (decimal)items[0]!["taxPercent"]!, (decimal)items[1]!["net"]!["amount"]!).ShouldBe((items[0]!["name"]!.ToString(), 25, 20, 30));
        (await tenant.PatchAsync($"/offers/{offer.Id}", new { optionalItems = items })).ShouldBe(200).Header("ETag").ShouldBe(offer.Header("ETag"), "what is sent again as it is changes nothing");
        (await tenant.OfferAsync(new { optionalItems = new object[] { new { quantity = 0 } } })).ShouldFail(400, "VALIDATION_FAILED").Errors.ContainsKey("optionalItems[0].quantity").ShouldBeTrue();
        (await tenant.OfferAsync(new { optionalItems = new object[] { new { productId = Guid.NewGuid() } } })).ShouldFail(422, "UNPROCESSABLE").Errors.Single().Key.ShouldStartWith("optionalItems[0]");
        (await tenant.OfferAsync(new { optionalItems = Enumerable.Repeat(OfferIntents.Option, 101) })).ShouldFail(400, "VALIDATION_FAILED").Errors.ContainsKey("optionalItems").ShouldBeTrue();
        (await tenant.DeleteAsync($"/products/{product}")).ShouldFail(409, "INVALID_STATE");
    }

    [Fact]
    public async Task Sending_makes_it_and_from_then_on_it_changes_its_labels_alone()
    {
        var tenant = await api.TenantAsync();
        await tenant.SellsAsync(new { offerValidityDays = 10 });
        var buyer = await tenant.BuyerAsync();
        var (offer, _) = await tenant.SentOfferAsync(new { customerId = buyer });
        var day = DateOnly.FromDateTime(DateTimeOffset.Parse(offer.Of("sentAt")!, CultureInfo.InvariantCulture).UtcDateTime);
        (offer.Of("status"), offer.Of("number"), (int)offer.Data["revision"]!, offer.Of("validUntil")).ShouldBe(("SENT", "OF-1", 1, day.AddDays(10).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)));
        ((string)offer.Data["seller"]!["name"]!, (string)offer.Data["buyer"]!["name"]!).ShouldBe(("Analytical Ltd", "Babbage & Co"));
        (await tenant.PatchAsync($"/customers/{buyer}", new { name = "Renamed" })).ShouldBe(200);
        (await tenant.GetAsync($"/offers/{offer.Id}")).Body.ShouldBe(offer.Body);
        (await tenant.PatchAsync($"/offers/{offer.Id}", new { notes = "More" })).ShouldFail(409, "INVALID_STATE");
        (await tenant.PatchAsync($"/offers/{offer.Id}", new { onAccept = "BOTH" })).ShouldFail(409, "INVALID_STATE");
        (await tenant.DeleteAsync($"/offers/{offer.Id}")).ShouldFail(409, "INVALID_STATE");
        (await tenant.PatchAsync($"/offers/{offer.Id}", new { tags = new[] { "hot" } })).ShouldBe(200);
        (await tenant.PostAsync($"/offers/{offer.Id}/send", new { to = "else@example.com" })).ShouldBe(200).Of("number").ShouldBe("OF-1", "sent again it is the same");
        (await tenant.SentOfferAsync()).Offer.Of("number").ShouldBe("OF-2");
        (await tenant.DeleteAsync($"/customers/{buyer}")).ShouldFail(409, "INVALID_STATE");
    }

    [Fact]
    public async Task What_cannot_be_sent_is_refused_and_takes_no_number()
    {
        var tenant = await api.TenantAsync();
        var past = (await tenant.OfferAsync(new { validUntil = "2020-01-01" })).ShouldBe(201).Id;
        (await tenant.PostAsync($"/offers/{past}/send")).ShouldFail(422, "UNPROCESSABLE").Errors.ContainsKey("validUntil").ShouldBeTrue();
        var silent = (await tenant.PostAsync("/customers", new { name = "No address" })).ShouldBe(201).Id;
        var unsent = (await tenant.OfferAsync(new { customerId = silent })).ShouldBe(201).Id;
        (await tenant.PostAsync($"/offers/{unsent}/send")).ShouldFail(422, "UNPROCESSABLE").Errors.ContainsKey("to").ShouldBeTrue();
        (await tenant.GetAsync($"/offers/{unsent}/link")).ShouldFail(409, "INVALID_STATE");
        var empty = (await tenant.OfferAsync(new { lineItems = Array.Empty<object>(), optionalItems = Array.Empty<object>() })).ShouldBe(201).Id;
        (await tenant.PostAsync($"/offers/{empty}/send")).ShouldFail(409, "INVALID_STATE").Errors.ContainsKey("lineItems").ShouldBeTrue();
        (await tenant.PostAsync($"/offers/{unsent}/send", new { to = "buyer@example.com" })).ShouldBe(200).Of("number").ShouldBe("OF-1");
        foreach (var act in (string[])["accept", "decline", "withdraw", "versions", "order", "invoice"]) (await tenant.PostAsync($"/offers/{empty}/{act}")).ShouldFail(409, "INVALID_STATE");
        (await tenant.DeleteAsync($"/offers/{empty}")).ShouldBe(204);
    }

    [Fact]
    public async Task The_e_mail_has_the_link_in_the_language_of_the_offer()
    {
        var tenant = await api.TenantAsync();
        await tenant.SellsAsync();
        var (offer, link) = await tenant.SentOfferAsync(new { language = "bg" });
        var file = api.MailFile(await api.EventAsync(tenant, offer.Id, "offer.sent"));
        await Eventually.Async(() => Task.FromResult(File.Exists(file)), "the e-mail is not there");
        var mail = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        MailText.Header(mail, "Subject").ShouldBe("Оферта OF-1");
        MailText.Body(mail).ShouldContain(link.Split('/')[^1]);
        MailText.Body(mail).ShouldContain("120.00");
    }

    [Fact]
    public async Task A_newer_version_takes_the_place_of_the_one_before_when_it_is_sent()
    {
        var tenant = await api.TenantAsync();
        var (first, link) = await tenant.SentOfferAsync();
        var drafts = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => tenant.PostAsync($"/offers/{first.Id}/versions")));
        var second = drafts.Single(r => r.Status == 201);
        foreach (var twin in drafts.Where(r => r.Status != 201)) twin.ShouldFail(409, "INVALID_STATE");
        (second.Of("number"), (int)second.Data["revision"]!, second.Of("status"), second.Of("originalOfferId"), second.Sums()).ShouldBe(("OF-1", 2, "DRAFT", first.Id.ToString(), first.Sums()));
        second.Data["lineItems"]![0]!["sourceItemId"]!.ToString().ShouldBe(first.Data["lineItems"]![0]!["id"]!.ToString());
        (await api.Anonymous.GetAsync(link)).ShouldBe(200);
        (await tenant.PatchAsync($"/offers/{second.Id}", new { adjustments = new[] { new { percent = 5 } } })).ShouldBe(200);
        (await tenant.PostAsync($"/offers/{second.Id}/send")).ShouldBe(200).Of("number").ShouldBe("OF-1");
        (await tenant.GetAsync($"/offers/{first.Id}")).Of("status").ShouldBe("SUPERSEDED");
        (await api.Anonymous.GetAsync(link)).ShouldFail(409, "OFFER_WITHDRAWN");
        (await api.Anonymous.PostAsync($"{link}/accept", new { name = "Late" })).ShouldFail(409, "OFFER_WITHDRAWN");
        (await tenant.PostAsync($"/offers/{first.Id}/versions")).ShouldFail(409, "INVALID_STATE");
        (await tenant.GetAsync($"/offers/{first.Id}/versions")).ShouldBe(200).Items.Select(v => $"{v!["revision"]} {v["status"]}").ShouldBe(["2 SENT", "1 SUPERSEDED"]);
        (await tenant.GetAsync($"/offers/{second.Id}/versions")).ShouldBe(200).Items.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_version_that_was_accepted_meanwhile_gives_way_to_none()
    {
        var tenant = await api.TenantAsync();
        var (first, link) = await tenant.SentOfferAsync();
        var second = (await tenant.PostAsync($"/offers/{first.Id}/versions")).ShouldBe(201).Id;
        (await api.Anonymous.PostAsync($"{link}/accept", new { name = "Charles Babbage" })).ShouldBe(200);
        (await tenant.PostAsync($"/offers/{second}/send")).ShouldFail(409, "INVALID_STATE");
        (await tenant.GetAsync($"/offers/{second}")).Of("status").ShouldBe("DRAFT");
    }

    [Fact]
    public async Task It_expires_once_when_its_last_day_is_over_where_the_organization_is()
    {
        var tenant = await api.TenantAsync();
        (await tenant.PatchAsync("/tenant", new { timeZone = "Europe/Sofia" })).ShouldBe(200);
        var (offer, link) = await tenant.SentOfferAsync();
        var lastDay = DateOnly.Parse(offer.Of("validUntil")!, CultureInfo.InvariantCulture);
        var over = new DateTimeOffset(TimeZoneInfo.ConvertTimeToUtc(lastDay.AddDays(1).ToDateTime(TimeOnly.MinValue), TimeZoneInfo.FindSystemTimeZoneById("Europe/Sofia")), TimeSpan.Zero);
        (await api.TurnAsync("offers.expire", tenant.Id, over.AddMinutes(-15))).ShouldBeTrue();
        (await tenant.GetAsync($"/offers/{offer.Id}")).Of("status").ShouldBe("SENT");
        (await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => api.TurnAsync("offers.expire", tenant.Id, over)))).Count(taken => taken).ShouldBe(1);
        (await tenant.GetAsync($"/offers/{offer.Id}")).Of("status").ShouldBe("EXPIRED");
        (await api.TurnAsync("offers.expire", tenant.Id, over.AddMinutes(15))).ShouldBeTrue();
        (await tenant.EventsAsync($"after=0&aggregateId={offer.Id}&types=offer.expired")).Items.ShouldHaveSingleItem();
        (await api.Anonymous.GetAsync(link)).ShouldFail(409, "OFFER_EXPIRED");
        (await api.Anonymous.PostAsync($"{link}/accept", new { name = "Late" })).ShouldFail(409, "OFFER_EXPIRED");
        (await tenant.PostAsync($"/offers/{offer.Id}/accept")).ShouldFail(409, "OFFER_EXPIRED");
        (await tenant.PostAsync($"/offers/{offer.Id}/versions")).ShouldBe(201).Data["validUntil"].ShouldBeNull();
        (await tenant.ToldAsync(1, "&kind=OFFER_EXPIRED")).ShouldHaveSingleItem()["title"]!.ToString().ShouldStartWith("OF-1");
    }

    [Fact]
    public async Task A_deal_is_offered_in_one_call()
    {
        var (tenant, product, _) = await api.ShopAsync(1);
        var buyer = await tenant.BuyerAsync();
        var deal = (await tenant.PostAsync("/deals", new { title = "Two engines", customerId = buyer, lineItems = new[] { new { productId = product, quantity = 2, unitPrice = new { amount = 90, currency = "EUR" } } } })).ShouldBe(201).Id;
        var offer = (await tenant.PostAsync($"/deals/{deal}/offer", new { onAccept = "ORDER" })).ShouldBe(201);
        (offer.Of("dealId"), offer.Of("customerId"), offer.Of("onAccept"), offer.Sums()).ShouldBe((deal.ToString(), buyer.ToString(), "ORDER", "180.00 + 36.00 = 216.00"));
        (await tenant.DeleteAsync($"/deals/{deal}")).ShouldFail(409, "INVALID_STATE");
        var empty = (await tenant.PostAsync("/deals", new { title = "Empty", customerId = buyer })).ShouldBe(201).Id;
        (await tenant.PostAsync($"/deals/{empty}/offer")).ShouldFail(409, "INVALID_STATE");
    }

    [Fact]
    public async Task As_a_pdf_it_shows_optional_items_by_themselves_and_orders_are_printed_too()
    {
        var tenant = await api.TenantAsync();
        await tenant.SellsAsync();
        var draft = (await tenant.OfferAsync()).ShouldBe(201).Id;
        new PdfText((await tenant.GetAsync($"/offers/{draft}/pdf")).ShouldBe(200).Body).All.ShouldContain("DRAFT");
        var sent = (await tenant.PostAsync($"/offers/{draft}/send")).ShouldBe(200);
        var text = new PdfText((await tenant.GetAsync($"/offers/{draft}/pdf")).ShouldBe(200).Body).All;
        foreach (var shown in (string[])["Offer", "OF-1", "Analytical Ltd", "Engine", "120.00", "Optional items", "Training", "30.00", "Valid until"]) text.ShouldContain(shown);
        var template = (await tenant.PostAsync("/document-templates", new { name = "Ours", type = "OFFER", html = "<p>{{number}}: {{#each options}}{{name}}{{/each}}</p>" })).ShouldBe(201).Id;
        new PdfText((await tenant.PostAsync($"/document-templates/{template}/preview", new { recordId = sent.Id, format = "pdf" })).ShouldBe(200).Body).All.ShouldContain("OF-1: Training");
        var order = (await tenant.OrderAsync(await tenant.BuyerAsync(), [InvoiceIntents.Line])).ShouldBe(201);
        new PdfText((await tenant.GetAsync($"/orders/{order.Id}/pdf")).ShouldBe(200).Body).All.ShouldContain(order.Of("number")!);
    }

    [Fact]
    public async Task Another_tenant_finds_no_offer_and_uses_none_of_ours()
    {
        var (tenant, other) = (await api.TenantAsync(), await api.TenantAsync());
        var (offer, _) = await tenant.SentOfferAsync();
        foreach (var act in (string[])["send", "versions", "accept", "decline", "withdraw", "order", "invoice"]) (await other.PostAsync($"/offers/{offer.Id}/{act}")).ShouldFail(404, "NOT_FOUND");
        foreach (var read in (string[])["", "/versions", "/link", "/pdf"]) (await other.GetAsync($"/offers/{offer.Id}{read}")).ShouldFail(404, "NOT_FOUND");
        (await other.OfferAsync(new { customerId = offer.Of("customerId") })).ShouldFail(422, "UNPROCESSABLE");
        var theirs = (await other.OfferAsync()).ShouldBe(201).Id;
        (await other.PostAsync($"/offers/{theirs}/send")).ShouldBe(200).Of("number").ShouldBe("OF-1", "each organization counts its own");
    }
}
