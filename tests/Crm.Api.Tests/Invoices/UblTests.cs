using System.Globalization;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Invoices;

/// <summary>Issued documents in UBL 2.1 after EN 16931.</summary>
public sealed class UblTests(CrmApi api)
{
    private static readonly XNamespace Cbc = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2", Cac = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2";

    /// <summary>What has lines that go back on an invoice, which is a credit note's matter here.</summary>
    private static readonly string[] Returning = ["BIS3_Invoice_negativ", "guide-example2", "ubl-tc434-example2"];

    [Fact]
    public async Task An_issued_invoice_says_all_that_the_standard_demands()
    {
        var tenant = await api.TenantAsync();
        await tenant.SellsAsync(new { bic = "BNBGBGSD", registrationNumber = "123456789" });
        var line = new { name = "Engine", description = "With\u0001mill & store", unit = "HUR", quantity = 2.5, unitPrice = new { amount = 10, currency = "EUR" }, taxCategory = "INTRA_COMMUNITY", taxPercent = 0, taxReason = "Article 138", adjustments = new[] { new { percent = 10 } } };
        var issued = await tenant.IssuedAsync(await tenant.BuyerAsync(), new { lineItems = new[] { line }, notes = "Ден <b>", buyerReference = "PO-1", adjustments = new[] { new { amount = new { amount = 2.5, currency = "EUR" } } } });
        var invoice = await UblAsync(tenant, issued.Id);

        invoice.Name.ShouldBe(XNamespace.Get("urn:oasis:names:specification:ubl:schema:xsd:Invoice-2") + "Invoice");
        string.Join(' ', invoice.Elements().Select(e => e.Name.LocalName)).ShouldBe("CustomizationID ID IssueDate DueDate InvoiceTypeCode Note DocumentCurrencyCode BuyerReference AccountingSupplierParty AccountingCustomerParty "
            + "Delivery PaymentMeans AllowanceCharge TaxTotal LegalMonetaryTotal InvoiceLine");
        (Value(invoice, "ID"), Value(invoice, "InvoiceTypeCode"), Value(invoice, "Note"), Value(invoice, "DueDate")).ShouldBe((issued.Of("number"), "380", "Ден <b>", issued.Of("dueDate")));
        var (seller, buyer) = (invoice.Element(Cac + "AccountingSupplierParty")!.Element(Cac + "Party")!, invoice.Element(Cac + "AccountingCustomerParty")!.Element(Cac + "Party")!);
        (Value(seller.Element(Cac + "PartyLegalEntity")!, "RegistrationName"), Value(seller.Element(Cac + "PartyTaxScheme")!, "CompanyID"), Value(buyer.Element(Cac + "PostalAddress")!.Element(Cac + "Country")!, "IdentificationCode"))
            .ShouldBe(("Analytical Ltd", "BG123456789", "DE"));
        Value(invoice.Element(Cac + "PaymentMeans")!.Element(Cac + "PayeeFinancialAccount")!, "ID").ShouldBe("BG80BNBG96611020345678");
        Value(invoice.Element(Cac + "Delivery")!.Element(Cac + "DeliveryLocation")!.Element(Cac + "Address")!.Element(Cac + "Country")!, "IdentificationCode").ShouldBe("DE");
        Sums(invoice).ShouldBe("22.50 20.00 20.00 2.50 0.00 0.00 20.00");
        var item = invoice.Element(Cac + "InvoiceLine")!;
        (Value(item, "InvoicedQuantity"), item.Element(Cbc + "InvoicedQuantity")!.Attribute("unitCode")!.Value, Value(item.Element(Cac + "Item")!, "Description")).ShouldBe(("2.5", "HUR", "With\uFFFDmill & store"));
        item.Element(Cac + "AllowanceCharge")!.Elements().Select(e => e.Value).ShouldBe(["false", "Discount", "10", "2.50", "25.00"]);
        Rates(invoice).ShouldBe(["K 0 20.00 0.00"]);
        invoice.Descendants().Where(e => e.Name == Cbc + "TaxExemptionReason").Select(e => e.Value).ShouldBe(["Article 138"]);
        invoice.Descendants().Where(e => e.Attribute("currencyID") is { Value: not "EUR" }).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_credit_note_names_its_invoice_and_counts_what_it_takes_back()
    {
        var (tenant, other) = (await api.TenantAsync(), await api.TenantAsync());
        await tenant.SellsAsync();
        var draft = (await tenant.DraftAsync(await tenant.BuyerAsync(), new { adjustments = new[] { new { amount = new { amount = 10, currency = "EUR" } } } })).ShouldBe(201).Id;
        (await tenant.GetAsync($"/invoices/{draft}/ubl")).ShouldFail(409, "INVALID_STATE");
        var issued = (await tenant.PostAsync($"/invoices/{draft}/issue")).ShouldBe(200);
        var note = await UblAsync(tenant, (await tenant.PostAsync($"/invoices/{draft}/credit-notes")).ShouldBe(201).Id);
        (note.Name.LocalName, Value(note, "CreditNoteTypeCode"), Value(note.Element(Cac + "BillingReference")!.Element(Cac + "InvoiceDocumentReference")!, "ID")).ShouldBe(("CreditNote", "381", issued.Of("number")));
        Sums(note).ShouldBe("100.00 90.00 108.00 10.00 0.00 0.00 108.00");
        (Value(note.Element(Cac + "CreditNoteLine")!, "CreditedQuantity"), note.Element(Cbc + "DueDate")).ShouldBe(("1", null));
        (await other.GetAsync($"/invoices/{draft}/ubl")).ShouldFail(404, "NOT_FOUND");
    }

    [Fact]
    public async Task Invoices_made_from_the_standards_examples_come_out_with_the_same_sums_rates_and_codes()
    {
        if (SharedData.Find("invoices/en16931-ubl") is not { } folder) return;
        var tenant = await api.TenantAsync();
        await tenant.SellsAsync();
        var buyer = await tenant.BuyerAsync();
        var files = Directory.EnumerateFiles(folder).Where(f => Path.GetExtension(f).Equals(".xml", StringComparison.OrdinalIgnoreCase) && !Returning.Contains(Path.GetFileNameWithoutExtension(f))).Order(StringComparer.Ordinal).ToList();
        files.Count.ShouldBe(15);
        foreach (var file in files)
        {
            var (theirs, name) = (XDocument.Load(file).Root!, Path.GetFileNameWithoutExtension(file));
            var id = (await tenant.IssuedAsync(buyer, Draft(theirs))).Id;
            if (theirs.Name.LocalName == "CreditNote") id = (await tenant.PostAsync($"/invoices/{id}/credit-notes")).ShouldBe(201).Id;
            var ours = await UblAsync(tenant, id);
            ours.Name.ShouldBe(theirs.Name, name);
            Value(ours, "DocumentCurrencyCode").ShouldBe(Value(theirs, "DocumentCurrencyCode"), name);
            Sums(ours).ShouldBe(Sums(theirs), name);
            Rates(ours).ShouldBe(Rates(theirs), ignoreOrder: true, name);
            Lines(ours).Select(l => Amount(l, "LineExtensionAmount")).ShouldBe(Lines(theirs).Select(l => Amount(l, "LineExtensionAmount")), name);
            Lines(ours).Select(l => Value(l.Element(Cac + "Item")!, "Name")).ShouldBe(Lines(theirs).Select(l => Value(l.Element(Cac + "Item")!, "Name")), name);
        }
    }

    private static async Task<XElement> UblAsync(ApiClient tenant, Guid id)
    {
        var reply = (await tenant.GetAsync($"/invoices/{id}/ubl")).ShouldBe(200);
        reply.Header("Content-Type").ShouldBe("application/xml");
        return XDocument.Load(new MemoryStream(reply.Body)).Root!;
    }

    /// <summary>The draft of what an example says. A line that does not multiply out in the file is one of its net.</summary>
    private static JsonObject Draft(XElement document)
    {
        var currency = Value(document, "DocumentCurrencyCode")!;
        var adjustments = document.Elements(Cac + "AllowanceCharge").Select(a =>
        {
            var adjustment = Adjustment(a, currency);
            Tax(adjustment, a.Element(Cac + "TaxCategory")!);
            return (JsonNode)adjustment;
        });
        return new JsonObject
        {
            ["currency"] = currency, ["lineItems"] = new JsonArray([.. Lines(document).Select(l => (JsonNode)Line(l, currency))]), ["adjustments"] = new JsonArray([.. adjustments]),
            ["prepaid"] = Money(Amount(document.Element(Cac + "LegalMonetaryTotal")!, "PrepaidAmount"), currency),
        };
    }

    private static JsonObject Line(XElement line, string currency)
    {
        var (price, net) = (line.Element(Cac + "Price")!, Amount(line, "LineExtensionAmount"));
        var (quantity, per, unitPrice) = (Amount(line, "InvoicedQuantity") + Amount(line, "CreditedQuantity"), price.Element(Cbc + "BaseQuantity") is null ? 1 : Amount(price, "BaseQuantity"), Amount(price, "PriceAmount"));
        var adjustments = line.Elements(Cac + "AllowanceCharge").Select(a => Adjustment(a, currency)).ToList();
        var told = quantity * unitPrice / per + adjustments.Sum(a => (decimal)a["amount"]!["amount"]! * ((bool)a["isCharge"]! ? 1 : -1));
        if (Math.Round(told, 2, MidpointRounding.AwayFromZero) != net)
        {
            (quantity, per, unitPrice, adjustments) = (1, 1, Math.Max(net, 0), []);
            if (net < 0) adjustments.Add(new JsonObject { ["amount"] = Money(-net, currency) });
        }
        for (; decimal.Round(unitPrice, 2) != unitPrice; per *= 10) unitPrice *= 10;
        var item = new JsonObject
        {
            ["name"] = Value(line.Element(Cac + "Item")!, "Name"), ["quantity"] = quantity, ["unitPrice"] = Money(unitPrice, currency), ["priceQuantity"] = per, ["adjustments"] = new JsonArray([.. adjustments]),
        };
        Tax(item, line.Element(Cac + "Item")!.Element(Cac + "ClassifiedTaxCategory")!);
        return item;
    }

    private static JsonObject Adjustment(XElement adjustment, string currency) =>
        new() { ["isCharge"] = Value(adjustment, "ChargeIndicator") is "true" or "1", ["amount"] = Money(Amount(adjustment, "Amount"), currency), ["reason"] = Value(adjustment, "AllowanceChargeReason") };

    private static void Tax(JsonObject target, XElement category)
    {
        var code = Value(category, "ID")!;
        (target["taxCategory"], target["taxPercent"]) = (code switch { "S" => "STANDARD", "Z" => "ZERO_RATED", "E" => "EXEMPT", "AE" => "REVERSE_CHARGE", "K" => "INTRA_COMMUNITY", "G" => "EXPORT", _ => "OUTSIDE_SCOPE" }, Amount(category, "Percent"));
        if (code is not ("S" or "Z")) target["taxReason"] = "As the file says";
    }

    private static JsonObject Money(decimal amount, string currency) => new() { ["amount"] = amount, ["currency"] = currency };

    private static IEnumerable<XElement> Lines(XElement document) => document.Elements().Where(e => e.Name.LocalName is "InvoiceLine" or "CreditNoteLine");

    /// <summary>The sums of the header; what makes the payable amount round is left out.</summary>
    private static string Sums(XElement document)
    {
        var total = document.Element(Cac + "LegalMonetaryTotal")!;
        var sums = new[] { "LineExtensionAmount", "TaxExclusiveAmount", "TaxInclusiveAmount", "AllowanceTotalAmount", "ChargeTotalAmount", "PrepaidAmount" }.Select(name => Amount(total, name));
        return string.Join(' ', sums.Append(Amount(total, "PayableAmount") - Amount(total, "PayableRoundingAmount")).Select(s => s.ToString("0.00", CultureInfo.InvariantCulture)));
    }

    private static IEnumerable<string> Rates(XElement document) => document.Elements(Cac + "TaxTotal").First(t => t.Elements(Cac + "TaxSubtotal").Any()).Elements(Cac + "TaxSubtotal").Select(s => string.Create(CultureInfo.InvariantCulture,
        $"{Value(s.Element(Cac + "TaxCategory")!, "ID")} {Amount(s.Element(Cac + "TaxCategory")!, "Percent"):0.##} {Amount(s, "TaxableAmount"):0.00} {Amount(s, "TaxAmount"):0.00}"));

    private static string? Value(XElement element, string name) => element.Element(Cbc + name)?.Value;

    private static decimal Amount(XElement element, string name) => Value(element, name) is { } text ? decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture) : 0;
}
