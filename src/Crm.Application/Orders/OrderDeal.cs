using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Application.Commerce;
using Crm.Domain.Common;
using Crm.Domain.Deals;
using Crm.Domain.Orders;

namespace Crm.Application.Orders;

/// <summary>
/// Drafts an order with the lines of a deal: products, quantities and the prices that were agreed; what the deal leaves open is found as in any order. 409 INVALID_STATE when the deal is
/// lost, or has no lines; 422 when it names no customer.
/// </summary>
/// <param name="Id">The deal.</param>
/// <param name="WarehouseId">Where the goods are taken from; the default warehouse, else the only active one, when absent.</param>
[Requires(Permissions.OrdersWrite)]
public sealed record OrderDeal(Guid Id, Guid? WarehouseId = null) : ICommand<Guid>, IAuditedSubject
{
    string? IAuditedSubject.Resource => "deals";
    Guid? IAuditedSubject.RecordId => Id;
}

internal sealed class OrderDealHandler(IRepository<Deal> deals, OrderDrafts drafts) : ICommandHandler<OrderDeal, Guid>
{
    public async Task<Guid> Handle(OrderDeal command, CancellationToken ct)
    {
        var deal = await deals.GetAsync(command.Id, ct);
        var details = deal.Details;
        DealLines.EnsureThere(deal);
        return await drafts.AddAsync(new OrderDetails
        {
            CustomerId = DealLines.Customer(details), ContactId = details.ContactId, DealId = deal.Id, OwnerId = details.OwnerId, WarehouseId = command.WarehouseId,
            Currency = DealLines.Currency(details), LineItems = DealLines.Of(details),
        }, ct);
    }
}
