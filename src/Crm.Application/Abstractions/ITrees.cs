using Crm.Domain.Common;

namespace Crm.Application.Abstractions;

/// <summary>The trees that records of one kind form by their <c>parentId</c>.</summary>
public interface ITrees
{
    /// <summary>The tenant's trees of these records, held until the transaction ends: of two who move records below each other one waits, and sees the other's move.</summary>
    Task<RecordTree> HoldAsync<TAggregate>(CancellationToken ct) where TAggregate : AggregateRoot;
}
