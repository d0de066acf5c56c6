using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Records;
using Crm.Domain.Stock;

namespace Crm.Application.Stock;

/// <summary>Changes what is stated about a warehouse.</summary>
[Requires(Permissions.WarehousesWrite)]
public sealed record UpdateWarehouse(Guid Id, Patch<WarehouseDetails> Changes) : ChangesRecord<Warehouse, WarehouseDetails>(Id, Changes);

internal sealed class UpdateWarehouseHandler(IRepository<Warehouse> warehouses) : RevisesRecord<UpdateWarehouse, Warehouse, WarehouseDetails>(warehouses);
