using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Resources;
using Crm.Domain.Pricing;

namespace Crm.Application.Pricing;

/// <summary>The declaration of the prices that stand in price books; every member of the tenant sees them.</summary>
public sealed class PriceResource : Resource<Price, PriceDetails>
{
    /// <summary>Declares the members.</summary>
    public PriceResource() : base("prices", "price")
    {
        AreIndependent = true;
        UniqueWithin = ["priceBookId", "productId"];
        Reference(x => x.PriceBookId, "price-books").Required().Says("The book it stands in, which says for whom, when and in what currency.");
        Reference(x => x.ProductId, "products").Required().Says("The product.");
        Other(x => x.MinQuantity, FieldKind.Decimal).NotNull().Sort().Says("From what quantity on it is the price; one for each quantity of a product in a book.", "1");
        Other(x => x.UnitPrice, FieldKind.Decimal).Required().Sort().Says("What one costs, in the book's currency; at most 6 decimals.", "4599.5");
        Common();
    }

    /// <inheritdoc/>
    protected override string PermissionName => "price-books";

    /// <inheritdoc/>
    protected override ICommand<Guid> Create(PriceDetails details) => new CreatePrice(details);

    /// <inheritdoc/>
    protected override ICommand<Guid> Update(Guid id, Patch<PriceDetails> patch) => new UpdatePrice(id, patch);
}

/// <summary>A price's own members, as events carry them.</summary>
public sealed record PriceState : PriceDetails;

internal sealed class PriceStateProfile : StateProfile<Price, PriceDetails, PriceState>;
