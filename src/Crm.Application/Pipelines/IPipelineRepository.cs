using Crm.Application.Abstractions;
using Crm.Domain.Pipelines;

namespace Crm.Application.Pipelines;

/// <summary>Loads pipelines, and answers what only the database knows about them.</summary>
public interface IPipelineRepository : IRepository<Pipeline>
{
    /// <summary>The tenant's default, locked; no other command can make another one the default until the transaction ends.</summary>
    Task<Pipeline?> FindDefaultAsync(CancellationToken ct);

    /// <summary>True when living deals stand in one of the stages.</summary>
    Task<bool> AreUsedAsync(IReadOnlyCollection<Guid> stageIds, CancellationToken ct);
}
