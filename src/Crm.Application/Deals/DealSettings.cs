using Crm.Application.Abstractions;
using Crm.Domain.Common;
using Crm.Domain.Deals;
using Crm.Domain.Pipelines;

namespace Crm.Application.Deals;

/// <summary>What deals need to know of pipelines and products, without loading them. Answers hold until the transaction ends.</summary>
public interface IDealCatalog
{
    /// <summary>The stages of a pipeline, or of the default one, held against change; null when there is no such living pipeline.</summary>
    Task<StageSet?> StagesAsync(Guid? pipelineId, CancellationToken ct);

    /// <summary>The list prices of these products; those that are unknown are missing.</summary>
    Task<IReadOnlyDictionary<Guid, Money?>> PricesAsync(IReadOnlyCollection<Guid> productIds, CancellationToken ct);
}

/// <summary>Gathers the setting in which a deal is opened, changed or moved.</summary>
public sealed class DealSettings(IDealCatalog catalog, IRequestContext context, TimeProvider clock) : ISharedByUseCases
{
    /// <summary>The setting for a deal that is to have the details <paramref name="after"/>.</summary>
    /// <exception cref="CrmException">UNPROCESSABLE: there is no such pipeline.</exception>
    public async Task<DealSetting> OfAsync(DealDetails? before, DealDetails after, CancellationToken ct)
    {
        var stages = await catalog.StagesAsync(after.PipelineId, ct) ?? throw DealErrors.NoPipeline();
        var former = before is null || before.PipelineId == stages.PipelineId ? stages : await catalog.StagesAsync(before.PipelineId, ct) ?? stages;
        var unpriced = after.LineItems.Where(l => l.UnitPrice is null).Select(l => l.ProductId).Distinct().ToList();
        var prices = unpriced.Count == 0 ? new Dictionary<Guid, Money?>() : await catalog.PricesAsync(unpriced, ct);
        var now = clock.GetUtcNow();
        return new DealSetting(stages, former, prices, TimeZones.DayIn(context.Caller.Tenant.TimeZone, now), now);
    }
}
