using System.Globalization;
using System.Text.Json;
using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Listing;
using Crm.Application.Records;
using Crm.Application.Resources;

namespace Crm.Application.Auditing;

/// <summary>One act: what an event tells of a success, or a row of its own of what left none.</summary>
/// <param name="Action">An event's type (lead.created), or the use case's name (Login).</param>
/// <param name="Detail">The event's data, or the code of the refusal.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Resource">The resource it was about, in plural; null when about none.</param>
/// <param name="RecordId">The record it was about.</param>
/// <param name="SourceAddress">The network address the request came from.</param>
public sealed record AuditItem(Guid Id, DateTimeOffset OccurredAt, Actor Actor, string Action, AuditOutcome Outcome, string? Resource,
    Guid? RecordId, string? RequestId, string? SourceAddress, JsonElement? Detail);

/// <summary>
/// The audit trail, newest first, paged by cursor: successes from the event log, and refusals, failures and sign-ins, which leave
/// no event. Of records that are one member's alone, such as notifications, only your own.
/// </summary>
/// <param name="ActorId">Only what this member did.</param>
/// <param name="Action">Only this action: an event's type (lead.created), or a use case's name (Login).</param>
/// <param name="Outcome">Only what ended so.</param>
/// <param name="Resource">Only what was about this resource (leads).</param>
/// <param name="Id">Only what was about this record.</param>
/// <param name="From">Only from this instant on.</param>
/// <param name="To">Only before this instant.</param>
[Requires(Permissions.AuditRead)]
public sealed record GetAudit(PageRequest Page, Guid? ActorId = null, string? Action = null, AuditOutcome? Outcome = null, string? Resource = null,
    Guid? Id = null, DateTimeOffset? From = null, DateTimeOffset? To = null) : IQuery<DataPage<AuditItem>>;

internal sealed class GetAuditHandler(IReadDb db, ResourceCatalog resources, IRequestContext context) : IQueryHandler<GetAudit, DataPage<AuditItem>>
{
    // Both halves are ordered by where their transaction stands in the log, so the merge reads no more of each than a page.
    private const string Sql = """
        select * from (
          (select e.id as Id, e.epoch as Epoch, e.xid as Xid, e.n as N, e.occurred_at as OccurredAt, e.actor_type as ActorType, e.actor_id as ActorId, e.api_key_id as ApiKeyId,
                  e.type as Action, 'SUCCEEDED' as Outcome, e.aggregate_type as Resource, e.aggregate_id as RecordId,
                  nullif(e.request_id, '') as RequestId, e.source_ip as SourceAddress, e.data::text as Detail
           from crm_read.events e
           where e.tenant_id = @TenantId and coalesce(@Outcome, 'SUCCEEDED') = 'SUCCEEDED'
             and (@ActorId::uuid is null or e.actor_id = @ActorId) and (@Action::text is null or e.type = @Action)
             and (@Resource::text is null or e.aggregate_type = @Singular) and (@Id::uuid is null or e.aggregate_id = @Id)
             and (@From::timestamptz is null or e.occurred_at >= @From) and (@To::timestamptz is null or e.occurred_at < @To)
             and (e.aggregate_type <> all(@Personal) or e.owner_id = @CallerId)
             and (e.epoch, e.xid, e.n) < (@Epoch, @Xid, @N)
           order by e.epoch desc, e.xid desc, e.n desc limit @Limit)
          union all
          (select a.id, a.epoch, a.xid, a.n, a.occurred_at, a.actor_type, a.actor_id, a.api_key_id, a.action, a.outcome, a.resource, a.record_id,
                  nullif(a.request_id, ''), a.source_ip, a.detail::text
           from crm_read.audit_log a
           where a.tenant_id = @TenantId and (@Outcome::text is null or a.outcome = @Outcome)
             and (@ActorId::uuid is null or a.actor_id = @ActorId) and (@Action::text is null or a.action = @Action)
             and (@Resource::text is null or a.resource = @Resource) and (@Id::uuid is null or a.record_id = @Id)
             and (@From::timestamptz is null or a.occurred_at >= @From) and (@To::timestamptz is null or a.occurred_at < @To)
             and (a.epoch, a.xid, a.n) < (@Epoch, @Xid, @N)
           order by a.epoch desc, a.xid desc, a.n desc limit @Limit)
        ) both_halves
        order by Epoch desc, Xid desc, N desc limit @Limit
        """;

    public async Task<DataPage<AuditItem>> Handle(GetAudit query, CancellationToken ct)
    {
        var page = query.Page;
        if (page.Skip > 0) throw QueryErrors.Invalid("skip", "is no parameter of this operation");
        var (epoch, xid, n) = Position(page.Cursor);
        var rows = await db.QueryAsync<Row>(Sql, new
        {
            query.ActorId, query.Action, query.Resource, query.Id, query.From, query.To,
            Outcome = query.Outcome is { } outcome ? Choices.Text(outcome) : null,
            Singular = query.Resource is { } name ? resources.Find(name)?.EventName ?? name : null,
            Personal = resources.All.Where(r => r.IsPersonal).Select(r => r.EventName).ToArray(), CallerId = context.Caller.UserId,
            Epoch = epoch, Xid = xid, N = n, Limit = page.Take + 1,
        }, ct);
        var names = resources.All.ToDictionary(r => r.EventName, r => r.Name);
        var items = rows.Take(page.Take).Select(r => r.Item(names)).ToList();
        var next = rows.Count > page.Take ? rows[page.Take - 1].Position : null;
        return new DataPage<AuditItem>(items, new PageMeta(0, page.Take, null, false, next));
    }

    private static (long Epoch, long Xid, int N) Position(string? cursor)
    {
        if (cursor is null) return (long.MaxValue, long.MaxValue, int.MaxValue);
        var parts = cursor.Split('.');
        return parts.Length == 3 && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var epoch)
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var xid)
            && int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var n)
            ? (epoch, xid, n)
            : throw QueryErrors.Invalid("cursor", "is not a cursor of this list");
    }

    private sealed record Row(Guid Id, long Epoch, long Xid, int N, DateTime OccurredAt, string ActorType, Guid? ActorId, Guid? ApiKeyId, string Action, string Outcome,
        string? Resource, Guid? RecordId, string? RequestId, string? SourceAddress, string? Detail)
    {
        public string Position => string.Create(CultureInfo.InvariantCulture, $"{Epoch}.{Xid}.{N}");

        public AuditItem Item(Dictionary<string, string> names) => new(Id, OccurredAt, new Actor(ActorType, ActorId, ApiKeyId), Action,
            Choices.TryParse(typeof(AuditOutcome), Outcome, out var outcome) ? (AuditOutcome)outcome : AuditOutcome.Failed,
            Resource is null ? null : names.GetValueOrDefault(Resource, Resource), RecordId, RequestId, SourceAddress,
            Detail is null or "null" ? null : JsonDocument.Parse(Detail).RootElement);
    }
}
