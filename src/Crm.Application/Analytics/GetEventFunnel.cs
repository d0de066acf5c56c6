using Crm.Application.Abstractions;
using Crm.Application.Events;
using Crm.Application.Listing;
using Crm.Application.Resources;

namespace Crm.Application.Analytics;

/// <summary>One step of a funnel.</summary>
/// <param name="Type">The event type.</param>
/// <param name="Count">How many came this far.</param>
/// <param name="FromFirst">Their part of those who began, 0–1; null when nobody began.</param>
/// <param name="FromPrevious">Their part of those who took the step before, 0–1; null when nobody did, and for the first step.</param>
/// <param name="MedianSeconds">Half of them took at most so long since the step before.</param>
/// <param name="P90Seconds">Nine in ten of them did.</param>
/// <param name="AverageSeconds">The mean.</param>
public sealed record FunnelStep(string Type, long Count, decimal? FromFirst, decimal? FromPrevious, decimal? MedianSeconds, decimal? P90Seconds, decimal? AverageSeconds);

/// <summary>How far those came who began in a period.</summary>
/// <param name="From">Where the period begins.</param>
/// <param name="To">Where it ends.</param>
/// <param name="Steps">In the order asked for.</param>
public sealed record EventFunnel(DateTimeOffset From, DateTimeOffset To, IReadOnlyList<FunnelStep> Steps);

/// <summary>
/// A funnel over the events the caller may read and sees: of the records whose first step was in the period, how many took each further one, in this order, and how long it
/// took them. A step may be of another record, when an earlier event of the path names it: lead.converted names the customer and the deal.
/// </summary>
/// <param name="Steps">2 to 6 event types, separated by commas; from a lead to a won deal, when absent.</param>
/// <param name="From">From when a first step counts; 30 days before the end.</param>
/// <param name="To">Until when; now. Further steps count whenever they were.</param>
[Requires(Permissions.EventsRead)]
public sealed record GetEventFunnel([Example("\"lead.created,lead.converted,deal.won\"")] string Steps = GetEventFunnel.Usual, DateTimeOffset? From = null, DateTimeOffset? To = null) : IQuery<EventFunnel>
{
    private const string Usual = "lead.created,lead.converted,deal.won";
}

internal sealed class GetEventFunnelHandler(IReadDb db, ResourceCatalog resources, IRequestContext context, TimeProvider clock) : IQueryHandler<GetEventFunnel, EventFunnel>
{
    private const int Most = 6;

    public async Task<EventFunnel> Handle(GetEventFunnel query, CancellationToken ct)
    {
        var period = AnalyticsPeriod.Of(query.From, query.To, clock.GetUtcNow());
        var types = query.Steps.Split(',');
        if (types.Length is < 2 or > Most) throw QueryErrors.Invalid("steps", $"must be 2 to {Most} event types");
        foreach (var type in types)
            if (!EventTypes.All.Contains(type)) throw QueryErrors.Invalid("steps", $"'{type}' is no event type");
        var scope = EventScope.Of(context.Caller, EventSelection.All, resources);
        var parameters = scope.Parameters(LogPosition.Beginning, 0);
        (parameters["From"], parameters["To"]) = (period.From, period.To);
        for (var i = 0; i < types.Length; i++) parameters[$"Type{i}"] = types[i];
        var rows = (await db.QueryAsync<Row>(Sql(types.Length, scope.Condition), parameters, ct)).OrderBy(r => r.Step).ToList();
        return new EventFunnel(period.From, period.To, [.. rows.Select((r, i) =>
            new FunnelStep(types[i], r.Count, Part(r.Count, rows[0].Count), i == 0 ? null : Part(r.Count, rows[i - 1].Count), Rounded(r.Median), Rounded(r.P90), Rounded(r.Average)))]);
    }

    private static decimal? Part(long count, long of) => of == 0 ? null : Math.Round((decimal)count / of, 4);

    private static decimal? Rounded(double? seconds) => seconds is { } s ? Math.Round((decimal)s, 3) : null;

    /// <summary>
    /// Each step looks, for every path that came so far, for the first event of its type of a record the path has met: by the index of (tenant, record). What an event
    /// names are the ids among its own members. An event is one step only: a type that is asked for twice needs two.
    /// </summary>
    private static string Sql(int steps, string condition)
    {
        const string named = "array(select v.value::uuid from jsonb_each_text(e.data) v where v.value ~ '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$')";
        var parts = new List<string>
        {
            $"""
            s0 as (
              select distinct on (e.aggregate_id) e.occurred_at as at, e.occurred_at as before, array[e.aggregate_id] || {named} as met, array[e.id] as taken from crm_read.events e
              where e.tenant_id = @TenantId and e.type = @Type0 and e.occurred_at >= @From and e.occurred_at < @To and {condition} order by e.aggregate_id, e.occurred_at)
            """,
        };
        for (var i = 1; i < steps; i++)
            parts.Add($"""
                s{i} as (
                  select n.at, p.at as before, p.met || n.named as met, p.taken || n.id as taken from s{i - 1} p join lateral (
                    select e.id, e.occurred_at as at, {named} as named from crm_read.events e
                    where e.tenant_id = @TenantId and e.aggregate_id = any(p.met) and e.type = @Type{i} and e.occurred_at >= p.at and e.id <> all(p.taken) and {condition} order by e.occurred_at limit 1) n on true)
                """);
        var counts = Enumerable.Range(0, steps).Select(i => $"""
            select {i} as Step, count(*) as Count, {(i == 0 ? "null::float8, null::float8, null::float8" : $"percentile_cont(0.5) within group (order by {Took}), percentile_cont(0.9) within group (order by {Took}), avg({Took})")} from s{i}
            """);
        return $"with {string.Join(",\n", parts)}\nselect c.Step as Step, c.Count as Count, c.Median as Median, c.P90 as P90, c.Average as Average from (\n{string.Join("\nunion all\n", counts)}) as c (Step, Count, Median, P90, Average)";
    }

    private const string Took = "extract(epoch from at - before)::float8";

    private sealed record Row(int Step, long Count, double? Median, double? P90, double? Average);
}
