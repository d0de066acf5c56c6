using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crm.Application.Abstractions;
using Crm.Application.CustomFields;
using Crm.Application.Listing;
using Crm.Application.Resources;
using Crm.Domain.Common;

namespace Crm.Application.Records;

/// <summary>Who did something.</summary>
/// <param name="Type">USER, or SERVICE for a service user.</param>
/// <param name="Id">The member who acted, or as whom a program did.</param>
/// <param name="ApiKeyId">The API key by which a program did; null where the user himself signed in.</param>
public sealed record Actor(string Type, Guid? Id, Guid? ApiKeyId);

/// <summary>One member before and after.</summary>
/// <param name="Field">The member that changed.</param>
/// <param name="Before">Its value before; null when it had none.</param>
/// <param name="After">Its value after; null when it has none.</param>
public sealed record FieldChange(string Field, JsonNode? Before, JsonNode? After);

/// <summary>One version of a record: who made it, when, by which events, and what differs from the version before.</summary>
/// <param name="Events">The types of the events that made the version.</param>
/// <param name="Changes">The members that differ from the version before.</param>
public sealed record HistoryEntry(int Version, DateTimeOffset OccurredAt, Actor Actor, IReadOnlyList<string> Events,
    IReadOnlyList<FieldChange> Changes, string? RequestId, string? CorrelationId);

/// <summary>The history of a record, newest first: the difference of neighbouring states in the event log.</summary>
public sealed record GetHistory(Resource Resource, Guid Id, PageRequest Page) : IQuery<DataPage<HistoryEntry>>, IRequiresPermission, IConcernsResource
{
    /// <inheritdoc/>
    public string Permission => Resource.Permission("read");
}

internal sealed class GetHistoryHandler(IReadDb db, RecordReader records, IRequestContext context) : IQueryHandler<GetHistory, DataPage<HistoryEntry>>
{
    private const string Sql = """
        select e.version as Version, min(e.occurred_at) as OccurredAt, min(e.actor_type) as ActorType, (min(e.actor_id::text))::uuid as ActorId, (min(e.api_key_id::text))::uuid as ApiKeyId,
               string_agg(e.type, ',' order by e.n) as Types, nullif(min(e.request_id), '') as RequestId, nullif(min(e.correlation_id), '') as CorrelationId,
               (array_agg(e.state::text order by e.n desc) filter (where e.state is not null))[1] as State
        from crm_read.events e
        where e.tenant_id = @TenantId and e.aggregate_id = @Id and e.version < @Before
        group by e.version order by e.version desc offset @Skip limit @Limit
        """;

    public async Task<DataPage<HistoryEntry>> Handle(GetHistory query, CancellationToken ct)
    {
        var page = query.Page;
        var before = page.Cursor is null ? int.MaxValue : Version(page.Cursor);
        if (await records.FindAsync(query.Resource, query.Id, new ListRequest { Fields = [query.Resource.Find("id")!] }, ct) is null)
            throw CrmException.NotFound(query.Resource.Singular);
        // One row more for the next page, and its state is also what the last one shown is compared with.
        var rows = await db.QueryAsync<VersionRow>(Sql, new { query.Id, Before = before, page.Skip, Limit = page.Take + 1 }, ct);
        var entries = rows.Take(page.Take).Select((row, i) => Entry(query.Resource, row, i + 1 < rows.Count ? rows[i + 1] : null)).ToList();
        var next = rows.Count > page.Take ? $"v{rows[page.Take - 1].Version.ToString(CultureInfo.InvariantCulture)}" : null;
        return new DataPage<HistoryEntry>(entries, new PageMeta(page.Skip, page.Take, null, false, next));
    }

    private static int Version(string cursor) => cursor.StartsWith('v') && int.TryParse(cursor.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
        ? version
        : throw QueryErrors.Invalid("cursor", "is not a cursor of this list");

    /// <summary>An event's state may hold more than the record shows; the history speaks of members only.</summary>
    private HistoryEntry Entry(Resource resource, VersionRow row, VersionRow? older) =>
        new(row.Version, row.OccurredAt, new Actor(row.ActorType, row.ActorId, row.ApiKeyId), row.Types.Split(','),
            [.. StateDifference.Between(older?.State, row.State).Where(c => resource.Find(c.Field) is not null)
                .SelectMany(c => c.Field == "customFields" ? CustomFieldNames.Changes(context.Caller.CustomFields.Of(resource.Name), c) : [c])],
            row.RequestId, row.CorrelationId);

    private sealed record VersionRow(int Version, DateTime OccurredAt, string ActorType, Guid? ActorId, Guid? ApiKeyId, string Types, string? RequestId, string? CorrelationId, string? State);
}

/// <summary>Compares two states of a record member by member.</summary>
internal static class StateDifference
{
    /// <summary>The members that differ; all that are set when there is no state before.</summary>
    public static IReadOnlyList<FieldChange> Between(string? before, string? after)
    {
        if (after is null) return [];
        var (old, now) = (before is null ? [] : JsonNode.Parse(before)!.AsObject(), JsonNode.Parse(after)!.AsObject());
        return [.. now.Select(m => m.Key).Union(old.Select(m => m.Key))
            .Where(name => !JsonNode.DeepEquals(old[name], now[name]))
            .Select(name => new FieldChange(name, old[name]?.DeepClone(), now[name]?.DeepClone()))];
    }
}
