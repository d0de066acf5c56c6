using Crm.Application.Documents;
using Crm.Domain.Commerce;
using Crm.Domain.Common;
using Crm.Domain.Documents;

namespace Crm.Application.Commerce;

/// <summary>An offer, an order or an invoice as its row holds it: what is printed of every kind. A kind adds what is its own.</summary>
public abstract record PrintedRecord
{
    /// <summary>Its number; null while it has none.</summary>
    public string? Number { get; init; }
    /// <summary>Who buys.</summary>
    public required Guid CustomerId { get; init; }
    /// <summary>ISO 4217.</summary>
    public required string Currency { get; init; }
    /// <summary>The language it is written in.</summary>
    public required string Language { get; init; }
    /// <summary>What the buyer wants to see on it.</summary>
    public string? BuyerReference { get; init; }
    /// <summary>Free text.</summary>
    public string? Notes { get; init; }
    /// <summary>What is sold.</summary>
    public required ValueList<DocumentItem> LineItems { get; init; }
    /// <summary>What is taken off the whole, or added to it.</summary>
    public required ValueList<DocumentAdjustment> Adjustments { get; init; }
    /// <summary>The tax per category and rate.</summary>
    public required ValueList<DocumentTax> Taxes { get; init; }
    /// <summary>Sum of the lines' nets.</summary>
    public required Money LineTotal { get; init; }
    /// <summary>Sum of the document's allowances.</summary>
    public required Money AllowanceTotal { get; init; }
    /// <summary>Sum of the document's charges.</summary>
    public required Money ChargeTotal { get; init; }
    /// <summary>Without tax.</summary>
    public required Money NetTotal { get; init; }
    /// <summary>The tax.</summary>
    public required Money TaxTotal { get; init; }
    /// <summary>With tax.</summary>
    public required Money Total { get; init; }
    /// <summary>The template that was kept with it; null for the built-in one.</summary>
    public Guid? TemplateId { get; init; }
    /// <summary>The version of that template; null where none was kept.</summary>
    public int? TemplateVersion { get; init; }
    /// <summary>Who sells, where that was fixed.</summary>
    public DocumentParty? Seller { get; init; }
    /// <summary>Who buys, where that was fixed.</summary>
    public DocumentParty? Buyer { get; init; }
    /// <summary>When it changed last.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>What kind of document it is.</summary>
    public abstract DocumentType Type { get; }

    /// <summary>What it is always printed with; null where that may change.</summary>
    public TemplateUse? Template => TemplateVersion is { } version ? new TemplateUse(TemplateId, version) : null;

    /// <summary>Since when it is as it is printed.</summary>
    public virtual DateTimeOffset PrintedAt => UpdatedAt;

    /// <summary>The day it bears; the day it is printed, where it has none.</summary>
    /// <param name="zone">The organization's zone.</param>
    /// <param name="today">The day it is there.</param>
    public virtual DateOnly DayIn(string zone, DateOnly today) => today;

    /// <summary>What is shown of it in a language. A draft has no parties of its own yet: those that it would be issued with.</summary>
    public virtual PrintedDocument In(string language, DocumentParty seller, DocumentParty buyer, DateOnly day) =>
        new(Type, Number ?? DocumentLabels.DraftIn(language), day, Currency, Party(seller, language), Party(buyer, language))
        {
            Reference = BuyerReference, Notes = Notes,
            Lines = [.. LineItems.Select(line => Line(line, language))],
            Taxes = [.. Taxes.Select(tax => new PrintedTax(tax.Percent == 0 ? null : tax.Percent, tax.Taxable.Amount, tax.Tax.Amount, tax.Reason))],
            LineTotal = LineTotal.Amount, Allowances = AllowanceTotal.Amount, Charges = ChargeTotal.Amount, NetTotal = NetTotal.Amount, TaxTotal = TaxTotal.Amount,
            Total = Total.Amount, Payable = Total.Amount, AllowanceReasons = Reasons(isCharge: false), ChargeReasons = Reasons(isCharge: true),
        };

    private string? Reasons(bool isCharge) =>
        string.Join(", ", Adjustments.Where(a => a.IsCharge == isCharge && !string.IsNullOrEmpty(a.Reason)).Select(a => a.Reason).Distinct()) is { Length: > 0 } reasons ? reasons : null;

    /// <summary>A line as it is printed.</summary>
    protected PrintedLine Line(DocumentItem line, string language)
    {
        var (price, net) = (line.UnitPrice!.Amount / line.PriceQuantity, line.Net!.Amount);
        var gross = Rounding.ToMinorUnit(line.Quantity * line.UnitPrice.Amount / line.PriceQuantity, Currency);
        // What is added to a line is part of its price; only what is taken off is told.
        var discount = Math.Max(0, Math.Abs(gross) - Math.Abs(net));
        return new PrintedLine(line.Name!, line.Description, line.Quantity, DocumentLabels.UnitIn(line.Unit!, language), price, discount, line.TaxPercent == 0 ? null : line.TaxPercent, net);
    }

    private static PrintedParty Party(DocumentParty party, string language) => new(party.Name ?? "")
    {
        AddressLines = PrintedParty.Lines(party.Address, party.PostalCode, party.City, party.Country, language),
        VatId = party.VatId, RegistrationNumber = party.RegistrationNumber, Email = party.Email, Phone = party.Phone, Iban = party.Iban, Bic = party.Bic,
    };
}
