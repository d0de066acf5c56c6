using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Commerce;
using Crm.Application.Resources;
using Crm.Domain.Common;
using Crm.Domain.Orders;

namespace Crm.Application.Orders;

/// <summary>The declaration of orders.</summary>
public sealed class OrderResource : DocumentResource<Order, OrderDetails>
{
    /// <summary>Declares the members.</summary>
    public OrderResource() : base("orders", "order")
    {
        LimitName = "orders";
        KeptBy = [("stock_movements", "order_id")];
        ReadOnly("number", FieldKind.Text).NotNull().Search().Sort().Says("Its number; given with the draft.", "\"O-1\"");
        ReadOnly("status", FieldKind.Choice, typeof(OrderStatus)).NotNull().Sort().Says("Where it stands.", "\"DRAFT\"");
        Heading();
        Reference(x => x.WarehouseId, "warehouses").Says("Where the goods are taken from; the default warehouse, else the only active one, when absent.");
        Date(x => x.RequestedDate).Sort().Says("The day on which the customer wants it.", "\"2026-03-20\"");
        Text(x => x.DeliveryAddress).Limit(2_000).Says("Where it goes, when that is not the customer's address.", "\"12 Harbour Road, Varna\"");
        Body();
        ReadOnly<ValueList<OrderDelivery>>("deliveries", FieldKind.Embedded).NotNull().Says("How much of each line was delivered, all in all.", "[]");
        ReadOnly<ValueList<OrderAllocation>>("allocations", FieldKind.Embedded).NotNull().Says("What its lines take from the stock, as it was when it was confirmed: the product, or the components of a bundle.", "[]");
        ReadOnly("reservedInId", FieldKind.Id).Refers("warehouses").Says("The warehouse its stock is reserved in.");
        ReadOnly("invoiceId", FieldKind.Id).Refers("invoices").Says("The last invoice that was drafted for it.");
        ReadOnly("offerId", FieldKind.Id).Refers("offers").Says("The accepted offer that it was made of.");
        ReadOnly("confirmedAt", FieldKind.Instant).Sort().Says("When it was confirmed.");
        ReadOnly("fulfilledAt", FieldKind.Instant).Sort().Says("When the last of it was delivered.");
        ReadOnly("cancelledAt", FieldKind.Instant).Sort().Says("When it was called off.");
        ReadOnly("cancelReason", FieldKind.Text).Says("Why it was called off.");
        Common();
    }

    /// <inheritdoc/>
    protected override ICommand<Guid> Create(OrderDetails details) => new CreateOrder(details);

    /// <inheritdoc/>
    protected override ICommand<Guid> Update(Guid id, Patch<OrderDetails> patch) => new UpdateOrder(id, patch);
}

/// <summary>An order's own members, as events carry them.</summary>
public sealed record OrderState : OrderDetails, IDocumentState
{
    /// <summary>Its number.</summary>
    public string? Number { get; init; }
    /// <summary>Where it stands.</summary>
    public OrderStatus Status { get; init; }
    /// <inheritdoc/>
    [WrittenInline]
    public DocumentSums Sums { get; init; } = new();
    /// <summary>What was delivered of each line.</summary>
    public ValueList<OrderDelivery> Deliveries { get; init; } = [];
    /// <summary>What its lines take from the stock.</summary>
    public ValueList<OrderAllocation> Allocations { get; init; } = [];
    /// <summary>The warehouse its stock is reserved in.</summary>
    public Guid? ReservedInId { get; init; }
    /// <summary>The last invoice that was drafted for it.</summary>
    public Guid? InvoiceId { get; init; }
    /// <summary>The accepted offer that it was made of.</summary>
    public Guid? OfferId { get; init; }
    /// <summary>When it was confirmed.</summary>
    public DateTimeOffset? ConfirmedAt { get; init; }
    /// <summary>When the last of it was delivered.</summary>
    public DateTimeOffset? FulfilledAt { get; init; }
    /// <summary>When it was called off.</summary>
    public DateTimeOffset? CancelledAt { get; init; }
    /// <summary>Why it was called off.</summary>
    public string? CancelReason { get; init; }
}

internal sealed class OrderStateProfile : DocumentStateProfile<Order, OrderDetails, OrderState>;
