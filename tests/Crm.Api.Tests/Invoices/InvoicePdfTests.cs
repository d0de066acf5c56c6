using System.Text;
using Crm.Api.Tests.Documents;
using Crm.Api.Tests.Fixture;
using Dapper;

namespace Crm.Api.Tests.Invoices;

public sealed class InvoicePdfTests(CrmApi api)
{
    [Fact]
    public async Task It_shows_the_document_as_it_was_issued_in_its_language()
    {
        var tenant = await api.TenantAsync();
        await tenant.SellsAsync(new { legalName = "Аналитикъл ООД" });
        var buyer = await tenant.BuyerAsync(new { name = "Бабидж и синове АД" });
        object[] lines =
        [
            new { name = "Аналитична машина", quantity = 2, unit = "KGM", unitPrice = new { amount = 100, currency = "EUR" }, taxCategory = "STANDARD", taxPercent = 20, adjustments = new[] { new { percent = 10 } } },
            new { name = "Книга", quantity = 3, unitPrice = new { amount = 0.88, currency = "EUR" }, priceQuantity = 100, taxCategory = "REVERSE_CHARGE", taxReason = "чл. 196" },
        ];
        var draft = (await tenant.DraftAsync(buyer, new { language = "bg", lineItems = lines, buyerReference = "PO-7" })).ShouldBe(201).Id;
        new PdfText((await tenant.GetAsync($"/invoices/{draft}/pdf")).ShouldBe(200).Body).All.ShouldContain("ЧЕРНОВА");
        var number = (await tenant.PostAsync($"/invoices/{draft}/issue")).ShouldBe(200).Of("number")!;
        var reply = (await tenant.GetAsync($"/invoices/{draft}/pdf")).ShouldBe(200);
        (reply.Header("Content-Type"), Encoding.ASCII.GetString(reply.Body, 0, 5)).ShouldBe(("application/pdf", "%PDF-"));
        var text = new PdfText(reply.Body).All;
        foreach (var shown in (string[])["Фактура", number, "Аналитикъл ООД", "BG123456789", "Бабидж и синове АД", "Аналитична машина", "кг", "PO-7", "чл. 196", "180,00", "0,0088", "216,03", "BG80BNBG96611020345678", "България", "Германия"])
            text.ShouldContain(shown);

        (await tenant.PatchAsync($"/customers/{buyer}", new { name = "Другиго" })).ShouldBe(200);
        (await tenant.PatchAsync("/tenant/profile", new { legalName = "Друга ООД" })).ShouldBe(200);
        (await tenant.GetAsync($"/invoices/{draft}/pdf")).ShouldBe(200).Body.ShouldBe(reply.Body, "an issued document never changes");
    }

    [Fact]
    public async Task A_credit_note_is_called_one()
    {
        var tenant = await api.TenantAsync();
        await tenant.SellsAsync();
        var invoice = (await tenant.IssuedAsync(await tenant.BuyerAsync())).Id;
        var note = (await tenant.PostAsync($"/invoices/{invoice}/credit-notes", new { })).ShouldBe(201).Id;
        var text = new PdfText((await tenant.GetAsync($"/invoices/{note}/pdf")).ShouldBe(200).Body).All;
        (text.Contains("Credit note", StringComparison.Ordinal), text.Contains("-120.00", StringComparison.Ordinal)).ShouldBe((true, true), text);
    }

    [Fact]
    public async Task A_void_one_says_so_and_asks_nobody_to_pay()
    {
        var tenant = await api.TenantAsync();
        await tenant.SellsAsync();
        var invoice = (await tenant.IssuedAsync(await tenant.BuyerAsync(), new { language = "bg" })).Id;
        var before = await TextAsync(tenant, invoice);
        (before.Contains("анулирана", StringComparison.Ordinal), before.Contains("BG80BNBG96611020345678", StringComparison.Ordinal)).ShouldBe((false, true), before);

        (await tenant.PostAsync($"/invoices/{invoice}/void", new { reason = "Twice" })).ShouldBe(200);
        var after = await TextAsync(tenant, invoice);
        (after.Contains("Фактура (анулирана)", StringComparison.Ordinal), after.Contains("BG80BNBG96611020345678", StringComparison.Ordinal), after.Contains("Платете", StringComparison.Ordinal))
            .ShouldBe((true, false, false), after);
    }

    [Fact]
    public async Task What_is_taken_off_the_whole_says_why()
    {
        var tenant = await api.TenantAsync();
        await tenant.SellsAsync();
        var invoice = (await tenant.IssuedAsync(await tenant.BuyerAsync(), new
        {
            adjustments = new object[] { new { isCharge = false, percent = 5, reason = "Loyal customer" }, new { isCharge = true, amount = new { amount = 3, currency = "EUR" }, reason = "Express delivery" } },
        })).Id;
        var text = await TextAsync(tenant, invoice);
        (text.Contains("Loyal customer", StringComparison.Ordinal), text.Contains("Express delivery", StringComparison.Ordinal)).ShouldBe((true, true), text);
    }

