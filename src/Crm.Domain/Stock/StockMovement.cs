using Crm.Domain.Common;

namespace Crm.Domain.Stock;

/// <summary>What moved stock.</summary>
public enum StockMovementKind
{
    /// <summary>Goods came in: adds the quantity.</summary>
    Receipt,
    /// <summary>Goods went out: takes the quantity.</summary>
    Issue,
    /// <summary>A count found more (above 0) or less (below 0) than the books.</summary>
    Adjustment,
    /// <summary>Goods went to another warehouse: taken from one, added to the other.</summary>
    Transfer,
    /// <summary>An order was promised the quantity. Written by orders only.</summary>
    Reserve,
    /// <summary>A promise was taken back or fulfilled. Written by orders only.</summary>
    Release,
}

/// <summary>What users state about a movement of stock.</summary>
public record StockMovementDetails : RecordDetails
{
    /// <summary>The product that moved; it is stocked.</summary>
    public required Guid ProductId { get; init; }
    /// <summary>The warehouse whose stock it moved; of a transfer the one it left, and of its other half the one it came to.</summary>
    public required Guid WarehouseId { get; init; }
    /// <summary>Of a transfer: where the goods go.</summary>
    public Guid? ToWarehouseId { get; init; }
    /// <summary>What moved it.</summary>
    public required StockMovementKind Kind { get; init; }
    /// <summary>How much, in the product's unit: above 0 and below 10^9, at most 6 decimals. Only an adjustment may be below 0.</summary>
    public required decimal Quantity { get; init; }
    /// <summary>Why, at most 2,000 characters.</summary>
    public string? Reason { get; init; }
    /// <summary>What it belongs to in other books: a delivery note, an order's number.</summary>
    public string? Reference { get; init; }
    /// <summary>When it happened; when it was booked, unless stated. Not more than a day ahead.</summary>
    public DateTimeOffset? OccurredAt { get; init; }
}

/// <summary>What a movement needs to know besides the levels.</summary>
/// <param name="IsStocked">Whether the product is one of which stock is kept.</param>
/// <param name="TakesIn">Whether the warehouse that goods come to is active.</param>
/// <param name="Now">The time.</param>
public sealed record StockSetting(bool IsStocked, bool TakesIn, DateTimeOffset Now);

/// <summary>
/// An entry of the stock ledger. It is written once together with the level it moves and never changes nor goes: what was wrong is put right by another one.
/// </summary>
public sealed class StockMovement : Record<StockMovement, StockMovementDetails>, IUnrestricted
{
    private StockMovement() { }

    /// <summary>What it added to what is there; negative when it took something.</summary>
    public decimal Change { get; private set; }

    /// <summary>What it added to what is reserved; negative when it released something.</summary>
    public decimal ReservedChange { get; private set; }

    /// <summary>What was there afterwards.</summary>
    public decimal OnHand { get; private set; }

    /// <summary>What of it was reserved afterwards.</summary>
    public decimal Reserved { get; private set; }

    /// <summary>Of a transfer: its other half.</summary>
    public Guid? CounterpartId { get; private set; }

    /// <summary>The order that moved it.</summary>
    public Guid? OrderId { get; private set; }

    /// <summary>Books a movement of one level. Raises <see cref="Created{StockMovement}"/>, and the level <see cref="StockMoved"/>.</summary>
    /// <exception cref="CrmException">
    /// VALIDATION_FAILED: the quantity, or a time that is ahead. INVALID_STATE: no stock is kept of the product, or the warehouse takes nothing in. INSUFFICIENT_STOCK: more would leave than is available.
    /// </exception>
    public static StockMovement Book(Guid id, StockMovementDetails details, StockLevel level, StockSetting setting)
    {
        if (details.Kind == StockMovementKind.Transfer) throw new InvalidOperationException("A transfer moves two levels.");
        if (details.ToWarehouseId is not null) throw CrmException.Validation("toWarehouseId", "goes with a transfer only");
        var quantity = details.Quantity;
        return details.Kind switch
        {
            StockMovementKind.Receipt => Write(id, details, level, setting, quantity, 0),
            StockMovementKind.Issue => Write(id, details, level, setting, -quantity, 0),
            StockMovementKind.Reserve => Write(id, details, level, setting, 0, quantity),
            StockMovementKind.Release => Write(id, details, level, setting, 0, -quantity),
            _ => Write(id, details, level, setting, quantity, 0),
        };
    }

