using Crm.Api.Tests.Documents;
using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Invoices;

public sealed class PaymentUrlTests(CrmApi api)
{
    [Fact]
    public async Task An_invoice_keeps_the_page_where_it_is_paid()
    {
        var tenant = await api.TenantAsync();
        await tenant.SellsAsync(new { paymentUrlPattern = "https://pay.example.com/i/{number}?from=crm", numberSeries = "A/" });
        var buyer = await tenant.BuyerAsync();
        (await tenant.DraftAsync(buyer)).ShouldBe(201).Data["paymentUrl"].ShouldBeNull();
        var issued = await tenant.IssuedAsync(buyer);
        var url = $"https://pay.example.com/i/{Uri.EscapeDataString(issued.Of("number")!)}?from=crm";
        issued.Of("paymentUrl").ShouldBe(url);
        (await tenant.PatchAsync("/tenant/profile", new { paymentUrlPattern = (string?)null })).ShouldBe(200);
        (await tenant.GetAsync($"/invoices/{issued.Id}")).Of("paymentUrl").ShouldBe(url);
        (await tenant.IssuedAsync(buyer)).Data["paymentUrl"].ShouldBeNull();
        var template = (await tenant.PostAsync("/document-templates", new { name = "Ours", type = "INVOICE", html = "<p>Pay at {{paymentUrl}}</p>" })).ShouldBe(201).Id;
        new PdfText((await tenant.PostAsync($"/document-templates/{template}/preview", new { recordId = issued.Id, format = "pdf" })).ShouldBe(200).Body).All.ShouldContain(url);
        (await tenant.PostAsync($"/invoices/{issued.Id}/credit-notes")).ShouldBe(201).Data["paymentUrl"].ShouldBeNull("nothing is paid by it");
        (await tenant.PostAsync($"/invoices/{issued.Id}/send")).ShouldBe(200);
        var file = api.MailFile(await api.EventAsync(tenant, issued.Id, "invoice.sent"));
        await Eventually.Async(() => Task.FromResult(File.Exists(file)), "the e-mail is not there");
    }

    [Theory]
    [InlineData("http://pay.example.com/{number}")]
    [InlineData("https://pay.example.com/")]
    [InlineData("https://{number}.example.com/")]
    [InlineData("https://pay.example.com/{number}/{number}")]
    [InlineData("https://pay.example.com/{number}/{amount}")]
    [InlineData("https://user:secret@pay.example.com/{number}")]
    [InlineData("javascript:alert({number})")]
    [InlineData("https:///{number}")]
    [InlineData("{number}")]
    [InlineData("https://pay.example.com/{number} <b>")]
    public async Task What_is_no_such_address_is_refused(string pattern)
    {
        var tenant = await api.TenantAsync();
        (await tenant.PatchAsync("/tenant/profile", new { paymentUrlPattern = pattern })).ShouldFail(400, "VALIDATION_FAILED").Errors.ContainsKey("paymentUrlPattern").ShouldBeTrue();
    }
}
