using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Domain.Common;
using Crm.Domain.Orders;
using Crm.Domain.Stock;
using FluentValidation;

namespace Crm.Application.Orders;

/// <summary>
/// Delivers an order, or a part of it: what was reserved for it leaves the stock. 409 INVALID_STATE when it is not confirmed, or less is left than is delivered; 422 for a line of
/// another order.
/// </summary>
/// <param name="Id">The order.</param>
/// <param name="Lines">What is delivered: lines by their id, and how much; all that is left, when absent.</param>
/// <param name="Reference">What the delivery belongs to in other books, such as a delivery note; the order's number, when absent. At most 300 characters.</param>
[Requires(Permissions.OrdersWrite)]
public sealed record FulfilOrder(Guid Id, [Example("null")] ValueList<OrderDelivery>? Lines = null, [Example("\"DN-1047\"")] string? Reference = null) : ICommand<Guid>, IAuditedSubject
{
    string? IAuditedSubject.Resource => "orders";
    Guid? IAuditedSubject.RecordId => Id;
}

internal sealed class FulfilOrderValidator : AbstractValidator<FulfilOrder>
{
    public FulfilOrderValidator()
    {
        RuleFor(c => c.Lines).Must(lines => lines is null || lines.Count <= 1_000).WithMessage("must be at most 1000").OverridePropertyName("lines");
        RuleFor(c => c.Reference).Must(r => r is null || !Characters.Exceed(r, 300)).WithMessage("must be at most 300 characters").OverridePropertyName("reference");
    }
}

internal sealed class FulfilOrderHandler(IRepository<Order> orders, OrderStock stock, TimeProvider clock) : ICommandHandler<FulfilOrder, Guid>
{
    public async Task<Guid> Handle(FulfilOrder command, CancellationToken ct)
    {
        var order = await orders.GetAsync(command.Id, ct);
        var needs = order.Fulfil(command.Lines, command.Reference, clock.GetUtcNow());
        await stock.MoveAsync(order, StockMovementKind.Issue, needs, command.Reference, ct);
        return order.Id;
    }
}
