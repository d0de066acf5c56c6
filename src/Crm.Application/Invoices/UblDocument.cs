using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using Crm.Domain.Commerce;
using Crm.Domain.Common;
using Crm.Domain.Invoices;

namespace Crm.Application.Invoices;

/// <summary>The invoice that a credit note takes back (BG-3).</summary>
internal sealed record UblReference(string Number, DateOnly IssueDate);

/// <summary>
/// A document in the syntax of UBL 2.1 (OASIS) with the content of EN 16931; the order of elements is that of the schema. A credit note shows what it takes back as amounts above zero.
/// </summary>
internal sealed class UblDocument
{
    private static readonly XNamespace Cbc = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2", Cac = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2";
    private readonly IssuedDocument _document;
    private readonly UblReference? _preceding;
    private readonly bool _isNote;
    private readonly IReadOnlyList<DocumentItem> _lines;
    private readonly DocumentTotals _totals;

    public UblDocument(IssuedDocument document, UblReference? preceding = null)
    {
        (_document, _preceding, _isNote) = (document, preceding, document.Kind == InvoiceKind.CreditNote);
        _lines = _isNote ? [.. document.LineItems.Select(CreditNotes.Shown)] : document.LineItems;
        var sums = DocumentTotals.Of(document.Currency, _lines, _isNote ? document.Adjustments.Select(CreditNotes.Shown) : document.Adjustments, document.Prepaid?.Amount ?? 0);
        // The last of several credit notes has made up for what the others have rounded.
        _totals = _isNote ? sums.Stating(document.Taxes.ToDictionary(t => (t.Category, t.Percent), t => -t.Tax.Amount)) : sums;
    }

    /// <summary>The document in UTF-8.</summary>
    public byte[] ToBytes()
    {
        using var buffer = new MemoryStream();
        using (var writer = XmlWriter.Create(buffer, new XmlWriterSettings { Encoding = new UTF8Encoding(false), Indent = true })) ToXml().Save(writer);
        return buffer.ToArray();
    }

    /// <summary>The document.</summary>
    public XDocument ToXml()
    {
        var name = _isNote ? "CreditNote" : "Invoice";
        return new XDocument(new XElement(XNamespace.Get($"urn:oasis:names:specification:ubl:schema:xsd:{name}-2") + name,
            new XAttribute(XNamespace.Xmlns + "cac", Cac), new XAttribute(XNamespace.Xmlns + "cbc", Cbc),
            Text("CustomizationID", "urn:cen.eu:en16931:2017"),
            Text("ID", _document.Number),
            Text("IssueDate", Day(_document.IssueDate)),
            _isNote ? null : Text("DueDate", Day(_document.DueDate)),
            Text($"{name}TypeCode", _isNote ? "381" : "380"),
            Text("Note", _document.Notes),
            Text("DocumentCurrencyCode", _document.Currency),
            Text("BuyerReference", _document.BuyerReference),
            _preceding is null ? null : new XElement(Cac + "BillingReference", new XElement(Cac + "InvoiceDocumentReference", Text("ID", _preceding.Number), Text("IssueDate", Day(_preceding.IssueDate)))),
            new XElement(Cac + "AccountingSupplierParty", Party(_document.Seller)),
            new XElement(Cac + "AccountingCustomerParty", Party(_document.Buyer)),
            Delivery(),
            PaymentMeans(),
            _totals.Adjustments.Select(DocumentAdjustment),
            Taxes(),
            Sums(),
            _lines.Select((line, i) => Line(line, i, _isNote ? "CreditNoteLine" : "InvoiceLine", _isNote ? "CreditedQuantity" : "InvoicedQuantity"))));
    }

    private static XElement Party(DocumentParty party) => new(Cac + "Party",
        new XElement(Cac + "PostalAddress", Text("StreetName", party.Address), Text("CityName", party.City), Text("PostalZone", party.PostalCode), Text("CountrySubentity", party.Region),
            new XElement(Cac + "Country", Text("IdentificationCode", party.Country))),
        party.VatId is null ? null : new XElement(Cac + "PartyTaxScheme", Text("CompanyID", party.VatId), Scheme()),
        new XElement(Cac + "PartyLegalEntity", Text("RegistrationName", party.Name), Text("CompanyID", party.RegistrationNumber)),
        party.Phone is null && party.Email is null ? null : new XElement(Cac + "Contact", Text("Telephone", party.Phone), Text("ElectronicMail", party.Email)));

    /// <summary>When and, between member states, where to (BR-IC-11, BR-IC-12).</summary>
    private XElement? Delivery()
    {
        var isInside = _totals.Taxes.Any(t => t.Tax.Category == TaxCategory.IntraCommunity);
        if (!isInside && _document.DeliveryDate is null) return null;
        return new XElement(Cac + "Delivery", Text("ActualDeliveryDate", Day(_document.DeliveryDate ?? _document.IssueDate)), !isInside ? null
            : new XElement(Cac + "DeliveryLocation", new XElement(Cac + "Address", new XElement(Cac + "Country", Text("IdentificationCode", _document.Buyer.Country)))));
    }

