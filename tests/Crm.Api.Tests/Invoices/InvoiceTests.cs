using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.Notifications;

namespace Crm.Api.Tests.Invoices;

/// <summary>Issuing, sending, voiding and crediting over HTTP.</summary>
public sealed class InvoiceTests(CrmApi api)
{
    [Fact]
    public async Task An_issued_invoice_keeps_its_number_its_parties_and_itself()
    {
        var tenant = await api.TenantAsync();
        await tenant.SellsAsync(new { numberSeries = "INV-" });
        var buyer = await tenant.BuyerAsync(new { paymentTerms = "Net 14" });
        var issued = await tenant.IssuedAsync(buyer);
        var day = DateOnly.Parse(issued.Of("issueDate")!, System.Globalization.CultureInfo.InvariantCulture);
        var year = day.Year;
        (issued.Of("number"), issued.Of("status"), issued.Of("dueDate"), issued.Data["sentAt"]).ShouldBe(($"INV-{year}-000001", "SENT", day.AddDays(14).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture), null));
        ((string)issued.Data["seller"]!["name"]!, (string)issued.Data["buyer"]!["vatId"]!).ShouldBe(("Analytical Ltd", "DE123456789"));
        (await tenant.IssuedAsync(buyer)).Of("number").ShouldBe($"INV-{year}-000002");
        (await tenant.IssuedAsync(buyer, new { series = "X/" })).Of("number").ShouldBe($"X/{year}-000001");

