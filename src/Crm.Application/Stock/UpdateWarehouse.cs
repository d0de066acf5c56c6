using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Records;
using Crm.Domain.Stock;

namespace Crm.Application.Stock;

/// <summary>Changes what is stated about a warehouse. As the new default it takes that from the former one.</summary>
[Requires(Permissions.WarehousesWrite)]
public sealed record UpdateWarehouse(Guid Id, Patch<WarehouseDetails> Changes) : ChangesRecord<Warehouse, WarehouseDetails>(Id, Changes);

internal sealed class UpdateWarehouseHandler(IWarehouseRepository warehouses) : ICommandHandler<UpdateWarehouse, Guid>
{
    public async Task<Guid> Handle(UpdateWarehouse command, CancellationToken ct)
    {
        // The former default is locked first, whoever it is, so that two commands that swap it never wait for each other in a ring.
        var former = command.Changes.Has("isDefault") ? await warehouses.FindDefaultAsync(ct) : null;
        var warehouse = await warehouses.GetAsync(command.Id, ct);
        var details = command.Changes.ApplyTo(warehouse.Details);
        if (details.IsDefault && former is not null && former.Id != warehouse.Id) former.StepDown();
        warehouse.Revise(details);
        return warehouse.Id;
    }
}
