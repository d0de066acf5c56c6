using Crm.Domain.Common;
using Crm.Domain.Documents;

namespace Crm.Application.Documents;

/// <summary>A seller or buyer as documents show them.</summary>
public sealed record PrintedParty(string Name)
{
    /// <summary>Street, place, country: line by line.</summary>
    public IReadOnlyList<string> AddressLines { get; init; } = [];
    /// <summary>An address as these lines: street, postal code and city, the country by its name in a language; what is absent is no line.</summary>
    public static IReadOnlyList<string> Lines(string? address, string? postalCode, string? city, string? country, string language) =>
        [.. new[] { address, $"{postalCode} {city}".Trim(), country is null ? null : CountryNames.Of(country, language) }.OfType<string>().Where(line => line.Length > 0)];
    /// <summary>The VAT identifier.</summary>
    public string? VatId { get; init; }
    /// <summary>The number in the register of companies.</summary>
    public string? RegistrationNumber { get; init; }
    /// <summary>The e-mail address.</summary>
    public string? Email { get; init; }
    /// <summary>The telephone number.</summary>
    public string? Phone { get; init; }
    /// <summary>The account (ISO 13616).</summary>
    public string? Iban { get; init; }
    /// <summary>The account's bank (ISO 9362).</summary>
    public string? Bic { get; init; }
    /// <summary>The bank's name.</summary>
    public string? Bank { get; init; }
}

/// <summary>A line of a document as it is printed; amounts in the document's currency.</summary>
/// <param name="Unit">In words, such as <c>pcs</c>.</param>
/// <param name="UnitPrice">Without tax.</param>
/// <param name="Discount">What was taken off, 0 or more.</param>
/// <param name="TaxPercent">The rate of tax; null when none is charged.</param>
/// <param name="NetAmount">Without tax, after the discount.</param>
public sealed record PrintedLine(string Name, string? Description, decimal Quantity, string? Unit, decimal UnitPrice, decimal Discount, decimal? TaxPercent, decimal NetAmount);

/// <summary>The tax of one rate (EN 16931, BG-23).</summary>
/// <param name="Percent">The rate; null when none is charged.</param>
/// <param name="Base">What it is of.</param>
/// <param name="Amount">What it comes to.</param>
/// <param name="Reason">Why none is charged.</param>
public sealed record PrintedTax(decimal? Percent, decimal Base, decimal Amount, string? Reason);

/// <summary>
/// An offer, order, invoice or reminder as it is printed, whatever keeps it. <see cref="ToVariables"/> writes it down in the words and
/// forms of a language, under the names that templates use.
/// </summary>
public sealed record PrintedDocument(DocumentType Type, string Number, DateOnly Date, string Currency, PrintedParty Seller, PrintedParty Customer)
{
    /// <summary>What it is called; the word for its type, when absent.</summary>
    public string? Title { get; init; }
    /// <summary>Until when it is to be paid.</summary>
    public DateOnly? DueDate { get; init; }
    /// <summary>Until when an offer stands.</summary>
    public DateOnly? ValidUntil { get; init; }
    /// <summary>When the goods were delivered.</summary>
    public DateOnly? DeliveryDate { get; init; }
    /// <summary>The buyer's own number for it.</summary>
    public string? Reference { get; init; }
    /// <summary>Remarks.</summary>
    public string? Notes { get; init; }
    /// <summary>When and how to pay, in words.</summary>
    public string? PaymentTerms { get; init; }
    /// <summary>Where it can be paid.</summary>
    public string? PaymentUrl { get; init; }
    /// <summary>The lines, in order.</summary>
    public IReadOnlyList<PrintedLine> Lines { get; init; } = [];
    /// <summary>Of an offer: what can be taken besides.</summary>
    public IReadOnlyList<PrintedLine> Options { get; init; } = [];
    /// <summary>The tax by rate.</summary>
    public IReadOnlyList<PrintedTax> Taxes { get; init; } = [];
    /// <summary>The sum of the lines.</summary>
    public decimal LineTotal { get; init; }
    /// <summary>What is taken off the whole.</summary>
    public decimal Allowances { get; init; }
    /// <summary>Why it is taken off (EN 16931, BT-97).</summary>
    public string? AllowanceReasons { get; init; }
    /// <summary>What is added to the whole.</summary>
    public decimal Charges { get; init; }
    /// <summary>Why it is added (EN 16931, BT-104).</summary>
    public string? ChargeReasons { get; init; }
    /// <summary>Without tax.</summary>
    public decimal NetTotal { get; init; }
    /// <summary>All tax.</summary>
    public decimal TaxTotal { get; init; }
    /// <summary>With tax.</summary>
    public decimal Total { get; init; }
    /// <summary>What was paid before.</summary>
    public decimal Prepaid { get; init; }
    /// <summary>What is to be paid.</summary>
    public decimal Payable { get; init; }
    /// <summary>Of a reminder: the how manieth it is, from 1.</summary>
    public int ReminderStage { get; init; }
    /// <summary>Of a reminder: how many days the invoice is overdue.</summary>
    public int DaysOverdue { get; init; }

