using Crm.Application.Resources;
using Crm.Domain.Common;

namespace Crm.Application.Abstractions;

/// <summary>What generic use cases ask of any resource's aggregates, by the resource's declaration.</summary>
public interface IRecordStore
{
    /// <summary>The living, visible record, locked; compares If-Match.</summary>
    /// <exception cref="CrmException">NOT_FOUND, PRECONDITION_FAILED.</exception>
    Task<AggregateRoot> GetAsync(Resource resource, Guid id, CancellationToken ct);

    /// <summary>The deleted, visible record, locked; a living one too, since restoring it changes nothing.</summary>
    /// <exception cref="CrmException">NOT_FOUND.</exception>
    Task<AggregateRoot> GetDeletedAsync(Resource resource, Guid id, CancellationToken ct);

    /// <summary>
    /// Finds, locks and loads what a batch is about in a few statements: records by id, and by external id where <paramref name="upserts"/>
    /// names some. In a fixed order, so that two batches over the same records never wait for each other in a ring.
    /// </summary>
    /// <param name="upserts">External ids; those that come once only are not looked up again.</param>
    Task HoldAsync(Resource resource, IReadOnlyCollection<Guid> ids, IReadOnlyCollection<string> upserts, CancellationToken ct);

    /// <summary>The living record with this external id, locked against twins until the transaction ends; null when there is none.</summary>
    Task<Guid?> FindByExternalIdAsync(Resource resource, string externalId, CancellationToken ct);

    /// <summary>True when a living row of what <see cref="Resource.KeptBy"/> declares refers to the record.</summary>
    Task<bool> IsKeptAsync(Resource resource, Guid id, CancellationToken ct);

    /// <summary>Tasks and activities linked to this record and to nothing else, and what is attached to it or to one of those.</summary>
    Task<IReadOnlyList<AggregateRoot>> FallingWithAsync(Resource resource, Guid id, CancellationToken ct);

    /// <summary>True when the record lives, which nobody can change then until the transaction ends.</summary>
    Task<bool> HoldLivingAsync(Resource resource, Guid id, CancellationToken ct);

    /// <summary>Of what <see cref="FallingWithAsync"/> named when the record was deleted, that which fell with this deletion.</summary>
    Task<IReadOnlyList<AggregateRoot>> FallenWithAsync(Resource resource, Guid id, Guid deletionId, CancellationToken ct);
}
