using Crm.Application.Abstractions;
using Crm.Application.Stock;
using Crm.Domain.Stock;

namespace Crm.Infrastructure.Persistence;

internal sealed class WarehouseRepository(CrmDbContext db, TenantSession session, IRequestContext context) : Repository<Warehouse>(db, context), IWarehouseRepository
{
    public Task<Warehouse?> FindDefaultAsync(CancellationToken ct) => FirstAloneAsync(session, "default warehouse", warehouses => warehouses.Where(w => w.Details.IsDefault && w.DeletedAt == null), ct);
}
