using Crm.Domain.Commerce;
using Crm.Domain.Common;

namespace Crm.Domain.Orders;

/// <summary>What a customer wants delivered. As a draft it may change; confirming it reserves its stock, and from then on nothing of it changes but its labels and what became of it.</summary>
public sealed class Order : Document<Order, OrderDetails>
{
    private const int LongestReason = 2_000;

    private Order() { }

    /// <summary>Its number, such as <c>O-1</c>: given with the draft.</summary>
    public string Number { get; private set; } = null!;

    /// <summary>Where it stands.</summary>
    public OrderStatus Status { get; private set; }

    /// <summary>When it was confirmed.</summary>
    public DateTimeOffset? ConfirmedAt { get; private set; }

    /// <summary>When the last of it was delivered.</summary>
    public DateTimeOffset? FulfilledAt { get; private set; }

    /// <summary>When it was called off.</summary>
    public DateTimeOffset? CancelledAt { get; private set; }

    /// <summary>Why it was called off.</summary>
    public string? CancelReason { get; private set; }

    /// <summary>What was delivered of each line, all in all.</summary>
    public ValueList<OrderDelivery> Deliveries { get; private set; } = [];

    /// <summary>What its lines take from the stock, as it was when it was confirmed.</summary>
    public ValueList<OrderAllocation> Allocations { get; private set; } = [];

    /// <summary>The warehouse its stock is reserved in; null when it takes nothing from one.</summary>
    public Guid? ReservedInId { get; private set; }

    /// <summary>The last invoice that was drafted for it.</summary>
    public Guid? InvoiceId { get; private set; }

    /// <summary>The accepted offer that it was made of.</summary>
    public Guid? OfferId { get; private set; }

    /// <summary>Drafts an order. Raises <see cref="Created{Order}"/>.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED, UNPROCESSABLE by path.</exception>
    public static Order Draft(Guid id, long number, OrderDetails details, DocumentSetting setting)
    {
        var order = new Order { Id = id, Number = $"O-{number}" };
        order.Begin(order.Settle(null, details, setting));
        return order;
    }

    /// <summary>Drafts an order with what was agreed in an offer, as it was settled there. Raises <see cref="Created{Order}"/>.</summary>
    public static Order DraftOf(Guid id, long number, OrderDetails settled, Guid offerId)
    {
        var order = new Order { Id = id, Number = $"O-{number}", OfferId = offerId };
        order.Begin(order.Counted(settled));
        return order;
    }

    /// <inheritdoc/>
    protected override bool IsDraft => Status == OrderStatus.Draft && InvoiceId is null;

    /// <summary>Confirms the order. Answers what it takes from the stock, to be reserved in the same transaction. Raises <see cref="OrderConfirmed"/>.</summary>
    /// <exception cref="CrmException">
    /// INVALID_STATE: it is no draft, or empty. CREDIT_LIMIT_EXCEEDED: the customer would owe more than he may. UNPROCESSABLE: nothing says which warehouse it is taken from.
    /// VALIDATION_FAILED: components of a bundle in a quantity finer than stock is counted.
    /// </exception>
    public IReadOnlyList<StockNeed> Confirm(OrderSetting setting)
    {
        if (Status != OrderStatus.Draft) throw OrderErrors.Stands(Status, "confirmed");
        if (Details.LineItems.Count == 0) throw OrderErrors.Empty();
        if (setting.CreditLimit is { } limit)
        {
            if (limit.Currency != Total.Currency) throw OrderErrors.CreditInOtherCurrency(limit, Total.Currency);
            if (setting.Owed + Total.Amount > limit.Amount) throw OrderErrors.CreditExceeded(limit, setting.Owed);
        }
        if (setting is { Allocations.Count: > 0, WarehouseId: null }) throw OrderErrors.NoWarehouse();
        (Status, ConfirmedAt, Allocations) = (OrderStatus.Confirmed, setting.Now, setting.Allocations);
        ReservedInId = Allocations.Count > 0 ? setting.WarehouseId : null;
        var needs = Needs(line => line.Quantity);
        Raise(new OrderConfirmed(Id, Number, Details.CustomerId, Details.DealId, ReservedInId, Total));
        return needs;
    }

    /// <summary>Delivers lines of it, or all that is left. Answers what leaves the stock, in the same transaction. Raises <see cref="OrderFulfilled"/>.</summary>
    /// <param name="lines">What is delivered; all that is left, when null.</param>
    /// <param name="reference">What the delivery belongs to in other books, at most 300 characters.</param>
    /// <exception cref="CrmException">
    /// INVALID_STATE: it is not confirmed, or less is left. VALIDATION_FAILED: a quantity out of range, a line named twice. UNPROCESSABLE: a line of another order.
    /// </exception>
    public IReadOnlyList<StockNeed> Fulfil(IReadOnlyList<OrderDelivery>? lines, string? reference, DateTimeOffset now)
    {
        if (Status is not (OrderStatus.Confirmed or OrderStatus.PartiallyFulfilled)) throw OrderErrors.Stands(Status, "fulfilled");
        var delivered = lines is null ? [.. Details.LineItems.Select(line => new OrderDelivery(line.Id!.Value, Left(line))).Where(d => d.Quantity > 0)] : Checked(lines);
        var parts = delivered.ToDictionary(d => d.LineItemId, d => d.Quantity);
        var needs = Needs(line => parts.GetValueOrDefault(line.Id!.Value));
        Deliveries = ValueList.Of(Details.LineItems.Select(line => new OrderDelivery(line.Id!.Value, line.Quantity - Left(line) + parts.GetValueOrDefault(line.Id!.Value))).Where(d => d.Quantity > 0));
        Status = Details.LineItems.All(line => Left(line) == 0) ? OrderStatus.Fulfilled : OrderStatus.PartiallyFulfilled;
        if (Status == OrderStatus.Fulfilled) FulfilledAt = now;
        Raise(new OrderFulfilled(Id, Number, Status, ValueList.Of(delivered), reference));
        return needs;
    }

