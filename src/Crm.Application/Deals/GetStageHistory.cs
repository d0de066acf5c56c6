using System.Globalization;
using Crm.Application.Abstractions;
using Crm.Application.Listing;
using Crm.Application.Records;
using Crm.Domain.Common;

namespace Crm.Application.Deals;

/// <summary>A stay of a deal in a stage.</summary>
/// <param name="Stage">The stage's name when the deal entered it.</param>
/// <param name="LeftAt">Null while the deal is in it.</param>
/// <param name="DurationSeconds">The time spent in it, until now while the deal is in it.</param>
/// <param name="By">Who brought it there.</param>
/// <param name="StageId">The stage.</param>
/// <param name="EnteredAt">When the deal entered it.</param>
public sealed record StageStay(Guid StageId, string? Stage, DateTimeOffset EnteredAt, DateTimeOffset? LeftAt, long DurationSeconds, Actor By);

/// <summary>The stages a deal has been in, newest first, with the time spent in each: read from the event log.</summary>
[Requires(Permissions.DealsRead)]
public sealed record GetStageHistory(Guid Id, PageRequest Page) : IQuery<DataPage<StageStay>>;

internal sealed class GetStageHistoryHandler(IReadDb db, RecordReader records, DealResource deals, TimeProvider clock) : IQueryHandler<GetStageHistory, DataPage<StageStay>>
{
    /// <summary>A deal enters its first stage when it is created: the state of that event says which. A move says both of its ends.</summary>
    private const string Sql = """
        with entries as (
          select e.version, e.n, e.occurred_at, e.actor_type, e.actor_id, e.api_key_id,
                 case e.type when 'deal.created' then (
                   select s.state ->> 'stageId' from crm_read.events s
                   where s.tenant_id = @TenantId and s.aggregate_id = @Id and s.version = e.version and s.n >= e.n and s.state is not null order by s.n limit 1)
                 else e.data ->> 'toStageId' end as stage_id,
                 e.data ->> 'toStage' as stage
          from crm_read.events e
          where e.tenant_id = @TenantId and e.aggregate_id = @Id and e.type in ('deal.created', 'deal.stage_changed')),
        stays as (
          select s.*, lead(s.occurred_at) over (order by s.version, s.n) as left_at, row_number() over (order by s.version, s.n) as number,
                 count(*) over () as total
          from entries s)
        select s.stage_id::uuid as StageId, coalesce(s.stage, p.name) as Stage, s.occurred_at as EnteredAt, s.left_at as LeftAt,
               s.actor_type as ActorType, s.actor_id as ActorId, s.api_key_id as ApiKeyId, s.number as Number, s.total as Total
        from stays s left join crm_read.pipeline_stages p on p.tenant_id = @TenantId and p.id = s.stage_id::uuid
        where s.number < @Before order by s.number desc offset @Skip limit @Limit
        """;

    public async Task<DataPage<StageStay>> Handle(GetStageHistory query, CancellationToken ct)
    {
        if (await records.FindAsync(deals, query.Id, new ListRequest { Fields = [deals.Find("id")!] }, ct) is null) throw CrmException.NotFound(deals.Singular);
        var page = query.Page;
        var before = page.Cursor is null ? long.MaxValue : Number(page.Cursor);
        var rows = await db.QueryAsync<Row>(Sql, new { query.Id, Before = before, page.Skip, Limit = page.Take + 1 }, ct);
        var now = clock.GetUtcNow();
        var stays = rows.Take(page.Take).Select(r => new StageStay(r.StageId, r.Stage, r.EnteredAt, r.LeftAt,
            // Never less than none, though the clock was set back in between.
            Math.Max(0, (long)((r.LeftAt ?? now.UtcDateTime) - r.EnteredAt).TotalSeconds), new Actor(r.ActorType, r.ActorId, r.ApiKeyId))).ToList();
        long? total = page.Cursor is null && rows.Count > 0 ? rows[0].Total : null;
        var next = rows.Count > page.Take ? string.Create(CultureInfo.InvariantCulture, $"s{rows[page.Take - 1].Number}") : null;
        return new DataPage<StageStay>(stays, new PageMeta(page.Skip, page.Take, total, false, next));
    }

    private static long Number(string cursor) => cursor.StartsWith('s') && long.TryParse(cursor.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        ? number
        : throw QueryErrors.Invalid("cursor", "is not a cursor of this list");

    private sealed record Row(Guid StageId, string? Stage, DateTime EnteredAt, DateTime? LeftAt, string ActorType, Guid? ActorId, Guid? ApiKeyId, long Number, long Total);
}
