using Crm.Application.Binding;
using Crm.Application.Deals;
using Crm.Domain.Common;
using Crm.Domain.Pipelines;
using Crm.Domain.Products;
using Dapper;

namespace Crm.Infrastructure.Persistence;

/// <summary>
/// Stages and prices for deals. The pipeline's row is share-locked: deals never wait for each other, but a change of the pipeline waits
/// for them and they for it, so no deal enters a stage that is just going.
/// </summary>
internal sealed class DealCatalog(TenantSession session, TransactionMemo memo) : IDealCatalog
{
    private const string Stages = """
        select p.id from crm.pipelines p
        where p.tenant_id = @TenantId and p.deleted_at is null and (p.id = @Id or (@Id is null and p.is_default)) for key share;
        select s.pipeline_id as PipelineId, s.id as Id, s.name as Name, s.probability as Probability, s.kind as Kind, s.position as Position
        from crm.pipeline_stages s join crm.pipelines p on p.tenant_id = @TenantId and p.id = s.pipeline_id
        where s.tenant_id = @TenantId and s.deleted_at is null and p.deleted_at is null and (p.id = @Id or (@Id is null and p.is_default))
        order by s.position, s.id
        """;

    private const string Prices = """
        select p.id as Id, p.price_amount as Amount, p.price_currency as Currency from crm.products p
        where p.tenant_id = @TenantId and p.id = any(@Ids) and p.deleted_at is null
        """;

    public async Task<StageSet?> StagesAsync(Guid? pipelineId, CancellationToken ct)
    {
        if (memo.TryGet<StageSet>(typeof(Pipeline), pipelineId ?? Guid.Empty, out var known)) return known;
        await using var grid = await session.Connection.QueryMultipleAsync(
            new CommandDefinition(Stages, new { session.TenantId, Id = pipelineId }, session.Transaction, cancellationToken: ct));
        await grid.ReadAsync<Guid>();
        var rows = (await grid.ReadAsync<StageRow>()).AsList();
        if (rows.Count == 0) return null;
        var stages = new StageSet(rows[0].PipelineId, ValueList.Of(rows.Select(Stage)));
        memo.Keep(typeof(Pipeline), pipelineId ?? Guid.Empty, stages);
        return stages;
    }

    public async Task<IReadOnlyDictionary<Guid, Money?>> PricesAsync(IReadOnlyCollection<Guid> productIds, CancellationToken ct)
    {
        var unknown = productIds.Where(id => !memo.TryGet<Money>(typeof(Product), id, out _)).ToArray();
        if (unknown.Length > 0)
            foreach (var row in await session.Connection.QueryAsync<PriceRow>(
                new CommandDefinition(Prices, new { session.TenantId, Ids = unknown }, session.Transaction, cancellationToken: ct)))
                memo.Keep(typeof(Product), row.Id, row.Amount is { } amount ? Money.Of(amount, row.Currency!) : null);
        var prices = new Dictionary<Guid, Money?>();
        foreach (var id in productIds)
            if (memo.TryGet<Money>(typeof(Product), id, out var price)) prices[id] = price;
        return prices;
    }

    private static Stage Stage(StageRow row) => new()
    {
        Id = row.Id,
        Name = row.Name,
        Probability = row.Probability,
        Kind = Choices.Value<StageKind>(row.Kind),
        Position = row.Position,
    };

    private sealed record StageRow(Guid PipelineId, Guid Id, string Name, int Probability, string Kind, int Position);

    private sealed record PriceRow(Guid Id, decimal? Amount, string? Currency);
}
