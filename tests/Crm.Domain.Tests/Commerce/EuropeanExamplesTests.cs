using System.Globalization;
using System.Xml.Linq;
using Crm.Domain.Commerce;

namespace Crm.Domain.Tests.Commerce;

/// <summary>The invoices by which others test their arithmetic (EN 16931 in UBL 2.1): the sums of their headers come out to the cent.</summary>
public sealed class EuropeanExamplesTests
{
    private static readonly XNamespace Basic = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2", Aggregate = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2";

    /// <summary>Lines whose own net is not quantity × price in the file: a return without its sign, and prices of the line instead of the unit.</summary>
    private static readonly string[] WrongLines =
    [
        "guide-example1 20", "guide-example2 1", "guide-example3 1", "guide-example3 2",
        "ubl-tc434-example1 20", "ubl-tc434-example10 20", "ubl-tc434-example2 1", "ubl-tc434-example3 1", "ubl-tc434-example3 2",
    ];

    [Fact]
    public void Header_sums_of_all_examples_come_out_to_the_cent()
    {
        if (SharedData.Find("invoices/en16931-ubl/ubl-tc434-example1.xml") is not { } first) return;
        List<string> wrong = [];
        var files = Directory.EnumerateFiles(Path.GetDirectoryName(first)!).Where(f => Path.GetExtension(f).Equals(".xml", StringComparison.OrdinalIgnoreCase)).Order(StringComparer.Ordinal).ToArray();
        files.Length.ShouldBe(18);
        foreach (var file in files) Compare(XDocument.Load(file).Root!, Path.GetFileNameWithoutExtension(file), wrong);
        wrong.Order(StringComparer.Ordinal).ShouldBe(WrongLines.Order(StringComparer.Ordinal));
    }

    private static void Compare(XElement document, string name, List<string> wrong)
    {
        var currency = document.Element(Basic + "DocumentCurrencyCode")!.Value;
        var lines = document.Elements().Where(e => e.Name.LocalName is "InvoiceLine" or "CreditNoteLine").Select((line, i) => Line(line, currency, $"{name} {i + 1}", wrong)).ToArray();
        var adjustments = document.Elements(Aggregate + "AllowanceCharge").Select(a => Adjustment.OfAmount(Number(a, "Amount"), IsCharge(a), null, TaxOf(a.Element(Aggregate + "TaxCategory")!))).ToArray();
        var stated = document.Element(Aggregate + "LegalMonetaryTotal")!;

        var totals = DocumentTotals.Of(currency, lines, adjustments, Number(stated, "PrepaidAmount"), Number(stated, "PayableRoundingAmount"));

        (totals.LineNet, totals.Allowances, totals.Charges, totals.TaxExclusive, totals.TaxInclusive, totals.Payable).ShouldBe((Number(stated, "LineExtensionAmount"), Number(stated, "AllowanceTotalAmount"),
            Number(stated, "ChargeTotalAmount"), Number(stated, "TaxExclusiveAmount"), Number(stated, "TaxInclusiveAmount"), Number(stated, "PayableAmount")), name);
        var tax = document.Elements(Aggregate + "TaxTotal").First(t => t.Elements(Aggregate + "TaxSubtotal").Any());
        totals.Tax.ShouldBe(Number(tax, "TaxAmount"), name);
        totals.Taxes.Select(t => (t.Tax.Category.Code(), t.Tax.Percent, t.Taxable, t.Amount)).ShouldBe(tax.Elements(Aggregate + "TaxSubtotal").Select(s =>
            (s.Element(Aggregate + "TaxCategory")!.Element(Basic + "ID")!.Value, Number(s.Element(Aggregate + "TaxCategory")!, "Percent"), Number(s, "TaxableAmount"), Number(s, "TaxAmount"))), ignoreOrder: true, name);
    }

    private static DocumentLine Line(XElement line, string currency, string name, List<string> wrong)
    {
        var tax = TaxOf(line.Element(Aggregate + "Item")!.Element(Aggregate + "ClassifiedTaxCategory")!);
        var (price, net) = (line.Element(Aggregate + "Price")!, Number(line, "LineExtensionAmount"));
        var adjustments = line.Elements(Aggregate + "AllowanceCharge").Select(a => Adjustment.OfAmount(Number(a, "Amount"), IsCharge(a))).ToArray();
        var told = DocumentLine.Of(Number(line, "InvoicedQuantity") + Number(line, "CreditedQuantity"), Number(price, "PriceAmount"), tax, price.Element(Basic + "BaseQuantity") is null ? 1 : Number(price, "BaseQuantity"), adjustments);
        if (DocumentTotals.Of(currency, [told]).Lines[0].Net == net) return told;
        wrong.Add(name);
        return DocumentLine.Of(Math.Sign(net), Math.Abs(net), tax);
    }

    private static Tax TaxOf(XElement category)
    {
        var known = Enum.GetValues<TaxCategory>().Single(c => c.Code() == category.Element(Basic + "ID")!.Value);
        return Tax.Of(known, Number(category, "Percent"), known.NeedsReason() ? "As the file says" : null);
    }

    private static bool IsCharge(XElement element) => element.Element(Basic + "ChargeIndicator")!.Value is "true" or "1";

    private static decimal Number(XElement element, string name) => element.Element(Basic + name) is { } found ? decimal.Parse(found.Value, NumberStyles.Float, CultureInfo.InvariantCulture) : 0;
}