    [Fact]
    public async Task The_default_template_of_the_organization_goes_first_and_previews_take_an_invoice()
    {
        var (tenant, other) = (await api.TenantAsync(), await api.TenantAsync());
        await tenant.SellsAsync();
        var template = await tenant.DocumentTemplateAsync(language: "en", html: "<p>Ours: {{number}} for {{total}}</p>");
        (await tenant.PostAsync($"/document-templates/{template}/make-default")).ShouldBe(200);
        var invoice = await tenant.IssuedAsync(await tenant.BuyerAsync());
        var expected = $"Ours: {invoice.Of("number")} for 120.00\u00A0EUR\n";
        (await TextAsync(tenant, invoice.Id)).ShouldBe(expected);
        new PdfText((await tenant.PostAsync($"/document-templates/{template}/preview", new { recordId = invoice.Id, format = "pdf" })).ShouldBe(200).Body).All.ShouldBe(expected);
        (await other.GetAsync($"/invoices/{invoice.Id}/pdf")).ShouldFail(404, "NOT_FOUND");
        var theirs = await other.DocumentTemplateAsync(language: "en");
        (await other.PostAsync($"/document-templates/{theirs}/preview", new { recordId = invoice.Id })).ShouldFail(422, "UNPROCESSABLE");
    }

    [Fact]
    public async Task What_is_issued_keeps_its_template_as_it_was()
    {
        var tenant = await api.TenantAsync();
        await tenant.SellsAsync();
        var buyer = await tenant.BuyerAsync();
        var builtIn = await tenant.IssuedAsync(buyer);
        var plain = (await tenant.GetAsync($"/invoices/{builtIn.Id}/pdf")).ShouldBe(200).Body;
        (builtIn.Data["templateId"], (int)builtIn.Data["templateVersion"]!).ShouldBe((null, 0));
        var template = await tenant.DocumentTemplateAsync(language: "en", html: "<p>First {{title}} {{number}}</p>");
        var version = (int)(await tenant.PostAsync($"/document-templates/{template}/make-default")).ShouldBe(200).Data["version"]!;
        var draft = (await tenant.DraftAsync(buyer)).ShouldBe(201).Id;
        var ours = await tenant.IssuedAsync(buyer);
        (ours.Of("templateId"), (int)ours.Data["templateVersion"]!).ShouldBe((template.ToString(), version));

        (await tenant.PatchAsync($"/document-templates/{template}", new { html = "<p>Second {{number}}</p>", primaryColor = "#ff0000" })).ShouldBe(200);
        (await TextAsync(tenant, ours.Id)).ShouldBe($"First Invoice {ours.Of("number")}\n");
        (await TextAsync(tenant, draft)).ShouldBe("Second DRAFT\n");
        var note = (await tenant.PostAsync($"/invoices/{ours.Id}/credit-notes")).ShouldBe(201);
        (await TextAsync(tenant, note.Id)).ShouldBe($"First Credit note {note.Of("number")}\n", "it looks like its invoice");
        (await TextAsync(tenant, (await tenant.IssuedAsync(buyer, new { series = "S/" })).Id)).ShouldStartWith("Second S/");
        (await tenant.DeleteAsync($"/document-templates/{template}")).ShouldBe(204);
        (await TextAsync(tenant, ours.Id)).ShouldBe($"First Invoice {ours.Of("number")}\n");
        (await tenant.GetAsync($"/invoices/{builtIn.Id}/pdf")).ShouldBe(200).Body.ShouldBe(plain);
    }

    [Fact]
    public async Task What_was_issued_before_templates_were_kept_goes_by_today_s_default()
    {
        var tenant = await api.TenantAsync();
        await tenant.SellsAsync();
        var old = (await tenant.IssuedAsync(await tenant.BuyerAsync())).Id;
        await using (var connection = await api.TenantConnectionAsync(tenant.Id)) await connection.ExecuteAsync("update crm.invoices set template_version = null where id = @old", new { old });
        var template = await tenant.DocumentTemplateAsync(language: "en", html: "<p>Today's</p>");
        (await tenant.PostAsync($"/document-templates/{template}/make-default")).ShouldBe(200);
        (await TextAsync(tenant, old)).ShouldBe("Today's\n");
    }

    private static async Task<string> TextAsync(TenantClient tenant, Guid invoice) => new PdfText((await tenant.GetAsync($"/invoices/{invoice}/pdf")).ShouldBe(200).Body).All;
}