    /// <summary>Books a transfer: the half that leaves, then the half that arrives.</summary>
    /// <exception cref="CrmException">As <see cref="Book"/>; VALIDATION_FAILED: no other warehouse to go to.</exception>
    public static (StockMovement Out, StockMovement In) Transfer(Guid outId, Guid inId, StockMovementDetails details, StockLevel from, StockLevel to, StockSetting setting)
    {
        var leaving = Write(outId, details, from, setting, -details.Quantity, 0);
        // The other half has neither the key nor the labels of the one that was sent.
        var arriving = Write(inId, details with { WarehouseId = to.Details.WarehouseId, ToWarehouseId = null, ExternalId = null, Tags = Tags.None }, to, setting, details.Quantity, 0);
        (leaving.CounterpartId, arriving.CounterpartId) = (inId, outId);
        return (leaving, arriving);
    }

    /// <summary>
    /// Books what an order reserves, releases, or takes of what was reserved for it: the latter leaves what is there and what is reserved in one entry. Raises
    /// <see cref="Created{StockMovement}"/>, and the level <see cref="StockMoved"/>.
    /// </summary>
    /// <exception cref="CrmException">VALIDATION_FAILED: the quantity. INSUFFICIENT_STOCK: less is available than is reserved, or less is reserved than is released or taken.</exception>
    public static StockMovement OfOrder(Guid id, StockMovementKind kind, StockLevel level, decimal quantity, Guid orderId, string reference, DateTimeOffset now)
    {
        var (change, reservedChange) = kind switch
        {
            StockMovementKind.Reserve => (0, quantity),
            StockMovementKind.Release => (0, -quantity),
            StockMovementKind.Issue => (-quantity, -quantity),
            _ => throw new InvalidOperationException("Orders reserve, release and issue."),
        };
        var details = new StockMovementDetails { ProductId = level.Details.ProductId, WarehouseId = level.Details.WarehouseId, Kind = kind, Quantity = quantity, Reference = reference };
        var movement = Write(id, details, level, new StockSetting(IsStocked: true, TakesIn: true, now), change, reservedChange);
        movement.OrderId = orderId;
        return movement;
    }

    private static StockMovement Write(Guid id, StockMovementDetails details, StockLevel level, StockSetting setting, decimal change, decimal reservedChange)
    {
        if (details.OccurredAt > setting.Now.AddDays(1)) throw CrmException.Validation("occurredAt", "must not be more than a day ahead");
        var movement = new StockMovement { Id = id };
        movement.Begin(details with { OccurredAt = details.OccurredAt ?? setting.Now });
        if (!setting.IsStocked) throw StockErrors.NotStocked();
        if (change > 0 && details.Kind != StockMovementKind.Adjustment && !setting.TakesIn) throw StockErrors.Inactive();
        level.Follow(id, details.Kind, change, reservedChange);
        (movement.Change, movement.ReservedChange, movement.OnHand, movement.Reserved) = (change, reservedChange, level.OnHand, level.Reserved);
        return movement;
    }

    /// <inheritdoc/>
    protected override void Guard(StockMovementDetails? before, StockMovementDetails after)
    {
        Require.Quantity(after.Quantity, "quantity");
        if (after.Kind != StockMovementKind.Adjustment && after.Quantity < 0) throw CrmException.Validation("quantity", "must be above 0; only an ADJUSTMENT may be below");
    }
}

/// <summary>The ways in which stock refuses.</summary>
public static class StockErrors
{
    /// <summary>409: more is wanted than is available.</summary>
    public static CrmException Insufficient(decimal available) => new(ErrorKind.Conflict, "INSUFFICIENT_STOCK", "There is not that much available.",
        new Dictionary<string, string[]> { ["quantity"] = [FormattableString.Invariant($"only {available} available")] });

    /// <summary>409: a level would leave its range.</summary>
    public static CrmException TooMuch() => Refuse("quantity", "A level stays below 10^12.");

    /// <summary>409: the product is none of which stock is kept.</summary>
    public static CrmException NotStocked() => Refuse("productId", "No stock is kept of this product: set its isStocked first.");

    /// <summary>409: the warehouse takes nothing in.</summary>
    public static CrmException Inactive() => Refuse("warehouseId", "The warehouse is not active and takes nothing in.");

    private static CrmException Refuse(string member, string message) => new(ErrorKind.Conflict, "INVALID_STATE", message, new Dictionary<string, string[]> { [member] = [message] });
}
