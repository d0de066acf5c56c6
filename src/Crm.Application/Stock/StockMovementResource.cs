using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Resources;
using Crm.Domain.Stock;

namespace Crm.Application.Stock;

/// <summary>The declaration of the stock ledger: entries are written and read, never changed.</summary>
public sealed class StockMovementResource : Resource<StockMovement, StockMovementDetails>
{
    /// <summary>Declares the members.</summary>
    public StockMovementResource() : base("stock-movements", "stock movement")
    {
        IsAppendOnly = true;
        Reference(x => x.ProductId, "products").Required().Says("The product; one with isStocked.");
        Reference(x => x.WarehouseId, "warehouses").Required().Says("The warehouse whose stock moves; of a transfer the one the goods leave, in its other half the one they come to.");
        Reference(x => x.ToWarehouseId, "warehouses").Says("Of a TRANSFER: the warehouse the goods go to.");
        Choice(x => x.Kind).Required().Says("RECEIPT adds, ISSUE takes, ADJUSTMENT puts the books right, TRANSFER moves between warehouses. RESERVE and RELEASE are written by orders only.", "\"RECEIPT\"");
        Other(x => x.Quantity, FieldKind.Decimal).Required().Sort().Says("How much, in the product's unit: above 0, at most 6 decimals. An ADJUSTMENT may be below 0.", "5");
        Text(x => x.Reason).Limit(2_000).Search().Says("Why.", "\"Delivery\"");
        Text(x => x.Reference).Search().Sort().Says("What it belongs to in other books: a delivery note, an order.", "\"DN-1047\"");
        Instant(x => x.OccurredAt).NotNull().Says("When it happened; when it was booked, when absent.", "\"2026-03-01T09:30:00Z\"");
        ReadOnly("change", FieldKind.Decimal).NotNull().Says("What it added to what is there; below 0 when it took something.");
        ReadOnly("reservedChange", FieldKind.Decimal).NotNull().Says("What it added to what is reserved; below 0 when it released something.");
        ReadOnly("onHand", FieldKind.Decimal).NotNull().Says("What was there afterwards.");
        ReadOnly("reserved", FieldKind.Decimal).NotNull().Says("What of it was reserved afterwards.");
        ReadOnly("counterpartId", FieldKind.Id).Refers("stock-movements").Says("Of a transfer: its other half.");
        ReadOnly("orderId", FieldKind.Id).Refers("orders").Says("The order that moved it.");
        Common();
    }

    /// <inheritdoc/>
    protected override string PermissionName => "stock";

    /// <inheritdoc/>
    protected override ICommand<Guid> Create(StockMovementDetails details) => new MoveStock(details);

    /// <inheritdoc/>
    protected override ICommand<Guid> Update(Guid id, Patch<StockMovementDetails> patch) => throw new NotSupportedException("The ledger never changes.");
}

/// <summary>A movement's own members, as events carry them.</summary>
public sealed record StockMovementState : StockMovementDetails
{
    /// <summary>What it added to what is there.</summary>
    public decimal Change { get; init; }
    /// <summary>What it added to what is reserved.</summary>
    public decimal ReservedChange { get; init; }
    /// <summary>What was there afterwards.</summary>
    public decimal OnHand { get; init; }
    /// <summary>What of it was reserved afterwards.</summary>
    public decimal Reserved { get; init; }
    /// <summary>The other half of a transfer.</summary>
    public Guid? CounterpartId { get; init; }
    /// <summary>The order that moved it.</summary>
    public Guid? OrderId { get; init; }
}

internal sealed class StockMovementStateProfile : StateProfile<StockMovement, StockMovementDetails, StockMovementState>;
