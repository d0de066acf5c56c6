using Crm.Application.Abstractions;
using Crm.Application.Stock;
using Crm.Domain.Common;
using Crm.Domain.Stock;
using Dapper;
using Microsoft.EntityFrameworkCore;

namespace Crm.Infrastructure.Persistence;

internal sealed class StockLevelRepository(CrmDbContext db, TenantSession session, IRequestContext context, TimeProvider clock) : Repository<StockLevel>(db, context), IStockLevelRepository
{
    private const string Missing = """
        select exists (
          select from unnest(@Products, @Warehouses) as p (product_id, warehouse_id)
          where not exists (select from crm.stocks s where s.tenant_id = @TenantId and s.product_id = p.product_id and s.warehouse_id = p.warehouse_id and s.deleted_at is null))
        """;

    // Whoever opens levels does it one after the other, before he holds any: who holds one never waits for this.
    private const string Opening = "stock levels";

    private const string Lock = """
        select s.id from crm.stocks s
        where s.tenant_id = @TenantId and s.deleted_at is null and (s.product_id, s.warehouse_id) in (select p.product_id, p.warehouse_id from unnest(@Products, @Warehouses) as p (product_id, warehouse_id))
        order by s.product_id, s.warehouse_id for update of s
        """;

    private const string Setting = """
        select coalesce((select p.is_stocked from crm.products p where p.tenant_id = @TenantId and p.id = @ProductId), true) as IsStocked,
          coalesce((select w.is_active from crm.warehouses w where w.tenant_id = @TenantId and w.id = @WarehouseId), true) as TakesIn
        """;

    public async Task<IReadOnlyDictionary<StockPlace, StockLevel>> HoldAsync(IReadOnlyCollection<StockPlace> places, CancellationToken ct)
    {
        var (products, warehouses) = (places.Select(p => p.ProductId).ToArray(), places.Select(p => p.WarehouseId).ToArray());
        if (await session.Connection.ExecuteScalarAsync<bool>(new CommandDefinition(Missing, new { session.TenantId, Products = products, Warehouses = warehouses }, session.Transaction, cancellationToken: ct)))
            await session.HoldAsync(Opening, ct);
        var wanted = places.ToHashSet();
        // By product and warehouse apart, for the index; the few too many that this finds belong to the same order of locks.
        var found = await LockForUpdate.Locked(Db.Set<StockLevel>().Where(s => s.TenantId == session.TenantId && s.DeletedAt == null
            && products.Contains(s.Details.ProductId) && warehouses.Contains(s.Details.WarehouseId)).OrderBy(s => s.Details.ProductId).ThenBy(s => s.Details.WarehouseId)).ToListAsync(ct);
        var held = found.Where(s => wanted.Contains(s.Place)).ToDictionary(s => s.Place);
        foreach (var place in wanted.Where(p => !held.ContainsKey(p)))
        {
            held[place] = StockLevel.Open(Ids.New(clock.GetUtcNow()), place);
            Add(held[place]);
        }
        return held;
    }

    public async Task LockAsync(IReadOnlyCollection<StockPlace> places, CancellationToken ct)
    {
        if (places.Count == 0) return;
        var parameters = new { session.TenantId, Products = places.Select(p => p.ProductId).ToArray(), Warehouses = places.Select(p => p.WarehouseId).ToArray() };
        if (await session.Connection.ExecuteScalarAsync<bool>(new CommandDefinition(Missing, parameters, session.Transaction, cancellationToken: ct))) await session.HoldAsync(Opening, ct);
        await session.Connection.ExecuteAsync(new CommandDefinition(Lock, parameters, session.Transaction, cancellationToken: ct));
    }

    public async Task<StockSetting> SettingAsync(Guid productId, Guid intoWarehouseId, CancellationToken ct)
    {
        var (isStocked, takesIn) = await session.Connection.QuerySingleAsync<(bool, bool)>(
            new CommandDefinition(Setting, new { session.TenantId, ProductId = productId, WarehouseId = intoWarehouseId }, session.Transaction, cancellationToken: ct));
        return new StockSetting(isStocked, takesIn, clock.GetUtcNow());
    }
}
