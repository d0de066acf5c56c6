using Crm.Domain.Common;

namespace Crm.Domain.Orders;

/// <summary>An order was agreed, and its stock reserved.</summary>
public sealed record OrderConfirmed(Guid OrderId, string Number, Guid CustomerId, Guid? DealId, Guid? WarehouseId, Money Total) : IDomainEvent;

/// <summary>An order, or a part of it, was delivered.</summary>
/// <param name="OrderId">The order.</param>
/// <param name="Number">Its number.</param>
/// <param name="Status">Where it stands now.</param>
/// <param name="Delivered">What was delivered this time.</param>
/// <param name="Reference">What the delivery belongs to in other books.</param>
public sealed record OrderFulfilled(Guid OrderId, string Number, OrderStatus Status, ValueList<OrderDelivery> Delivered, string? Reference) : IDomainEvent;

/// <summary>An order was called off.</summary>
public sealed record OrderCancelled(Guid OrderId, string Number, OrderStatus Was, string? Reason) : IDomainEvent;

/// <summary>An invoice was drafted for an order.</summary>
public sealed record OrderInvoiced(Guid OrderId, string Number, Guid InvoiceId) : IDomainEvent;

/// <summary>The ways in which an order refuses.</summary>
public static class OrderErrors
{
    /// <summary>409: it does not stand where that can be done.</summary>
    public static CrmException Stands(OrderStatus status, string what) =>
        CrmException.Conflict("INVALID_STATE", $"An order that is {Spelt(status)} cannot be {what}.");

    /// <summary>409: there is nothing on it.</summary>
    public static CrmException Empty() => Refuse("INVALID_STATE", "lineItems", "An order without lines cannot be confirmed.");

    /// <summary>422: nothing says which warehouse it is taken from.</summary>
    public static CrmException NoWarehouse() => CrmException.Unprocessable("warehouseId", "is required: there is neither a default warehouse nor a single active one");

    /// <summary>409: less is available than it wants; by the path of the line.</summary>
    public static CrmException Insufficient(IReadOnlyDictionary<string, string[]> errors) => new(ErrorKind.Conflict, "INSUFFICIENT_STOCK", "There is not that much available.", errors);

    /// <summary>409: the customer would owe more than he may.</summary>
    public static CrmException CreditExceeded(Money limit, decimal owed) => Refuse("CREDIT_LIMIT_EXCEEDED", "customerId",
        FormattableString.Invariant($"The customer may owe {limit.Amount} {limit.Currency}, and owes {owed} {limit.Currency} without this order."));

    /// <summary>409: what he would owe cannot be compared with what he may.</summary>
    public static CrmException CreditInOtherCurrency(Money limit, string currency) => Refuse("CREDIT_LIMIT_EXCEEDED", "currency",
        $"The customer's credit limit is in {limit.Currency}, the order in {currency}: they cannot be compared.");

    /// <summary>409: more would be delivered than is left.</summary>
    public static CrmException TooMuch(IReadOnlyDictionary<string, string[]> errors) => new(ErrorKind.Conflict, "INVALID_STATE", "There is not that much left to deliver.", errors);

    /// <summary>409: there is an invoice for it.</summary>
    public static CrmException Invoiced() => Refuse("INVALID_STATE", "invoiceId", "There is an invoice for this order: delete the draft, or declare it void or credit it, first.");

    private static string Spelt(OrderStatus status) => status switch
    {
        OrderStatus.PartiallyFulfilled => "partially fulfilled",
        _ => status.ToString().ToLowerInvariant(),
    };

    private static CrmException Refuse(string code, string member, string message) => new(ErrorKind.Conflict, code, message, new Dictionary<string, string[]> { [member] = [message] });
}
