using System.Text.Json;
using Crm.Application.Binding;
using Crm.Application.Records;
using Crm.Domain.Common;
using Crm.Domain.Stock;

namespace Crm.Application.Stock;

/// <summary>Holds the levels that the movements of a batch will move, all at once: each movement asks for its own later and has it already.</summary>
internal sealed class HoldLevelsOfMovements(IStockLevelRepository levels) : IHoldsForBatch
{
    public string Resource => "stock-movements";

    public Task HoldAsync(IReadOnlyList<JsonElement> created, CancellationToken ct) => levels.LockAsync([.. created.SelectMany(Places).Distinct()], ct);

    private static IEnumerable<StockPlace> Places(JsonElement movement)
    {
        if (Id(movement, "productId") is not { } product) yield break;
        foreach (var member in (string[])["warehouseId", "toWarehouseId"])
            if (Id(movement, member) is { } warehouse) yield return new StockPlace(product, warehouse);
    }

    private static Guid? Id(JsonElement movement, string member) =>
        movement.ValueKind == JsonValueKind.Object && movement.TryGetProperty(member, out var sent) && sent.ValueKind == JsonValueKind.String && JsonText.TryGet(sent, out var text)
            && Instants.TryParseUuid(text, out var id) ? id : null;
}
