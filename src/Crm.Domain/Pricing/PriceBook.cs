using Crm.Domain.Common;

namespace Crm.Domain.Pricing;

/// <summary>What users state about a price book.</summary>
public record PriceBookDetails : RecordDetails
{
    /// <summary>What it is called, 1–300 characters.</summary>
    public required string Name { get; init; }
    /// <summary>The currency of its prices: ISO 4217.</summary>
    public required string Currency { get; init; }
    /// <summary>The first day of its prices; from ever, when absent.</summary>
    public DateOnly? ValidFrom { get; init; }
    /// <summary>The last day of its prices; for good, when absent.</summary>
    public DateOnly? ValidTo { get; init; }
    /// <summary>The one customer it is for.</summary>
    public Guid? CustomerId { get; init; }
    /// <summary>The customers it is for: those that carry this tag, 1–50 characters.</summary>
    public string? Segment { get; init; }
    /// <summary>Which of several goes first, the higher: −1,000,000 to 1,000,000.</summary>
    public int Priority { get; init; }
    /// <summary>Whether its prices count.</summary>
    public bool IsActive { get; init; } = true;
    /// <summary>Free text, at most 20,000 characters.</summary>
    public string? Description { get; init; }
}

/// <summary>A list of prices in one currency: for everybody, for a segment or for one customer. Every member sees it.</summary>
public sealed class PriceBook : Record<PriceBook, PriceBookDetails>, IUnrestricted
{
    private PriceBook() { }

    /// <summary>Publishes a new price book. Raises <see cref="Created{PriceBook}"/>.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED: no name, an unknown currency, an end before the beginning, a customer and a segment at once.</exception>
    public static PriceBook Publish(Guid id, PriceBookDetails details)
    {
        var book = new PriceBook { Id = id };
        book.Begin(details);
        return book;
    }

    /// <inheritdoc/>
    protected override void Guard(PriceBookDetails? before, PriceBookDetails after)
    {
        Require.Text(after.Name, "name");
        if (!Currency.IsKnown(after.Currency)) throw CrmException.Validation("currency", "must be an ISO 4217 code");
        if (after.ValidTo < after.ValidFrom) throw CrmException.Validation("validTo", "must not be before validFrom");
        if (after.Segment is "") throw CrmException.Validation("segment", "must not be empty");
        if (after is { CustomerId: not null, Segment: not null }) throw CrmException.Validation("segment", "must not be given together with customerId");
    }
}
