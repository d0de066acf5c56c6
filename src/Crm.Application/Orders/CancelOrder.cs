using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Domain.Orders;
using Crm.Domain.Stock;

namespace Crm.Application.Orders;

/// <summary>
/// Calls an order off: what is reserved for it is free again, what was delivered stays delivered. 409 INVALID_STATE when it is fulfilled, called off already, or there is an invoice
/// for it that is neither void nor credited.
/// </summary>
/// <param name="Id">The order.</param>
/// <param name="Reason">Why; at most 2,000 characters.</param>
[Requires(Permissions.OrdersWrite)]
public sealed record CancelOrder(Guid Id, [Example("\"Ordered twice\"")] string? Reason = null) : ICommand<Guid>, IAuditedSubject
{
    string? IAuditedSubject.Resource => "orders";
    Guid? IAuditedSubject.RecordId => Id;
}

internal sealed class CancelOrderHandler(IRepository<Order> orders, IOrderCatalog catalog, OrderStock stock, TimeProvider clock) : ICommandHandler<CancelOrder, Guid>
{
    public async Task<Guid> Handle(CancelOrder command, CancellationToken ct)
    {
        var order = await orders.GetAsync(command.Id, ct);
        var needs = order.Cancel(command.Reason, clock.GetUtcNow());
        if (order.InvoiceId is { } invoice && await catalog.IsInvoicedAsync(invoice, ct)) throw OrderErrors.Invoiced();
        await stock.MoveAsync(order, StockMovementKind.Release, needs, null, ct);
        return order.Id;
    }
}
