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

    /// <summary>Lines that are settled like the others and count in no sum; offers have them.</summary>
    public virtual ValueList<DocumentItem> Options() => [];

    /// <summary>The same with other lines and options.</summary>
    public virtual DocumentDetails With(ValueList<DocumentItem> lines, ValueList<DocumentItem> options) => this with { LineItems = lines };

    /// <summary>
    /// What another document is to have that follows from this one, to the cent: who buys, how it is written, and these lines, each of which names the one it comes from. What is
    /// the other kind's own stays as it is stated there.
    /// </summary>
    /// <param name="own">The other document's details, with what is its own.</param>
    /// <param name="lines">Settled lines.</param>
    /// <param name="now">The instant.</param>
    public TDetails Followed<TDetails>(TDetails own, IEnumerable<DocumentItem> lines, DateTimeOffset now) where TDetails : DocumentDetails => own with
    {
        CustomerId = CustomerId, ContactId = ContactId, DealId = DealId, OwnerId = OwnerId, Currency = Currency, Language = Language, BuyerReference = BuyerReference, Notes = Notes,
        Adjustments = Adjustments, LineItems = Anew(lines, now),
    };

    /// <summary>Lines of one document as those of another: with ids of their own.</summary>
    protected static ValueList<DocumentItem> Anew(IEnumerable<DocumentItem> lines, DateTimeOffset now) => ValueList.Of(lines.Select(line => line with { Id = Ids.New(now), SourceItemId = line.Id }));
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
/// <param name="Lines">What was found for the lines as they were sent, in their order, and after them for the options.</param>
/// <param name="Today">The day it is in the organization's zone.</param>
/// <param name="Now">The instant.</param>
public sealed record DocumentSetting(string Currency, string Language, IReadOnlyList<LineSetting> Lines, DateOnly Today, DateTimeOffset Now);