    /// <summary>The values of the variables.</summary>
    public IReadOnlyDictionary<string, object?> ToVariables(string language)
    {
        var form = new DocumentForms(language, Currency);
        var values = new Dictionary<string, object?>
        {
            ["labels"] = DocumentLabels.Of(language),
            ["title"] = Title ?? DocumentLabels.TitleOf(Type, language),
            ["number"] = Number,
            ["date"] = form.Date(Date),
            ["dueDate"] = form.Date(DueDate),
            ["validUntil"] = form.Date(ValidUntil),
            ["deliveryDate"] = form.Date(DeliveryDate),
            ["currency"] = Currency,
            ["reference"] = Reference,
            ["notes"] = Notes,
            ["paymentTerms"] = PaymentTerms,
            ["paymentUrl"] = PaymentUrl,
            ["seller"] = Party(Seller),
            ["customer"] = Party(Customer),
            ["lines"] = Lines.Select((line, i) => (object?)Line(line, i + 1, form)).ToList(),
            ["taxes"] = Taxes.Select(tax => (object?)Tax(tax, form)).ToList(),
            ["lineTotal"] = form.Money(LineTotal),
            ["allowances"] = Allowances == 0 ? null : form.Money(Allowances),
            ["allowanceReasons"] = AllowanceReasons,
            ["charges"] = Charges == 0 ? null : form.Money(Charges),
            ["chargeReasons"] = ChargeReasons,
            ["netTotal"] = form.Money(NetTotal),
            ["taxTotal"] = form.Money(TaxTotal),
            ["total"] = form.Money(Total),
            ["prepaid"] = Prepaid == 0 ? null : form.Money(Prepaid),
            ["payable"] = form.Money(Payable),
        };
        if (Type == DocumentType.Offer) values["options"] = Options.Select((line, i) => (object?)Line(line, i + 1, form)).ToList();
        if (Type == DocumentType.Reminder)
            values["reminder"] = new Dictionary<string, object?> { ["stage"] = form.Number(ReminderStage), ["daysOverdue"] = form.Number(DaysOverdue) };
        return values;
    }

    private static Dictionary<string, object?> Party(PrintedParty party) => new()
    {
        ["name"] = party.Name,
        ["addressLines"] = party.AddressLines.Select(line => (object?)line).ToList(),
        ["address"] = string.Join(", ", party.AddressLines),
        ["vatId"] = party.VatId,
        ["registrationNumber"] = party.RegistrationNumber,
        ["email"] = party.Email,
        ["phone"] = party.Phone,
        ["iban"] = party.Iban,
        ["bic"] = party.Bic,
        ["bank"] = party.Bank,
    };

    private static Dictionary<string, object?> Line(PrintedLine line, int position, DocumentForms form) => new()
    {
        ["position"] = form.Number(position),
        ["name"] = line.Name,
        ["description"] = line.Description,
        ["quantity"] = form.Number(line.Quantity),
        ["unit"] = line.Unit,
        ["unitPrice"] = form.Price(line.UnitPrice),
        ["discount"] = line.Discount == 0 ? null : form.Amount(line.Discount),
        ["taxPercent"] = form.Percent(line.TaxPercent),
        ["netAmount"] = form.Amount(line.NetAmount),
    };

    private static Dictionary<string, object?> Tax(PrintedTax tax, DocumentForms form) => new()
    {
        ["percent"] = form.Percent(tax.Percent),
        ["base"] = form.Amount(tax.Base),
        ["amount"] = form.Amount(tax.Amount),
        ["reason"] = tax.Reason,
    };
}
