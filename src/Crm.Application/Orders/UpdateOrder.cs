using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Commerce;
using Crm.Application.Records;
using Crm.Domain.Orders;

namespace Crm.Application.Orders;

/// <summary>Changes what is stated about a draft; of a confirmed order its labels (tags, external id, custom fields, owner) alone. INVALID_STATE: it is confirmed.</summary>
[Requires(Permissions.OrdersWrite)]
public sealed record UpdateOrder(Guid Id, Patch<OrderDetails> Changes) : ChangesRecord<Order, OrderDetails>(Id, Changes);

internal sealed class UpdateOrderHandler(IRepository<Order> orders, DocumentSettings settings) : ICommandHandler<UpdateOrder, Guid>
{
    public async Task<Guid> Handle(UpdateOrder command, CancellationToken ct)
    {
        var order = await orders.GetAsync(command.Id, ct);
        var details = command.Changes.ApplyTo(order.Details);
        order.Revise(details, await settings.OfAsync(details, ct));
        return order.Id;
    }
}
