using Crm.Application.Abstractions;
using Crm.Application.Commerce;
using Crm.Application.Resources;
using Crm.Domain.Common;
using Crm.Domain.Orders;
using FluentValidation;

namespace Crm.Application.Orders;

/// <summary>Drafts an order. UNPROCESSABLE names a line whose product, price or tax is not found.</summary>
[Requires(Permissions.OrdersWrite)]
public sealed record CreateOrder(OrderDetails Details) : ICommand<Guid>;

internal sealed class CreateOrderValidator : AbstractValidator<CreateOrder>
{
    public CreateOrderValidator(OrderResource orders) => RuleFor(c => c.Details).Meets(orders);
}

internal sealed class CreateOrderHandler(OrderDrafts drafts) : ICommandHandler<CreateOrder, Guid>
{
    public Task<Guid> Handle(CreateOrder command, CancellationToken ct) => drafts.AddAsync(command.Details, ct);
}

/// <summary>Drafts orders: from what a caller states, and from what was agreed in other documents.</summary>
public sealed class OrderDrafts(IRepository<Order> orders, INumbers numbers, DocumentSettings settings) : ISharedByUseCases
{
    /// <summary>Drafts an order; its id.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED, UNPROCESSABLE by path.</exception>
    public async Task<Guid> AddAsync(OrderDetails details, CancellationToken ct)
    {
        var setting = await settings.OfAsync(details, ct);
        var order = Order.Draft(Ids.New(setting.Now), await numbers.NextAsync("order", ct), details, setting);
        orders.Add(order);
        return order.Id;
    }
}
