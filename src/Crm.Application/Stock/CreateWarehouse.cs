using Crm.Application.Abstractions;
using Crm.Application.Resources;
using Crm.Domain.Common;
using Crm.Domain.Stock;
using FluentValidation;

namespace Crm.Application.Stock;

/// <summary>Sets up a new warehouse. DUPLICATE when its code is taken.</summary>
[Requires(Permissions.WarehousesWrite)]
public sealed record CreateWarehouse(WarehouseDetails Details) : ICommand<Guid>;

internal sealed class CreateWarehouseValidator : AbstractValidator<CreateWarehouse>
{
    public CreateWarehouseValidator(WarehouseResource warehouses) => RuleFor(c => c.Details).Meets(warehouses);
}

internal sealed class CreateWarehouseHandler(IRepository<Warehouse> warehouses, TimeProvider clock) : ICommandHandler<CreateWarehouse, Guid>
{
    public Task<Guid> Handle(CreateWarehouse command, CancellationToken ct)
    {
        var warehouse = Warehouse.Establish(Ids.New(clock.GetUtcNow()), command.Details);
        warehouses.Add(warehouse);
        return Task.FromResult(warehouse.Id);
    }
}
