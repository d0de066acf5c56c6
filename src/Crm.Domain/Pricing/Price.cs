using Crm.Domain.Common;

namespace Crm.Domain.Pricing;

/// <summary>What users state about a price.</summary>
public record PriceDetails : RecordDetails
{
    /// <summary>The book it stands in, which says for whom, when and in what currency.</summary>
    public required Guid PriceBookId { get; init; }
    /// <summary>The product.</summary>
    public required Guid ProductId { get; init; }
    /// <summary>From what quantity on it is the price: above 0 and below 10^9, at most 6 decimals.</summary>
    public decimal MinQuantity { get; init; } = 1;
    /// <summary>What one costs, in the book's currency: from 0, below 10^13, at most 6 decimals. No amount of money: it is not rounded to the minor unit.</summary>
    public required decimal UnitPrice { get; init; }
}

/// <summary>What a product costs in a price book from a quantity on. Every member sees it.</summary>
public sealed class Price : Record<Price, PriceDetails>, IUnrestricted
{
    private Price() { }

    /// <summary>Sets a new price. Raises <see cref="Created{Price}"/>.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED: the quantity or the price is out of range.</exception>
    public static Price Set(Guid id, PriceDetails details)
    {
        var price = new Price { Id = id };
        price.Begin(details);
        return price;
    }

    /// <inheritdoc/>
    protected override void Guard(PriceDetails? before, PriceDetails after)
    {
        Require.Quantity(after.MinQuantity, "minQuantity");
        if (after.MinQuantity < 0) throw CrmException.Validation("minQuantity", "must be above 0");
        Require.UnitPrice(after.UnitPrice, "unitPrice");
    }
}