    /// <summary>Calls the order off; what was delivered stays delivered. Answers what is to be released, in the same transaction. Raises <see cref="OrderCancelled"/>.</summary>
    /// <param name="reason">Why, at most 2,000 characters.</param>
    /// <exception cref="CrmException">INVALID_STATE: it is fulfilled, or called off already. VALIDATION_FAILED: the reason is too long.</exception>
    public IReadOnlyList<StockNeed> Cancel(string? reason, DateTimeOffset now)
    {
        if (Status is OrderStatus.Fulfilled or OrderStatus.Cancelled) throw OrderErrors.Stands(Status, "cancelled");
        if (reason is not null && Characters.Exceed(reason, LongestReason)) throw CrmException.Validation("reason", $"must be at most {LongestReason} characters");
        var needs = Needs(Left);
        var was = Status;
        (Status, CancelledAt, CancelReason) = (OrderStatus.Cancelled, now, reason);
        Raise(new OrderCancelled(Id, Number, was, reason));
        return needs;
    }

    /// <summary>Notes the invoice that was drafted for it. Raises <see cref="OrderInvoiced"/>.</summary>
    /// <exception cref="CrmException">INVALID_STATE: it is called off, or a draft whose prices nobody has agreed to.</exception>
    public void Invoice(Guid invoiceId)
    {
        if (Status == OrderStatus.Cancelled || Status == OrderStatus.Draft && OfferId is null) throw OrderErrors.Stands(Status, "invoiced");
        InvoiceId = invoiceId;
        Raise(new OrderInvoiced(Id, Number, invoiceId));
    }

    /// <inheritdoc/>
    protected override CrmException Agreed() => Status == OrderStatus.Draft ? OrderErrors.Invoiced() : OrderErrors.Stands(Status, "changed or deleted");

    /// <inheritdoc/>
    protected override void Guard(OrderDetails? before, OrderDetails after) { }

    private decimal Left(DocumentItem line) => line.Quantity - (Deliveries.FirstOrDefault(d => d.LineItemId == line.Id)?.Quantity ?? 0);

    /// <summary>What so much of each line takes from the stock, product by product.</summary>
    private List<StockNeed> Needs(Func<DocumentItem, decimal> quantity)
    {
        var (needs, errors) = (new List<StockNeed>(), new Dictionary<string, string[]>());
        for (var i = 0; i < Details.LineItems.Count; i++)
        {
            var (line, path) = (Details.LineItems[i], $"lineItems[{i}].quantity");
            if (quantity(line) is var wanted && wanted == 0) continue;
            foreach (var allocation in Allocations.Where(a => a.LineItemId == line.Id))
            {
                // Both factors have six decimals at most, and stock is counted in six.
                var needed = wanted * allocation.PerUnit;
                if (!Require.IsQuantity(needed)) errors[path] = ["its components come to a quantity out of the range of stock, or with more than 6 decimals"];
                else if (needs.FindIndex(n => n.ProductId == allocation.ProductId) is >= 0 and var at) needs[at] = needs[at] with { Quantity = needs[at].Quantity + needed };
                else needs.Add(new StockNeed(allocation.ProductId, needed, path));
            }
        }
        foreach (var need in needs.Where(n => !Require.IsQuantity(n.Quantity))) errors[need.Path] = ["the lines of its product come to a quantity out of the range of stock"];
        return errors.Count == 0 ? needs : throw CrmException.Validation(errors);
    }

    private IReadOnlyList<OrderDelivery> Checked(IReadOnlyList<OrderDelivery> lines)
    {
        var (wrong, unknown, tooMuch) = (new Dictionary<string, string[]>(), new Dictionary<string, string[]>(), new Dictionary<string, string[]>());
        if (lines.Count == 0) wrong["lines"] = ["must not be empty"];
        for (var i = 0; i < lines.Count; i++)
        {
            var (sent, line) = (lines[i], Details.LineItems.FirstOrDefault(l => l.Id == lines[i].LineItemId));
            if (sent.Quantity < 0 || !Require.IsQuantity(sent.Quantity)) wrong[$"lines[{i}].quantity"] = ["must be above 0, below 10^9 and have at most 6 decimals"];
            else if (lines.Take(i).Any(l => l.LineItemId == sent.LineItemId)) wrong[$"lines[{i}].lineItemId"] = ["is given more than once"];
            else if (line is null) unknown[$"lines[{i}].lineItemId"] = ["is no line of this order"];
            else if (sent.Quantity > Left(line)) tooMuch[$"lines[{i}].quantity"] = [FormattableString.Invariant($"only {Left(line)} left")];
        }
        if (wrong.Count > 0) throw CrmException.Validation(wrong);
        if (unknown.Count > 0) throw new CrmException(ErrorKind.Unprocessable, "UNPROCESSABLE", "The request refers to what is not there.", unknown);
        return tooMuch.Count == 0 ? lines : throw OrderErrors.TooMuch(tooMuch);
    }
}
