using Crm.Application.Abstractions;
using Crm.Application.Events;
using Crm.Application.Resources;
using Crm.Domain.Common;

namespace Crm.Application.Analytics;

/// <summary>One event of a chain.</summary>
/// <param name="Depth">How many causes lie between it and the event asked for: −1 is the cause of that one, 1 what it caused.</param>
/// <param name="Event">The event.</param>
public sealed record ChainLink(int Depth, LogEvent Event);

/// <summary>What led to an event, and what followed from it.</summary>
/// <param name="Event">The event asked for.</param>
/// <param name="Causes">From the first cause to the last.</param>
/// <param name="Consequences">What it caused, and what that caused, in the order of the log within each depth.</param>
/// <param name="IsComplete">False when there are more consequences than the 500 that are told, or causes that you may not see.</param>
public sealed record EventChain(LogEvent Event, IReadOnlyList<ChainLink> Causes, IReadOnlyList<ChainLink> Consequences, bool IsComplete);

/// <summary>
/// The chain an event is part of: its causes up to the request it all began with, and its consequences, up to 20 steps either way. Only what the caller may read and sees.
/// </summary>
[Requires(Permissions.EventsRead)]
public sealed record GetEventChain(Guid Id) : IQuery<EventChain>;

internal sealed class GetEventChainHandler(IReadDb db, ResourceCatalog resources, IRequestContext context) : IQueryHandler<GetEventChain, EventChain>
{
    private const int Most = 500, Deepest = 20;

    // A cause is an event where its id is one; what began with a request carries that request's.
    private static readonly string Sql = $$"""
        with recursive up as (
          select e.id, e.causation_id, 0 as depth from crm_read.events e where e.tenant_id = @TenantId and e.id = @Id
          union all
          select c.id, c.causation_id, u.depth - 1 from up u join crm_read.events c on c.tenant_id = @TenantId and c.id = case when u.causation_id ~ '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$' then u.causation_id::uuid end
          where u.depth > -{{Deepest}}),
        down as (
          select e.id, 0 as depth from crm_read.events e where e.tenant_id = @TenantId and e.id = @Id
          union all
          select c.id, d.depth + 1 from down d join crm_read.events c on c.tenant_id = @TenantId and c.causation_id = d.id::text and c.causation_id is distinct from c.request_id
          where d.depth < {{Deepest}})
        select l.id, l.depth from (select id, depth from up union all select id, depth from down where depth > 0) as l order by abs(l.depth), l.id limit {{Most + Deepest + 2}}
        """;

    public async Task<EventChain> Handle(GetEventChain query, CancellationToken ct)
    {
        var found = await db.QueryAsync<(Guid Id, int Depth)>(Sql, new { query.Id }, ct);
        var depths = found.DistinctBy(f => f.Id).ToDictionary(f => f.Id, f => f.Depth);
        var scope = EventScope.Of(context.Caller, EventSelection.All, resources);
        var parameters = scope.Parameters(LogPosition.Beginning, Most + Deepest);
        parameters["Ids"] = depths.Keys.ToArray();
        var rows = await db.QueryAsync<LogRow>(LogSql.Of($"e.id = any(@Ids) and {scope.Condition}"), parameters, ct);
        var page = LogSql.Page(rows, context.Caller, resources, LogPosition.Beginning, Most + Deepest);
        var links = page.Events.Select(e => new ChainLink(depths[e.Event.Id], e.Event)).ToList();
        var asked = links.Find(l => l.Depth == 0) ?? throw CrmException.NotFound("event");
        var causes = links.Where(l => l.Depth < 0).OrderBy(l => l.Depth).ToList();
        var consequences = links.Where(l => l.Depth > 0).OrderBy(l => l.Depth).Take(Most).ToList();
        return new EventChain(asked.Event, causes, consequences, found.Count <= Most && causes.Count == depths.Values.Count(d => d < 0));
    }
}
