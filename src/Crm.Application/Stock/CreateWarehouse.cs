using Crm.Application.Abstractions;
using Crm.Application.Resources;
using Crm.Domain.Common;
using Crm.Domain.Stock;
using FluentValidation;

namespace Crm.Application.Stock;

/// <summary>Sets up a new warehouse. As the new default it takes that from the former one. DUPLICATE when its code is taken.</summary>
[Requires(Permissions.WarehousesWrite)]
public sealed record CreateWarehouse(WarehouseDetails Details) : ICommand<Guid>;

internal sealed class CreateWarehouseValidator : AbstractValidator<CreateWarehouse>
{
    public CreateWarehouseValidator(WarehouseResource warehouses) => RuleFor(c => c.Details).Meets(warehouses);
}

internal sealed class CreateWarehouseHandler(IWarehouseRepository warehouses, TimeProvider clock) : ICommandHandler<CreateWarehouse, Guid>
{
    public async Task<Guid> Handle(CreateWarehouse command, CancellationToken ct)
    {
        var warehouse = Warehouse.Establish(Ids.New(clock.GetUtcNow()), command.Details);
        if (warehouse.Details.IsDefault && await warehouses.FindDefaultAsync(ct) is { } former) former.StepDown();
        warehouses.Add(warehouse);
        return warehouse.Id;
    }
}
