using Crm.Application.Abstractions;
using Crm.Domain.Stock;

namespace Crm.Application.Stock;

/// <summary>Loads warehouses, the default one too.</summary>
public interface IWarehouseRepository : IRepository<Warehouse>
{
    /// <summary>The tenant's default, locked, if there is one; no other command can make another one the default until the transaction ends.</summary>
    Task<Warehouse?> FindDefaultAsync(CancellationToken ct);
}
