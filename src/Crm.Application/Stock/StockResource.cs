using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Resources;
using Crm.Domain.Stock;

namespace Crm.Application.Stock;

/// <summary>The declaration of stock levels: read only, because movements alone change them.</summary>
public sealed class StockResource : Resource<StockLevel, StockLevelDetails>
{
    /// <summary>Declares the members.</summary>
    public StockResource() : base("stock", "stock level")
    {
        Table = "stocks";
        ReadOnly("productId", FieldKind.Id).NotNull().Refers("products").Says("The product.");
        ReadOnly("warehouseId", FieldKind.Id).NotNull().Refers("warehouses").Says("The warehouse.");
        ReadOnly("onHand", FieldKind.Decimal).NotNull().Sort().Says("What is there, in the product's unit: the sum of all movements.", "12");
        ReadOnly("reserved", FieldKind.Decimal).NotNull().Sort().Says("What of it is promised to orders.", "2");
        ReadOnly("available", FieldKind.Decimal).NotNull().Sort().Says("What may be taken or promised: on hand less reserved.", "10");
        Kept();
    }

    /// <inheritdoc/>
    protected override ICommand<Guid> Create(StockLevelDetails details) => throw new NotSupportedException("Movements open levels.");

    /// <inheritdoc/>
    protected override ICommand<Guid> Update(Guid id, Patch<StockLevelDetails> patch) => throw new NotSupportedException("Movements change levels.");
}

/// <summary>A level's own members, as events carry them.</summary>
public sealed record StockLevelState : StockLevelDetails
{
    /// <summary>What is there.</summary>
    public decimal OnHand { get; init; }
    /// <summary>What of it is reserved.</summary>
    public decimal Reserved { get; init; }
}

internal sealed class StockLevelStateProfile : StateProfile<StockLevel, StockLevelDetails, StockLevelState>;
