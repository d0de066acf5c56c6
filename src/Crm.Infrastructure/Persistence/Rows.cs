namespace Crm.Infrastructure.Persistence;

/// <summary>One row of the event log. The position's xid is the column's default: the writing transaction's own.</summary>
internal sealed class EventRow
{
    public required Guid TenantId { get; init; }
    public required Guid Id { get; init; }
    public required long Epoch { get; init; }
    public required int N { get; init; }
    public required string Type { get; init; }
    public required string AggregateType { get; init; }
    public required Guid AggregateId { get; init; }
    public required int Version { get; init; }
    public required DateTimeOffset OccurredAt { get; init; }
    public required string ActorType { get; init; }
    public Guid? ActorId { get; init; }
    public Guid? ApiKeyId { get; init; }
    public string? RequestId { get; init; }
    public string? SourceIp { get; init; }
    public string? CorrelationId { get; init; }
    public string? CausationId { get; init; }
    public required string Data { get; init; }
    public string? State { get; init; }
    public Guid? OwnerId { get; init; }
    public Guid? CoOwnerId { get; init; }
    public Guid? TeamId { get; init; }
}

/// <summary>Work to do after commit, across tenants. When it is due is the column's default: at once, by the database's clock.</summary>
internal sealed class OutboxRow
{
    public required Guid Id { get; init; }
    public required Guid TenantId { get; init; }
    public required Guid EventId { get; init; }
    public required string Sink { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public string? TraceParent { get; init; }
}
