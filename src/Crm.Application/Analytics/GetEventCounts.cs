using Crm.Application.Abstractions;
using Crm.Application.Events;
using Crm.Application.Listing;
using Crm.Application.Resources;

namespace Crm.Application.Analytics;

/// <summary>The events that share a key.</summary>
/// <param name="Key">An event type, a kind of record, a member's id (null = nobody signed in, such as rules), or the instant at which an hour, day, week or month begins in your organization's zone.</param>
/// <param name="Label">The member's name; null otherwise.</param>
/// <param name="Count">How many.</param>
/// <param name="Share">Their part of all, 0–1.</param>
/// <param name="PerDay">How many a day on average, over the whole period; of a bucket of time, over that bucket.</param>
public sealed record EventCount(string? Key, string? Label, long Count, decimal Share, decimal PerDay);

/// <summary>How many events there were, by key.</summary>
/// <param name="From">Where the period begins.</param>
/// <param name="To">Where it ends.</param>
/// <param name="Total">All events of the period.</param>
/// <param name="Groups">By count, the largest first; buckets of time in their order, those without events left out.</param>
public sealed record EventCounts(DateTimeOffset From, DateTimeOffset To, long Total, IReadOnlyList<EventCount> Groups);

/// <summary>Counts and rates of the events the caller may read and sees, in a period of 366 days at most.</summary>
/// <param name="GroupBy">type, aggregateType, user, hour, day, week or month; buckets of time are those of the organization's zone. Hours for 31 days at most.</param>
/// <param name="Types">Event types, separated by commas.</param>
/// <param name="AggregateType">Only of this kind of record, such as lead.</param>
/// <param name="From">Where the period begins; 30 days before its end.</param>
/// <param name="To">Where it ends; now.</param>
[Requires(Permissions.EventsRead)]
public sealed record GetEventCounts([OneOf("type", "aggregateType", "user", "hour", "day", "week", "month")] string GroupBy = "type", string? Types = null, string? AggregateType = null,
    DateTimeOffset? From = null, DateTimeOffset? To = null) : IQuery<EventCounts>;

internal sealed class GetEventCountsHandler(IReadDb db, ResourceCatalog resources, IRequestContext context, TimeProvider clock) : IQueryHandler<GetEventCounts, EventCounts>
{
    private static readonly TimeSpan MostHours = TimeSpan.FromDays(31);

    private static readonly Dictionary<string, string> Keys = new()
    {
        ["type"] = "e.type",
        ["aggregateType"] = "e.aggregate_type",
        ["user"] = "e.actor_id::text",
    };

    public async Task<EventCounts> Handle(GetEventCounts query, CancellationToken ct)
    {
        var period = AnalyticsPeriod.Of(query.From, query.To, clock.GetUtcNow());
        var inTime = !Keys.TryGetValue(query.GroupBy, out var key);
        if (query.GroupBy == "hour" && period.To - period.From > MostHours) throw QueryErrors.Invalid("groupBy", "hour is for 31 days at most");
        var scope = EventScope.Of(context.Caller, EventSelection.Of(query.Types, query.AggregateType, null), resources);
        var parameters = scope.Parameters(LogPosition.Beginning, 0);
        (parameters["From"], parameters["To"], parameters["Unit"], parameters["Zone"]) = (period.From, period.To, query.GroupBy, context.Caller.Tenant.TimeZone);
        var rows = await db.QueryAsync<Row>(Sql(inTime ? "to_char(date_trunc(@Unit, e.occurred_at, @Zone) at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')" : key!, scope.Condition), parameters, ct);
        var total = rows.Sum(r => r.Count);
        var groups = rows.Select(r => new EventCount(r.Key, r.Label, r.Count, Math.Round((decimal)r.Count / total, 4), Math.Round(r.Count / (inTime ? BucketDays(query.GroupBy) : (decimal)period.Days), 4)));
        return new EventCounts(period.From, period.To, total, [.. inTime ? groups.OrderBy(g => g.Key, StringComparer.Ordinal) : groups.OrderByDescending(g => g.Count).ThenBy(g => g.Key, StringComparer.Ordinal)]);
    }

    // A month of 30.44 days: the mean of the Gregorian calendar.
    private static decimal BucketDays(string unit) => unit switch { "hour" => 1 / 24m, "day" => 1, "week" => 7, _ => 30.44m };

    private static string Sql(string key, string condition) => $"""
        with counted as (
          select {key} as key, count(*) as count from crm_read.events e
          where e.tenant_id = @TenantId and e.occurred_at >= @From and e.occurred_at < @To and {condition} group by 1)
        select c.key as Key, m.full_name as Label, c.count as Count
        from counted c left join crm_read.members m on m.tenant_id = @TenantId and @Unit = 'user' and m.id::text = c.key
        """;

    private sealed record Row(string? Key, string? Label, long Count);
}
