using Crm.Application.Abstractions;
using Crm.Application.Resources;
using Crm.Domain.Common;
using Crm.Domain.Stock;
using FluentValidation;

namespace Crm.Application.Stock;

/// <summary>
/// Writes a movement into the ledger and moves the level with it; a transfer writes two and answers the half that leaves. INSUFFICIENT_STOCK: more would leave than is
/// available. INVALID_STATE: no stock is kept of the product, or the warehouse is not active.
/// </summary>
[Requires(Permissions.StockWrite)]
public sealed record MoveStock(StockMovementDetails Details) : ICommand<Guid>;

internal sealed class MoveStockValidator : AbstractValidator<MoveStock>
{
    public MoveStockValidator(StockMovementResource movements)
    {
        RuleFor(c => c.Details).Meets(movements);
        RuleFor(c => c.Details).Custom((details, context) =>
        {
            if (details.Kind is StockMovementKind.Reserve or StockMovementKind.Release) context.AddFailure("kind", "is written by orders only");
            if (details.Kind == StockMovementKind.Transfer && details.ToWarehouseId is null) context.AddFailure("toWarehouseId", "is required for a transfer");
            if (details.Kind == StockMovementKind.Transfer && details.ToWarehouseId == details.WarehouseId) context.AddFailure("toWarehouseId", "must be another warehouse");
        });
    }
}

internal sealed class MoveStockHandler(IRepository<StockMovement> movements, IStockLevelRepository levels, TimeProvider clock) : ICommandHandler<MoveStock, Guid>
{
    public async Task<Guid> Handle(MoveStock command, CancellationToken ct)
    {
        var (details, now) = (command.Details, clock.GetUtcNow());
        var setting = await levels.SettingAsync(details.ProductId, details.ToWarehouseId ?? details.WarehouseId, ct);
        var here = new StockPlace(details.ProductId, details.WarehouseId);
        if (details.Kind != StockMovementKind.Transfer)
        {
            var movement = StockMovement.Book(Ids.New(now), details, (await levels.HoldAsync([here], ct))[here], setting);
            movements.Add(movement);
            return movement.Id;
        }
        var there = here with { WarehouseId = details.ToWarehouseId!.Value };
        var held = await levels.HoldAsync([here, there], ct);
        var (leaving, arriving) = StockMovement.Transfer(Ids.New(now), Ids.New(now), details, held[here], held[there], setting);
        movements.Add(leaving);
        movements.Add(arriving);
        return leaving.Id;
    }
}
