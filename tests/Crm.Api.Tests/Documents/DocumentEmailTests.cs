using System.Text;
using Crm.Api.Tests.Fixture;
using Crm.Application.Mail;

namespace Crm.Api.Tests.Documents;

/// <summary>What is sent by e-mail goes along as a PDF: the document that is in the books.</summary>
public sealed class DocumentEmailTests(CrmApi api)
{
    [Fact]
    public async Task An_invoice_goes_along_as_it_was_issued()
    {
        var tenant = await api.TenantAsync();
        await tenant.SellsAsync(new { numberSeries = "A/" });
        var template = await tenant.DocumentTemplateAsync(html: "<p>{{customer.name}} owes {{total}}</p>");
        (await tenant.PostAsync($"/document-templates/{template}/make-default")).ShouldBe(200);
        var buyer = await tenant.BuyerAsync();
        var invoice = await tenant.IssuedAsync(buyer);
        (await tenant.PatchAsync($"/document-templates/{template}", new { html = "<p>Changed</p>" })).ShouldBe(200);
        (await tenant.PatchAsync($"/customers/{buyer}", new { name = "Renamed" })).ShouldBe(200);
        (await tenant.PostAsync($"/invoices/{invoice.Id}/send")).ShouldBe(200);
        var mail = await MailAsync(tenant, invoice.Id, "invoice.sent");
        MailText.Body(mail).ShouldContain("attached as a PDF");
        var (name, content) = MailText.Attachment(mail);
        name.ShouldBe($"{invoice.Of("number")!.Replace('/', '-')}.pdf");
        new PdfText(content).All.ShouldBe("Babbage & Co owes 120.00\u00A0EUR\n");
        content.ShouldBe((await tenant.GetAsync($"/invoices/{invoice.Id}/pdf")).ShouldBe(200).Body);

        var read = MailParser.Parse(Encoding.ASCII.GetBytes(mail));
        read.Attachments.ShouldHaveSingleItem().ShouldBe(name, "another reader of e-mails finds it, too");
        read.Text.ShouldContain("120.00 EUR");
    }

    [Fact]
    public async Task An_offer_goes_along_as_it_was_sent()
    {
        var tenant = await api.TenantAsync();
        await tenant.SellsAsync();
        var template = await tenant.DocumentTemplateAsync("OFFER", html: "<p>First {{number}}</p>");
        (await tenant.PostAsync($"/document-templates/{template}/make-default")).ShouldBe(200);
        var offer = (await tenant.OfferAsync()).ShouldBe(201).Id;
        var sent = (await tenant.PostAsync($"/offers/{offer}/send")).ShouldBe(200);
        sent.Of("templateId").ShouldBe(template.ToString());
        (await tenant.PatchAsync($"/document-templates/{template}", new { html = "<p>Second {{number}}</p>" })).ShouldBe(200);
        var (name, content) = MailText.Attachment(await MailAsync(tenant, offer, "offer.sent"));
        (name, new PdfText(content).All).ShouldBe(($"{sent.Of("number")}.pdf", $"First {sent.Of("number")}\n"));
        (await tenant.GetAsync($"/offers/{offer}/pdf")).ShouldBe(200).Body.ShouldBe(content);
    }

    [Fact]
    public async Task A_template_that_cannot_be_filled_keeps_no_e_mail_back()
    {
        var tenant = await api.TenantAsync();
        await tenant.SellsAsync();
        // The example has three lines, so the template is kept; of eighty lines it takes too much.
        var template = await tenant.DocumentTemplateAsync(html: "{{#each lines}}{{#each ../lines}}{{#each ../../lines}}<p>{{#each ../../../lines}}{{name}}{{/each}}</p>{{/each}}{{/each}}{{/each}}");
        (await tenant.PostAsync($"/document-templates/{template}/make-default")).ShouldBe(200);
        var invoice = await tenant.IssuedAsync(await tenant.BuyerAsync(), new { lineItems = Enumerable.Repeat(InvoiceIntents.Line, 80) });
        (await tenant.GetAsync($"/invoices/{invoice.Id}/pdf")).ShouldFail(422, "TEMPLATE_LIMIT_REACHED");
        (await tenant.PostAsync($"/invoices/{invoice.Id}/send")).ShouldBe(200);
        var mail = await MailAsync(tenant, invoice.Id, "invoice.sent");
        MailText.Header(mail, "Content-Type").ShouldStartWith("text/plain");
        MailText.Body(mail).ShouldNotContain("attached");
    }

    private async Task<string> MailAsync(TenantClient tenant, Guid record, string type)
    {
        var file = api.MailFile(await api.EventAsync(tenant, record, type));
        await Eventually.Async(() => Task.FromResult(File.Exists(file)), "the e-mail is not there");
        return await File.ReadAllTextAsync(file);
    }
}
