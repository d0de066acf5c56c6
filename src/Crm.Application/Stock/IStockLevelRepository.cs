using Crm.Application.Abstractions;
using Crm.Domain.Stock;

namespace Crm.Application.Stock;

/// <summary>Stock levels, with the questions of their own.</summary>
public interface IStockLevelRepository : IRepository<StockLevel>
{
    /// <summary>
    /// The levels of all these places, held until the transaction ends; those that are not there yet are opened. They are taken in one order whoever asks, by product and
    /// warehouse, so that nobody waits for another in a ring: a command asks once, for all it will move.
    /// </summary>
    Task<IReadOnlyDictionary<StockPlace, StockLevel>> HoldAsync(IReadOnlyCollection<StockPlace> places, CancellationToken ct);

    /// <summary>Takes the locks of these places, in that one order, and opens none: for many movements that will each ask for their own.</summary>
    Task LockAsync(IReadOnlyCollection<StockPlace> places, CancellationToken ct);

    /// <summary>Whether stock is kept of the product, and whether the warehouse takes goods in; what is not there is no matter here, references are checked later.</summary>
    Task<StockSetting> SettingAsync(Guid productId, Guid intoWarehouseId, CancellationToken ct);
}
