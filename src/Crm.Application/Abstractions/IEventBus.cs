namespace Crm.Application.Abstractions;

/// <summary>A committed event as it is announced: which one, of what, whose. Whoever needs its payload reads the log, as the tenant.</summary>
public sealed record EventNotice(Guid TenantId, Guid EventId, string Type, string AggregateType, Guid AggregateId, int Version, DateTimeOffset OccurredAt,
    Guid? ActorId, Guid? OwnerId, Guid? TeamId);

/// <summary>
/// Announces events once they are committed, to whoever listens at that moment: live updates, counters, caches. It may lose some (a
/// crash right after the commit); work that must be done goes through <see cref="IOutbox"/>.
/// </summary>
public interface IEventBus
{
    /// <summary>Announces the events of one transaction, in their order. Never fails: what they tell has happened.</summary>
    Task PublishAsync(IReadOnlyList<EventNotice> events, CancellationToken ct);
}

/// <summary>Hears of committed events, of every tenant, on the instance that committed them. Found, never registered; one for all requests.</summary>
public interface IEventListener
{
    /// <summary>Reacts quickly: the request that committed waits for it. What it throws is logged.</summary>
    Task HearAsync(EventNotice notice, CancellationToken ct);
}