    /// <summary>A credit transfer (UNCL 4461: 30; 58 for SEPA, which is in euro).</summary>
    private XElement? PaymentMeans() => _isNote || _document.Seller.Iban is not { } iban ? null : new XElement(Cac + "PaymentMeans",
        Text("PaymentMeansCode", _document.Currency == "EUR" ? "58" : "30"), Text("PaymentID", _document.Number),
        new XElement(Cac + "PayeeFinancialAccount", Text("ID", iban), _document.Seller.Bic is null ? null : new XElement(Cac + "FinancialInstitutionBranch", Text("ID", _document.Seller.Bic))));

    private XElement DocumentAdjustment(AdjustmentTotals part) =>
        new(Cac + "AllowanceCharge", Adjusted(part.Adjustment, part.Amount, null), Category("TaxCategory", part.Tax, withReason: false));

    private IEnumerable<XElement?> Adjusted(Adjustment adjustment, decimal amount, decimal? basis) =>
    [
        Text("ChargeIndicator", adjustment.IsCharge ? "true" : "false"),
        Text("AllowanceChargeReason", adjustment.Reason ?? Reason(adjustment.IsCharge)),
        basis is null || adjustment.Percent is not { } percent ? null : Text("MultiplierFactorNumeric", Number(percent)),
        Amount("Amount", amount),
        basis is null || adjustment.Percent is null ? null : Amount("BaseAmount", basis.Value),
    ];

    // A reason must be told (BR-33, BR-38, BR-42, BR-44).
    private string Reason(bool isCharge) => (isCharge, _document.Language) switch { (true, "bg") => "Надбавка", (true, _) => "Charge", (false, "bg") => "Отстъпка", _ => "Discount" };

    private XElement Taxes() => new(Cac + "TaxTotal", Amount("TaxAmount", _totals.Tax), _totals.Taxes.Select(tax => new XElement(Cac + "TaxSubtotal",
        Amount("TaxableAmount", tax.Taxable), Amount("TaxAmount", tax.Amount), Category("TaxCategory", tax.Tax, withReason: true))));

    private XElement Sums() => new(Cac + "LegalMonetaryTotal", Amount("LineExtensionAmount", _totals.LineNet), Amount("TaxExclusiveAmount", _totals.TaxExclusive), Amount("TaxInclusiveAmount", _totals.TaxInclusive),
        Amount("AllowanceTotalAmount", _totals.Allowances), Amount("ChargeTotalAmount", _totals.Charges), Amount("PrepaidAmount", _totals.Prepaid), Amount("PayableAmount", _totals.Payable));

    private XElement Line(DocumentItem line, int index, string name, string quantity)
    {
        var counted = DocumentLine.Of(line.Quantity, line.UnitPrice!.Amount, Domain.Commerce.Tax.Of(line.TaxCategory!.Value, line.TaxPercent!.Value, line.TaxReason), line.PriceQuantity);
        var gross = LineTotals.Of(counted, _document.Currency).Gross;
        var unit = new XAttribute("unitCode", line.Unit!);
        return new XElement(Cac + name,
            Text("ID", (index + 1).ToString(CultureInfo.InvariantCulture)),
            new XElement(Cbc + quantity, unit, Number(line.Quantity)),
            Amount("LineExtensionAmount", _totals.Lines[index].Net),
            line.Adjustments.Select(a => a.Percent is { } percent ? Adjustment.OfPercent(percent, a.IsCharge, a.Reason) : Adjustment.OfAmount(a.Amount!.Amount, a.IsCharge, a.Reason))
                .Select(a => new XElement(Cac + "AllowanceCharge", Adjusted(a, a.Of(gross, _document.Currency), gross))),
            new XElement(Cac + "Item", Text("Description", line.Description), Text("Name", line.Name), Category("ClassifiedTaxCategory", counted.Tax, withReason: false)),
            new XElement(Cac + "Price", Amount("PriceAmount", line.UnitPrice.Amount), line.PriceQuantity == 1 ? null : new XElement(Cbc + "BaseQuantity", unit, Number(line.PriceQuantity))));
    }

    // What is outside the scope of VAT has no rate (BR-O-05).
    private static XElement Category(string name, Domain.Commerce.Tax tax, bool withReason) => new(Cac + name, Text("ID", tax.Category.Code()), tax.Category == TaxCategory.OutsideScope ? null : Text("Percent", Number(tax.Percent)),
        withReason ? Text("TaxExemptionReason", tax.Reason) : null, Scheme());

    private static XElement Scheme() => new(Cac + "TaxScheme", Text("ID", "VAT"));

    private XElement Amount(string name, decimal amount) => new(Cbc + name, new XAttribute("currencyID", _document.Currency), Money.Total(amount, _document.Currency).Amount.ToString(CultureInfo.InvariantCulture));

    private static XElement? Text(string name, string? text) => string.IsNullOrEmpty(text) ? null : new XElement(Cbc + name, Storable(text));

    /// <summary>The text without what XML 1.0 cannot hold.</summary>
    private static string Storable(string text)
    {
        var safe = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes()) safe.Append(rune.IsBmp && !XmlConvert.IsXmlChar((char)rune.Value) ? "\uFFFD" : rune.ToString());
        return safe.ToString();
    }

    private static string Number(decimal number) => number.ToString("0.##########", CultureInfo.InvariantCulture);

    private static string? Day(DateOnly? day) => day is { } known ? Instants.FormatDate(known) : null;
}