        (await tenant.PatchAsync($"/customers/{buyer}", new { name = "Renamed" })).ShouldBe(200);
        await tenant.SellsAsync(new { legalName = "Other Ltd" });
        (await tenant.GetAsync($"/invoices/{issued.Id}")).ShouldBe(200).Body.ShouldBe(issued.Body, "later changes of the parties do not touch it");
        (await tenant.PostAsync($"/invoices/{issued.Id}/issue")).ShouldFail(409, "INVALID_STATE");
        (await tenant.PatchAsync($"/invoices/{issued.Id}", new { notes = "Late" })).ShouldFail(409, "INVALID_STATE");
        (await tenant.PutAsync($"/invoices/{issued.Id}", new { customerId = buyer, lineItems = Array.Empty<object>() })).ShouldFail(409, "INVALID_STATE");
        (await tenant.DeleteAsync($"/invoices/{issued.Id}")).ShouldFail(409, "INVALID_STATE");
        (await tenant.PutAsync($"/invoices/{issued.Id}", issued.Data)).ShouldBe(200).Header("ETag").ShouldBe(issued.Header("ETag"));
        (await tenant.PatchAsync($"/invoices/{issued.Id}", new { tags = new[] { "vip" } })).ShouldBe(200).Data["tags"]!.AsArray().Count.ShouldBe(1);
        (await tenant.EventsAsync($"after=0&aggregateId={issued.Id}&types=invoice.issued")).Items.ShouldHaveSingleItem()!["data"]!["number"]!.GetValue<string>().ShouldBe(issued.Of("number"));
    }

    [Fact]
    public async Task What_an_invoice_must_say_is_demanded_and_takes_no_number()
    {
        var tenant = await api.TenantAsync();
        var poor = (await tenant.PostAsync("/customers", new { name = "Nobody" })).ShouldBe(201).Id;
        var draft = (await tenant.DraftAsync(poor)).ShouldBe(201).Id;
        var refused = (await tenant.PostAsync($"/invoices/{draft}/issue")).ShouldFail(422, "UNPROCESSABLE");
        refused.Errors.Select(e => e.Key).ShouldBe(["tenantProfile.legalName", "tenantProfile.country", "tenantProfile.vatId", "customer.country"], ignoreOrder: true);
        await tenant.SellsAsync();
        (await tenant.PostAsync($"/invoices/{draft}/issue")).ShouldFail(422, "UNPROCESSABLE").Errors.Single().Key.ShouldBe("customer.country");
        (await tenant.IssuedAsync(await tenant.BuyerAsync())).Of("number")!.ShouldEndWith("-000001");
        (await tenant.PostAsync($"/invoices/{draft}/send")).ShouldFail(409, "INVALID_STATE");
        (await tenant.PostAsync($"/invoices/{draft}/void")).ShouldFail(409, "INVALID_STATE");
        (await tenant.PostAsync($"/invoices/{draft}/credit-notes")).ShouldFail(409, "INVALID_STATE");
    }

    [Fact]
    public async Task It_is_sent_by_e_mail_in_its_language()
    {
        var tenant = await api.TenantAsync();
        await tenant.SellsAsync();
        var issued = await tenant.IssuedAsync(await tenant.BuyerAsync(new { email = $"kupuvach-{Guid.NewGuid():N}@example.com" }), new { language = "bg" });
        var sent = (await tenant.PostAsync($"/invoices/{issued.Id}/send")).ShouldBe(200);
        (sent.Of("status"), sent.Data["sentAt"] is null).ShouldBe(("SENT", false));
        var file = api.MailFile(await api.EventAsync(tenant, issued.Id, "invoice.sent"));
        await Eventually.Async(() => Task.FromResult(File.Exists(file)), "the e-mail is not there");
        var mail = await File.ReadAllTextAsync(file);
        MailText.Header(mail, "Subject").ShouldBe($"Фактура {issued.Of("number")}");
        MailText.Body(mail).ShouldContain("120.00 EUR");
        MailText.Body(mail).ShouldContain("BG80BNBG96611020345678");
        (await tenant.PostAsync($"/invoices/{issued.Id}/send", new { to = "accounts@example.com" })).ShouldBe(200).Of("sentAt").ShouldBe(sent.Of("sentAt"));
        var silent = (await tenant.PostAsync("/customers", new { name = "Silent", country = "DE" })).ShouldBe(201).Id;
        (await tenant.PostAsync($"/invoices/{(await tenant.IssuedAsync(silent)).Id}/send")).ShouldFail(422, "UNPROCESSABLE").Errors.Single().Key.ShouldBe("to");
        (await tenant.PostAsync($"/invoices/{issued.Id}/send", new { to = "nobody" })).ShouldFail(400, "VALIDATION_FAILED");
    }

    [Fact]
    public async Task A_credit_note_takes_back_lines_and_then_the_rest()
    {
        var tenant = await api.TenantAsync();
        await tenant.SellsAsync();
        object Line(string name, decimal quantity) => new { name, quantity, unitPrice = new { amount = 33.33, currency = "EUR" }, taxCategory = "STANDARD", taxPercent = 20 };
        var invoice = await tenant.IssuedAsync(await tenant.BuyerAsync(), new { lineItems = new[] { Line("Wheel", 3), Line("Axle", 2) }, adjustments = new[] { new { amount = new { amount = 10, currency = "EUR" } } } });
        var wheel = (Guid)invoice.Data["lineItems"]![0]!["id"]!;
        (await tenant.PostAsync($"/invoices/{invoice.Id}/credit-notes", new { lines = new[] { new { lineItemId = wheel, quantity = 4 } } })).ShouldFail(422, "UNPROCESSABLE").Errors.Single().Key.ShouldBe("lines[0].quantity");
        (await tenant.PostAsync($"/invoices/{invoice.Id}/credit-notes", new { lines = new[] { new { lineItemId = wheel, quantity = -1 } } })).ShouldFail(400, "VALIDATION_FAILED");
        (await tenant.PostAsync($"/invoices/{invoice.Id}/credit-notes", new { lines = Array.Empty<object>() })).ShouldFail(400, "VALIDATION_FAILED");

        var part = (await tenant.PostAsync($"/invoices/{invoice.Id}/credit-notes", new { lines = new[] { new { lineItemId = wheel, quantity = 1 } }, notes = "Damaged" })).ShouldBe(201);
        (part.Of("kind"), part.Of("number"), part.Of("creditedInvoiceId"), part.Of("status")).ShouldBe(("CREDIT_NOTE", $"{part.Of("issueDate")![..4]}-000002", invoice.Id.ToString(), "PAID"));
        part.Sums().ShouldBe("-31.33 + -6.27 = -37.60");
        (await tenant.PostAsync($"/invoices/{invoice.Id}/void")).ShouldFail(409, "INVALID_STATE");
        var rest = (await tenant.PostAsync($"/invoices/{invoice.Id}/credit-notes")).ShouldBe(201);
        rest.Data["lineItems"]!.AsArray().Select(l => (decimal)l!["quantity"]!).ShouldBe([-2m, -2m]);
        var after = (await tenant.GetAsync($"/invoices/{invoice.Id}")).ShouldBe(200);
        decimal.Parse(part.Amount("netTotal"), System.Globalization.CultureInfo.InvariantCulture).ShouldBe(-decimal.Parse(invoice.Amount("netTotal"), System.Globalization.CultureInfo.InvariantCulture) - decimal.Parse(rest.Amount("netTotal"), System.Globalization.CultureInfo.InvariantCulture));
        (after.Of("status"), after.Amount("dueTotal")).ShouldBe(("PAID", "0.00"));
        (await tenant.PostAsync($"/invoices/{invoice.Id}/credit-notes")).ShouldFail(409, "INVALID_STATE");
        (await tenant.PostAsync($"/invoices/{part.Id}/credit-notes")).ShouldFail(409, "INVALID_STATE");
        (await tenant.PatchAsync($"/invoices/{part.Id}", new { notes = "Late" })).ShouldFail(409, "INVALID_STATE");
        (await tenant.GetAsync($"/invoices?kind=CREDIT_NOTE&creditedInvoiceId={invoice.Id}")).ShouldBe(200).Items.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_void_invoice_keeps_its_number_and_owes_nothing()
    {
        var tenant = await api.TenantAsync();
        await tenant.SellsAsync();
        var issued = await tenant.IssuedAsync(await tenant.BuyerAsync());
        var voided = (await tenant.PostAsync($"/invoices/{issued.Id}/void", new { reason = "Typed wrong" })).ShouldBe(200);
        (voided.Of("status"), voided.Of("number"), voided.Amount("dueTotal"), voided.Amount("total")).ShouldBe(("VOID", issued.Of("number"), "0.00", "120.00"));
        (await tenant.PostAsync($"/invoices/{issued.Id}/void")).ShouldFail(409, "INVALID_STATE");
    }

    [Fact]
    public async Task It_is_overdue_when_its_last_day_is_over_where_the_organization_is()
    {
        var tenant = await api.TenantAsync();
        (await tenant.PatchAsync("/tenant", new { timeZone = "Europe/Sofia" })).ShouldBe(200);
        await tenant.SellsAsync();
        var issued = await tenant.IssuedAsync(await tenant.BuyerAsync());
        var lastDay = DateOnly.Parse(issued.Of("dueDate")!, System.Globalization.CultureInfo.InvariantCulture);
        var over = new DateTimeOffset(TimeZoneInfo.ConvertTimeToUtc(lastDay.AddDays(1).ToDateTime(TimeOnly.MinValue), TimeZoneInfo.FindSystemTimeZoneById("Europe/Sofia")), TimeSpan.Zero);
        (await api.TurnAsync("invoices.overdue", tenant.Id, over.AddMinutes(-15))).ShouldBeTrue();
        (await tenant.GetAsync($"/invoices/{issued.Id}")).Of("status").ShouldBe("SENT");
        (await api.TurnAsync("invoices.overdue", tenant.Id, over)).ShouldBeTrue();
        (await tenant.GetAsync("/invoices?status=OVERDUE")).ShouldBe(200).Items.ShouldHaveSingleItem()!["id"]!.GetValue<Guid>().ShouldBe(issued.Id);
        (await tenant.EventsAsync($"after=0&aggregateId={issued.Id}&types=invoice.overdue")).Items.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Another_tenant_and_who_may_not_are_refused()
    {
        var (tenant, other) = (await api.TenantAsync(), await api.TenantAsync());
        await tenant.SellsAsync();
        var draft = (await tenant.DraftAsync(await tenant.BuyerAsync())).ShouldBe(201).Id;
        var user = (await tenant.MemberAsync("USER")).Client;
        foreach (var action in (string[])["issue", "send", "void", "credit-notes"])
        {
            (await other.PostAsync($"/invoices/{draft}/{action}")).ShouldFail(404, "NOT_FOUND");
            (await user.PostAsync($"/invoices/{draft}/{action}")).ShouldFail(403, "FORBIDDEN");
        }
        (await user.PatchAsync($"/invoices/{draft}", new { notes = "Mine, too" })).ShouldBe(200);
    }

    [Fact]
    public async Task A_won_deal_is_invoiced_in_one_call_and_once()
    {
        var (tenant, other) = (await api.TenantAsync(), await api.TenantAsync());
        await tenant.SellsAsync(new { defaultTaxCode = "STANDARD" });
        await tenant.PostAsync("/tax-rates", new { country = "BG", taxCode = "STANDARD", taxCategory = "STANDARD", percent = 20, validFrom = "2020-01-01" });
        var (buyer, product, stages) = (await tenant.BuyerAsync(), await tenant.ProductAsync(75), await tenant.StagesAsync());
        var deal = await tenant.DealAsync(new { customerId = buyer, lineItems = new[] { new { productId = product, quantity = 4 } } });
        (await tenant.PostAsync($"/deals/{deal.Id}/invoice")).ShouldFail(409, "INVALID_STATE");
        (await tenant.MoveAsync(deal.Id, stages["CLOSED_WON"])).ShouldBe(200);
        (await other.PostAsync($"/deals/{deal.Id}/invoice")).ShouldFail(404, "NOT_FOUND");
        var replies = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => tenant.PostAsync($"/deals/{deal.Id}/invoice")));
        var draft = replies.Where(r => r.Status == 201).ShouldHaveSingleItem();
        replies.Where(r => r.Status != 201).ShouldAllBe(r => r.Status == 409);
        draft.Sums().ShouldBe("300.00 + 60.00 = 360.00");
        (draft.Of("dealId"), draft.Of("customerId")).ShouldBe((deal.Id.ToString(), buyer.ToString()));
        var plain = await tenant.DealAsync(new { customerId = buyer, stageId = stages["CLOSED_WON"], value = new { amount = 1000, currency = "EUR" } });
        (await tenant.PostAsync($"/deals/{plain.Id}/invoice")).ShouldBe(201).Sums().ShouldBe("1000.00 + 200.00 = 1200.00");
        var nobody = await tenant.DealAsync(new { stageId = stages["CLOSED_WON"], value = new { amount = 1000, currency = "EUR" } });
        (await tenant.PostAsync($"/deals/{nobody.Id}/invoice")).ShouldFail(422, "UNPROCESSABLE").Errors.Single().Key.ShouldBe("customerId");
    }
}
