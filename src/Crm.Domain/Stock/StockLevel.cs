using Crm.Domain.Common;

namespace Crm.Domain.Stock;

/// <summary>Which product in which warehouse.</summary>
public readonly record struct StockPlace(Guid ProductId, Guid WarehouseId);

/// <summary>What a stock level is about.</summary>
public record StockLevelDetails : RecordDetails
{
    /// <summary>The product.</summary>
    public required Guid ProductId { get; init; }
    /// <summary>The warehouse.</summary>
    public required Guid WarehouseId { get; init; }
}

/// <summary>What there is of a product changed in a warehouse.</summary>
/// <param name="Id">The level's id.</param>
/// <param name="ProductId">The product.</param>
/// <param name="WarehouseId">The warehouse.</param>
/// <param name="MovementId">The movement that did it.</param>
/// <param name="Kind">What kind of movement it was.</param>
/// <param name="Change">What it added to what is there; negative when it took something.</param>
/// <param name="ReservedChange">What it added to what is reserved; negative when it released something.</param>
/// <param name="OnHand">What is there now.</param>
/// <param name="Reserved">What of it is reserved now.</param>
public sealed record StockMoved(Guid Id, Guid ProductId, Guid WarehouseId, Guid MovementId, StockMovementKind Kind, decimal Change, decimal ReservedChange, decimal OnHand, decimal Reserved) : IDomainEvent;

/// <summary>
/// How much of a product there is in a warehouse: always the sum of its movements, and always 0 ≤ reserved ≤ on hand. It opens with the first movement and stays.
/// </summary>
[RecordName("stock")]
public sealed class StockLevel : Record<StockLevel, StockLevelDetails>, IUnrestricted
{
    /// <summary>Levels are below this.</summary>
    public const decimal Limit = 1_000_000_000_000m;

    private StockLevel() { }

    /// <summary>What is there, in the product's unit: from 0, below 10^12, at most 6 decimals.</summary>
    public decimal OnHand { get; private set; }

    /// <summary>What of it is promised to orders: from 0 to what is there.</summary>
    public decimal Reserved { get; private set; }

    /// <summary>What may be taken or promised: on hand − reserved.</summary>
    public decimal Available => OnHand - Reserved;

    /// <summary>Where it is.</summary>
    public StockPlace Place => new(Details.ProductId, Details.WarehouseId);

    /// <summary>Opens an empty level. Raises <see cref="Created{StockLevel}"/>.</summary>
    public static StockLevel Open(Guid id, StockPlace place)
    {
        var level = new StockLevel { Id = id };
        level.Begin(new StockLevelDetails { ProductId = place.ProductId, WarehouseId = place.WarehouseId });
        return level;
    }

    /// <summary>Follows a movement. Raises <see cref="StockMoved"/>.</summary>
    /// <exception cref="CrmException">INSUFFICIENT_STOCK: less is available than is taken or reserved, or less is reserved than is released. INVALID_STATE: there would be 10^12 or more.</exception>
    internal void Follow(Guid movementId, StockMovementKind kind, decimal change, decimal reservedChange)
    {
        var (onHand, reserved) = (OnHand + change, Reserved + reservedChange);
        if (onHand < reserved || reserved < 0) throw StockErrors.Insufficient(Available);
        if (onHand >= Limit) throw StockErrors.TooMuch();
        (OnHand, Reserved) = (onHand, reserved);
        Raise(new StockMoved(Id, Details.ProductId, Details.WarehouseId, movementId, kind, change, reservedChange, onHand, reserved));
    }

    /// <inheritdoc/>
    protected override void Guard(StockLevelDetails? before, StockLevelDetails after) { }
}
