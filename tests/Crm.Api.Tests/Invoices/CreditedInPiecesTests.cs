using System.Xml.Linq;
using Crm.Api.Tests.Documents;
using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Invoices;

/// <summary>Invoices that are taken back in pieces: nothing is left of them, to the cent.</summary>
public sealed class CreditedInPiecesTests(CrmApi api)
{
    private static readonly XNamespace Cbc = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2", Cac = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2";

    [Theory]
    [InlineData(15.33, 9, 5, 0, "-15.87 -15.87 -15.88")]
    [InlineData(10.01, 20, 0, 0, "-12.01 -12.01 -12.02")]
    [InlineData(10.01, 20, 0, 1.04, "-11.59 -11.60 -11.60")]
    public async Task What_is_taken_back_piece_by_piece_comes_to_the_invoice(double price, int rate, int percent, double amount, string totals)
    {
        var tenant = await api.TenantAsync();
        await tenant.SellsAsync();
        object[] adjustments = percent > 0 ? [new { percent, reason = "Loyal" }] : amount > 0 ? [new { amount = new { amount, currency = "EUR" }, reason = "Loyal" }] : [];
        var invoice = await tenant.IssuedAsync(await tenant.BuyerAsync(), new
        {
            adjustments, lineItems = new[] { new { name = "Engine", quantity = 3, unitPrice = new { amount = price, currency = "EUR" }, taxCategory = "STANDARD", taxPercent = rate } },
        });
        var line = (string)invoice.Data["lineItems"]![0]!["id"]!;
        var notes = new List<Reply>();
        foreach (var asked in (object[])[new { lines = new[] { new { lineItemId = line, quantity = 1 } } }, new { lines = new[] { new { lineItemId = line, quantity = 1 } } }, new { }])
            notes.Add((await tenant.PostAsync($"/invoices/{invoice.Id}/credit-notes", asked)).ShouldBe(201));

        string.Join(' ', notes.Select(n => n.Amount("total"))).ShouldBe(totals);
        var settled = await tenant.GetAsync($"/invoices/{invoice.Id}");
        (settled.Of("status"), settled.Amount("dueTotal"), settled.Amount("creditedTotal")).ShouldBe(("PAID", "0.00", invoice.Amount("total")));
        foreach (var row in (await tenant.GetAsync("/reports/tax")).ShouldBe(200).Data["rows"]!.AsArray()) ((decimal)row!["taxable"]!, (decimal)row["tax"]!).ShouldBe((0, 0));
        var ubl = XDocument.Parse((await tenant.GetAsync($"/invoices/{notes[^1].Id}/ubl")).ShouldBe(200).Text).Root!;
        var said = ubl.Element(Cac + "LegalMonetaryTotal")!;
        $"-{said.Element(Cbc + "TaxInclusiveAmount")!.Value}".ShouldBe(notes[^1].Amount("total"));
        $"-{ubl.Element(Cac + "TaxTotal")!.Element(Cbc + "TaxAmount")!.Value}".ShouldBe(notes[^1].Amount("taxTotal"));
        $"-{ubl.Element(Cac + "TaxTotal")!.Element(Cac + "TaxSubtotal")!.Element(Cbc + "TaxAmount")!.Value}".ShouldBe(notes[^1].Amount("taxTotal"));
    }

    [Fact]
    public async Task A_credit_note_names_its_invoice_and_asks_nobody_to_pay()
    {
        var tenant = await api.TenantAsync();
        await tenant.SellsAsync();
        var invoice = await tenant.IssuedAsync(await tenant.BuyerAsync(), new { language = "bg" });
        new PdfText((await tenant.GetAsync($"/invoices/{invoice.Id}/pdf")).ShouldBe(200).Body).All.ShouldContain("Платете");
        var note = (await tenant.PostAsync($"/invoices/{invoice.Id}/credit-notes", new { notes = "Върнато." })).ShouldBe(201);
        note.Of("creditedInvoiceNumber").ShouldBe(invoice.Of("number"));
        var text = new PdfText((await tenant.GetAsync($"/invoices/{note.Id}/pdf")).ShouldBe(200).Body).All;
        text.ShouldContain($"Към фактура № {invoice.Of("number")}. Върнато.");
        text.ShouldNotContain("Платете");
        text.ShouldNotContain("BG80BNBG96611020345678");
    }

    [Fact]
    public async Task No_more_is_taken_off_than_there_is()
    {
        var tenant = await api.TenantAsync();
        await tenant.SellsAsync();
        var buyer = await tenant.BuyerAsync();
        var adjustments = new[] { new { amount = new { amount = 150, currency = "EUR" }, reason = "Too much" } };
        var draft = (await tenant.DraftAsync(buyer, new { adjustments })).ShouldBe(201);
        (await tenant.PostAsync($"/invoices/{draft.Id}/issue")).ShouldFail(422, "UNPROCESSABLE").Errors.ContainsKey("adjustments").ShouldBeTrue();
        (await tenant.GetAsync($"/invoices/{draft.Id}")).Data["number"].ShouldBeNull();
        var offer = (await tenant.OfferAsync(more: new { customerId = buyer, lineItems = new[] { InvoiceIntents.Line }, adjustments })).ShouldBe(201).Id;
        (await tenant.PostAsync($"/offers/{offer}/send")).ShouldFail(422, "UNPROCESSABLE").Errors.ContainsKey("adjustments").ShouldBeTrue();
    }
}
