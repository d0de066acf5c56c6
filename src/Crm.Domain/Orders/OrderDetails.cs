using Crm.Domain.Commerce;
using Crm.Domain.Common;

namespace Crm.Domain.Orders;

/// <summary>Where an order stands.</summary>
public enum OrderStatus
{
    /// <summary>Being written; it may change.</summary>
    Draft,
    /// <summary>Agreed: its stock is reserved, and it changes no more.</summary>
    Confirmed,
    /// <summary>Some of it has been delivered.</summary>
    PartiallyFulfilled,
    /// <summary>All of it has been delivered.</summary>
    Fulfilled,
    /// <summary>Called off; what was reserved is free again.</summary>
    Cancelled,
}

/// <summary>What users state about an order.</summary>
public record OrderDetails : DocumentDetails
{
    /// <summary>Where the goods are taken from; the default warehouse, else the only active one, unless stated.</summary>
    public Guid? WarehouseId { get; init; }
    /// <summary>The day on which the customer wants it.</summary>
    public DateOnly? RequestedDate { get; init; }
    /// <summary>Where it goes, when that is not the customer's address: at most 2,000 characters.</summary>
    public string? DeliveryAddress { get; init; }
}

/// <summary>How much of a line was delivered.</summary>
/// <param name="LineItemId">The line.</param>
/// <param name="Quantity">How much, in the line's unit: above 0, at most the line's quantity.</param>
public sealed record OrderDelivery(Guid LineItemId, decimal Quantity);

/// <summary>What a line takes from the stock, as it was agreed: the product itself, or the components of a bundle.</summary>
/// <param name="LineItemId">The line.</param>
/// <param name="ProductId">The product whose stock it takes.</param>
/// <param name="PerUnit">How much of it for one of the line.</param>
public sealed record OrderAllocation(Guid LineItemId, Guid ProductId, decimal PerUnit);

/// <summary>How much of a product an order takes from the stock of its warehouse.</summary>
/// <param name="ProductId">The product.</param>
/// <param name="Quantity">How much, above 0.</param>
/// <param name="Path">The first line that wants it, such as <c>lineItems[2].quantity</c>.</param>
public sealed record StockNeed(Guid ProductId, decimal Quantity, string Path);

/// <summary>What confirming an order depends on besides its own details.</summary>
/// <param name="WarehouseId">The warehouse to take from: the order's, else the default one, else the only active one; null when there is none such.</param>
/// <param name="Allocations">What its lines take from the stock.</param>
/// <param name="CreditLimit">How much the customer may owe; null when he may owe anything.</param>
/// <param name="Owed">What he owes already, in the currency of the limit: what is due of invoices, and orders that are not invoiced yet.</param>
/// <param name="Now">The instant.</param>
public sealed record OrderSetting(Guid? WarehouseId, ValueList<OrderAllocation> Allocations, Money? CreditLimit, decimal Owed, DateTimeOffset Now);
