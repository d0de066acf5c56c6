using Crm.Domain.Common;

namespace Crm.Domain.Commerce;

/// <summary>What users state about any offer, order or invoice. A kind of document adds what is its own.</summary>
public abstract record DocumentDetails : RecordDetails
{
    /// <summary>Who buys.</summary>
    public required Guid CustomerId { get; init; }
    /// <summary>Who is spoken to.</summary>
    public Guid? ContactId { get; init; }
    /// <summary>The deal it comes from.</summary>
    public Guid? DealId { get; init; }
    /// <summary>The salesperson.</summary>
    public Guid? OwnerId { get; init; }
    /// <summary>ISO 4217: the one currency of all its amounts; the organization's unless stated.</summary>
    public string? Currency { get; init; }
    /// <summary><c>en</c> or <c>bg</c>: the language it is written in; that of the organization's documents unless stated.</summary>
    public string? Language { get; init; }
    /// <summary>What the buyer wants to see on it, such as a cost centre or his order's number (BT-10), at most 300 characters.</summary>
    public string? BuyerReference { get; init; }
    /// <summary>Free text that stands on the document (BT-22), at most 20,000 characters.</summary>
    public string? Notes { get; init; }
    /// <summary>What is sold, at most 1,000 lines.</summary>
    public ValueList<DocumentItem> LineItems { get; init; } = [];
    /// <summary>Allowances and charges of the whole document (BG-20, BG-21), at most 20.</summary>
    public ValueList<DocumentAdjustment> Adjustments { get; init; } = [];
}

/// <summary>What is found for one line that leaves something open.</summary>
/// <param name="IsKnown">False when the line names a product that there is not.</param>
/// <param name="Name">The product's name.</param>
/// <param name="Unit">The product's unit.</param>
/// <param name="Price">What one costs in the document's currency, for its customer and quantity, on its day; at most 6 decimals.</param>
/// <param name="Tax">The rate for the product's tax code, or the organization's, in the seller's country on that day.</param>
public sealed record LineSetting(bool IsKnown = true, string? Name = null, string? Unit = null, decimal? Price = null, Tax? Tax = null)
{
    /// <summary>Nothing was found, or looked for.</summary>
    public static LineSetting Nothing { get; } = new();
}

/// <summary>What the rules of a document depend on besides its own details.</summary>
/// <param name="Currency">ISO 4217: the document's, when it states none.</param>
/// <param name="Language">The document's, when it states none.</param>
/// <param name="Lines">What was found for the lines as they were sent, in their order.</param>
/// <param name="Today">The day it is in the organization's zone.</param>
/// <param name="Now">The instant.</param>
public sealed record DocumentSetting(string Currency, string Language, IReadOnlyList<LineSetting> Lines, DateOnly Today, DateTimeOffset Now);
