using Crm.Application.Abstractions;
using Crm.Application.Stock;
using Crm.Domain.Common;
using Crm.Domain.Orders;
using Crm.Domain.Stock;

namespace Crm.Application.Orders;

/// <summary>Moves the stock of orders: all that an act moves at once, in one order of locks.</summary>
public sealed class OrderStock(IRepository<StockMovement> movements, IStockLevelRepository levels, TimeProvider clock) : ISharedByUseCases
{
    /// <summary>Reserves, releases, or issues what was reserved.</summary>
    /// <exception cref="CrmException">INSUFFICIENT_STOCK by the paths of the lines: less is available than they want.</exception>
    public async Task MoveAsync(Order order, StockMovementKind kind, IReadOnlyList<StockNeed> needs, string? reference, CancellationToken ct)
    {
        if (needs.Count == 0) return;
        var (warehouse, now) = (order.ReservedInId!.Value, clock.GetUtcNow());
        var held = await levels.HoldAsync([.. needs.Select(PlaceOf)], ct);
        if (kind == StockMovementKind.Reserve)
        {
            var missing = needs.Where(need => LevelOf(need).Available < need.Quantity).ToLookup(need => need.Path, need => LevelOf(need).Available);
            if (missing.Count > 0) throw OrderErrors.Insufficient(missing.ToDictionary(m => m.Key, m => m.Select(available => FormattableString.Invariant($"only {available} available")).Distinct().ToArray()));
        }
        foreach (var need in needs)
            movements.Add(StockMovement.OfOrder(Ids.New(now), kind, LevelOf(need), need.Quantity, order.Id, reference ?? order.Number, now));

        StockPlace PlaceOf(StockNeed need) => new(need.ProductId, warehouse);
        StockLevel LevelOf(StockNeed need) => held[PlaceOf(need)];
    }
}
