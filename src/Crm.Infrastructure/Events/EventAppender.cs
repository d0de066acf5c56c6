using Crm.Application.Abstractions;
using Crm.Application.Events;
using Crm.Domain.Common;
using Crm.Domain.CustomFields;
using Crm.Domain.Members;
using Crm.Domain.Teams;
using Crm.Domain.Tenants;
using Crm.Infrastructure.Persistence;

namespace Crm.Infrastructure.Events;

/// <summary>Turns raised events into rows of the log. The last event of an aggregate's version carries its state.</summary>
internal sealed class EventAppender(StateWriter states, IRequestContext context, LogEpoch epoch, StaleCallers stale, EventNotices notices, TimeProvider clock)
{
    public IReadOnlyList<(IDomainEvent Event, EventRow Row)> Rows(IReadOnlyList<RaisedEvent> raised, TenantSession session)
    {
        var rows = new List<(IDomainEvent, EventRow)>(raised.Count);
        var last = new Dictionary<AggregateRoot, int>();
        for (var i = 0; i < raised.Count; i++) last[raised[i].Entry.Entity] = i;
        var (now, caller) = (clock.GetUtcNow(), context.Caller);
        var ids = new Dictionary<IDomainEvent, Guid>(raised.Count, ReferenceEqualityComparer.Instance);
        foreach (var one in raised) ids[one.Event] = Ids.New(now);
        for (var i = 0; i < raised.Count; i++)
        {
            var (aggregate, domainEvent) = (raised[i].Entry.Entity, raised[i].Event);
            var row = new EventRow
            {
                TenantId = aggregate.TenantId,
                Id = ids[domainEvent],
                Epoch = epoch.Current,
                N = session.NextEventNumber++,
                Type = EventTypes.Name(domainEvent.GetType(), aggregate.GetType()),
                AggregateType = RecordName.Of(aggregate.GetType()),
                AggregateId = aggregate.Id,
                Version = aggregate.Version,
                OccurredAt = now,
                ActorType = caller.ActorType,
                ActorId = caller.ActorId,
                ApiKeyId = caller.ApiKeyId,
                RequestId = Told(context.RequestId),
                SourceIp = context.SourceAddress,
                CorrelationId = Told(context.CorrelationId),
                CausationId = raised[i].Cause is { } cause ? ids[cause].ToString() : context.CausationId ?? Told(context.RequestId),
                Data = EventTypes.Data(domainEvent),
                State = last[aggregate] == i ? states.Write(aggregate) : null,
                OwnerId = aggregate.OwnerId,
                CoOwnerId = aggregate.CoOwnerId,
                TeamId = aggregate.TeamId,
            };
            rows.Add((domainEvent, row));
            notices.Add(new EventNotice(row.TenantId, row.Id, row.Type, row.AggregateType, row.AggregateId, row.Version, now, row.ActorId, row.OwnerId, row.TeamId));
            if (CallerCache.IsStaleAfter(aggregate)) stale.Mark(CallerCache.Prefix(aggregate.TenantId));
        }
        return rows;
    }

    /// <summary>What follows from no request has no id of one.</summary>
    private static string? Told(string id) => id.Length == 0 ? null : id;
}

/// <summary>Cache entries that the changes of the open transaction make stale once they are committed.</summary>
internal sealed class StaleCallers
{
    private readonly HashSet<string> _prefixes = [];

    public void Mark(string prefix) => _prefixes.Add(prefix);

    public IEnumerable<string> Take()
    {
        var taken = _prefixes.ToArray();
        _prefixes.Clear();
        return taken;
    }
}

/// <summary>Names the cache entries that hold callers, and tells what makes them stale.</summary>
internal static class CallerCache
{
    public static string Prefix(Guid tenantId) => $"caller:{tenantId:N}:";

    /// <summary>Without a session, the beginning of all the user's keys.</summary>
    public static string Key(Guid tenantId, Guid userId, Guid? sessionId = null) => sessionId is null ? $"{Prefix(tenantId)}{userId:N}" : $"{Prefix(tenantId)}{userId:N}:{sessionId:N}";

    public static string CustomFieldsKey(Guid tenantId, long stamp) => $"{Prefix(tenantId)}fields:{stamp}";

    public static bool IsStaleAfter(AggregateRoot aggregate) => aggregate is Member or Team or Tenant or CustomField;
}
