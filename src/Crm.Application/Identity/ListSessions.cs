using Crm.Application.Abstractions;
using Crm.Application.Listing;
using Crm.Domain.Common;

namespace Crm.Application.Identity;

/// <summary>One of the caller's sessions.</summary>
/// <param name="LastUsedAt">To within five minutes.</param>
/// <param name="SourceAddress">The network address it was last renewed from, or started.</param>
/// <param name="UserAgent">What the client called itself then.</param>
/// <param name="Current">The session this request is made by.</param>
/// <param name="StartedAt">When the caller signed in.</param>
public sealed record SessionInfo(Guid Id, DateTimeOffset StartedAt, DateTimeOffset LastUsedAt, string? SourceAddress, string? UserAgent, bool Current);

/// <summary>The caller's sessions that live and began in this tenant, the latest first.</summary>
[SignedIn]
public sealed record ListSessions(PageRequest Page) : IQuery<DataPage<SessionInfo>>;

internal sealed class ListSessionsHandler(IReadDb db, IRequestContext context, TimeProvider clock) : IQueryHandler<ListSessions, DataPage<SessionInfo>>
{
    // Ids are made in the order of time.
    private const string Sql = """
        select s.id as Id, s.started_at as StartedAt, s.last_used_at as LastUsedAt, s.source_ip as SourceAddress, s.user_agent as UserAgent
        from crm_read.sessions s
        where s.tenant_id = @TenantId and s.user_id = @UserId and (@Before::uuid is null or s.id < @Before)
          and exists(select from crm.refresh_tokens t where t.family_id = s.id and t.tenant_id = @TenantId and t.revoked_at is null and t.spent_at is null and t.expires_at > @Now)
        order by s.id desc offset @Skip limit @Limit
        """;

    public async Task<DataPage<SessionInfo>> Handle(ListSessions query, CancellationToken ct)
    {
        var page = query.Page;
        var before = page.Cursor is null ? (Guid?)null : Instants.TryParseUuid(page.Cursor, out var id) ? id : throw QueryErrors.Invalid("cursor", "is not a cursor of this list");
        var rows = await db.QueryAsync<Row>(Sql, new { context.Caller.UserId, Before = before, Now = clock.GetUtcNow(), page.Skip, Limit = page.Take + 1 }, ct);
        var shown = rows.Take(page.Take).Select(r => new SessionInfo(r.Id, r.StartedAt, r.LastUsedAt, r.SourceAddress, r.UserAgent, r.Id == context.Caller.SessionId)).ToList();
        var total = before is null && rows.Count <= page.Take ? page.Skip + rows.Count : (long?)null;
        return new DataPage<SessionInfo>(shown, new PageMeta(page.Skip, page.Take, total, false, rows.Count > page.Take ? shown[^1].Id.ToString() : null));
    }

    private sealed record Row(Guid Id, DateTime StartedAt, DateTime LastUsedAt, string? SourceAddress, string? UserAgent);
}
