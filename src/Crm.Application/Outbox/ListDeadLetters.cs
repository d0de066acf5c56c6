using System.Globalization;
using Crm.Application.Abstractions;
using Crm.Application.Listing;
using Crm.Domain.Common;

namespace Crm.Application.Outbox;

/// <summary>A delivery that was given up after all its tries.</summary>
/// <param name="Sink">Where it was to go, such as <c>email.welcome</c>.</param>
/// <param name="LastError">What the last try ended with; no personal data.</param>
/// <param name="EventId">The event it tells of; receivers know repetitions by it.</param>
/// <param name="EventType">The event's type.</param>
/// <param name="Attempts">How many times it was tried.</param>
/// <param name="DeadAt">When it was given up.</param>
public sealed record DeadLetter(Guid Id, string Sink, Guid EventId, string? EventType, string? AggregateType, Guid? AggregateId, int Attempts,
    string? LastError, DateTimeOffset CreatedAt, DateTimeOffset DeadAt);

/// <summary>The tenant's deliveries that were given up, the latest first.</summary>
[Requires(Permissions.OutboxRead)]
public sealed record ListDeadLetters(PageRequest Page) : IQuery<DataPage<DeadLetter>>;

internal sealed class ListDeadLettersHandler(IReadDb db) : IQueryHandler<ListDeadLetters, DataPage<DeadLetter>>
{
    private const string Sql = """
        select o.id as Id, o.sink as Sink, o.event_id as EventId, e.type as EventType, e.aggregate_type as AggregateType, e.aggregate_id as AggregateId,
               o.attempts as Attempts, o.last_error as LastError, o.created_at as CreatedAt, o.dead_at as DeadAt,
               (select count(*) from crm.outbox d where d.tenant_id = @TenantId and d.dead_at is not null) as Total
        from crm.outbox o
        left join crm_read.events e on e.tenant_id = @TenantId and e.id = o.event_id
        where o.tenant_id = @TenantId and o.dead_at is not null and (@DeadAt::timestamptz is null or (o.dead_at, o.id) < (@DeadAt, @LastId))
        order by o.dead_at desc, o.id desc offset @Skip limit @Limit
        """;

    public async Task<DataPage<DeadLetter>> Handle(ListDeadLetters query, CancellationToken ct)
    {
        var page = query.Page;
        var (deadAt, lastId) = page.Cursor is null ? (null, Guid.Empty) : Decode(page.Cursor);
        // One row more tells whether there is a next page.
        var rows = await db.QueryAsync<Row>(Sql, new { DeadAt = deadAt, LastId = lastId, page.Skip, Limit = page.Take + 1 }, ct);
        var next = rows.Count > page.Take ? Encode(rows[page.Take - 1]) : null;
        return new DataPage<DeadLetter>([.. rows.Take(page.Take).Select(Letter)],
            new PageMeta(page.Skip, page.Take, page.Cursor is null ? rows.Count > 0 ? rows[0].Total : 0 : null, false, next));
    }

    private static DeadLetter Letter(Row r) =>
        new(r.Id, r.Sink, r.EventId, r.EventType, r.AggregateType, r.AggregateId, r.Attempts, r.LastError, r.CreatedAt, r.DeadAt);

    private static string Encode(Row row) => $"{row.DeadAt.Ticks.ToString(CultureInfo.InvariantCulture)}.{row.Id:N}";

    private static (DateTime?, Guid) Decode(string cursor) =>
        cursor.Split('.') is [var ticks, var id] && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var at)
        && at <= DateTime.MaxValue.Ticks && Guid.TryParseExact(id, "N", out var last)
            ? (new DateTime(at, DateTimeKind.Utc), last)
            : throw QueryErrors.Invalid("cursor", "is not a cursor of this list");

    private sealed record Row(Guid Id, string Sink, Guid EventId, string? EventType, string? AggregateType, Guid? AggregateId, int Attempts,
        string? LastError, DateTime CreatedAt, DateTime DeadAt, long Total);
}
