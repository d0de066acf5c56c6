using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Domain.Orders;
using Crm.Domain.Stock;

namespace Crm.Application.Orders;

/// <summary>
/// Confirms a draft: reserves its stock in its warehouse, and fixes its prices. 409 INSUFFICIENT_STOCK names the lines that want more than is available, CREDIT_LIMIT_EXCEEDED says
/// what the customer owes, INVALID_STATE that it is no draft or empty; 422 when nothing says which warehouse it is taken from.
/// </summary>
[Requires(Permissions.OrdersWrite)]
public sealed record ConfirmOrder(Guid Id) : ICommand<Guid>, IAuditedSubject
{
    string? IAuditedSubject.Resource => "orders";
    Guid? IAuditedSubject.RecordId => Id;
}

internal sealed class ConfirmOrderHandler(IRepository<Order> orders, IOrderCatalog catalog, OrderStock stock) : ICommandHandler<ConfirmOrder, Guid>
{
    public async Task<Guid> Handle(ConfirmOrder command, CancellationToken ct)
    {
        var order = await orders.GetAsync(command.Id, ct);
        var needs = order.Confirm(await catalog.SettingAsync(order, ct));
        await stock.MoveAsync(order, StockMovementKind.Reserve, needs, null, ct);
        return order.Id;
    }
}
