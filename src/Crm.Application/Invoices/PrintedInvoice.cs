using Crm.Application.Documents;
using Crm.Domain.Commerce;
using Crm.Domain.Common;
using Crm.Domain.Documents;
using Crm.Domain.Invoices;

namespace Crm.Application.Invoices;

/// <summary>
/// An invoice or credit note as it is printed: what it was when it was issued. What was paid or credited since is not on it, because an issued document never changes.
/// </summary>
internal sealed record PrintedInvoice
{
    public InvoiceKind Kind { get; init; }
    public string? Number { get; init; }
    public DateOnly? IssueDate { get; init; }
    public DateOnly? DueDate { get; init; }
    public DateOnly? DeliveryDate { get; init; }
    public required Guid CustomerId { get; init; }
    public required string Currency { get; init; }
    public required string Language { get; init; }
    public string? BuyerReference { get; init; }
    public string? Notes { get; init; }
    public required ValueList<DocumentItem> LineItems { get; init; }
    public required ValueList<DocumentTax> Taxes { get; init; }
    public required Money LineTotal { get; init; }
    public required Money AllowanceTotal { get; init; }
    public required Money ChargeTotal { get; init; }
    public required Money NetTotal { get; init; }
    public required Money TaxTotal { get; init; }
    public required Money Total { get; init; }
    public Money? Prepaid { get; init; }
    public DocumentParty? Seller { get; init; }
    public DocumentParty? Buyer { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }
    public DateTimeOffset? IssuedAt { get; init; }

    /// <summary>What is shown of it in a language. A draft has no parties of its own yet: those that it would be issued with.</summary>
    public PrintedDocument In(string language, DocumentParty seller, DocumentParty buyer, DateOnly today)
    {
        var prepaid = Prepaid?.Amount ?? 0;
        return new PrintedDocument(DocumentType.Invoice, Number ?? DocumentLabels.DraftIn(language), IssueDate ?? today, Currency, Party(seller), Party(buyer))
        {
            Title = Kind == InvoiceKind.CreditNote ? DocumentLabels.CreditNoteIn(language) : null,
            DueDate = Kind == InvoiceKind.CreditNote ? null : DueDate, DeliveryDate = DeliveryDate, Reference = BuyerReference, Notes = Notes,
            Lines = [.. LineItems.Select(line => Line(line, language))],
            Taxes = [.. Taxes.Select(tax => new PrintedTax(tax.Percent == 0 ? null : tax.Percent, tax.Taxable.Amount, tax.Tax.Amount, tax.Reason))],
            LineTotal = LineTotal.Amount, Allowances = AllowanceTotal.Amount, Charges = ChargeTotal.Amount, NetTotal = NetTotal.Amount, TaxTotal = TaxTotal.Amount,
            Total = Total.Amount, Prepaid = prepaid, Payable = Total.Amount - prepaid,
        };
    }

    private PrintedLine Line(DocumentItem line, string language)
    {
        var (price, net) = (line.UnitPrice!.Amount / line.PriceQuantity, line.Net!.Amount);
        var gross = Rounding.ToMinorUnit(line.Quantity * line.UnitPrice.Amount / line.PriceQuantity, Currency);
        // What is added to a line is part of its price; only what is taken off is told.
        var discount = Math.Max(0, Math.Abs(gross) - Math.Abs(net));
        return new PrintedLine(line.Name!, line.Description, line.Quantity, DocumentLabels.UnitIn(line.Unit!, language), price, discount, line.TaxPercent == 0 ? null : line.TaxPercent, net);
    }

    private static PrintedParty Party(DocumentParty party) => new(party.Name ?? "")
    {
        AddressLines = PrintedParty.Lines(party.Address, party.PostalCode, party.City, party.Country),
        VatId = party.VatId, RegistrationNumber = party.RegistrationNumber, Email = party.Email, Phone = party.Phone, Iban = party.Iban, Bic = party.Bic,
    };
}
