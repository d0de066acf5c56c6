using System.Text.Json;
using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Listing;
using Crm.Application.Resources;
using Crm.Domain.Common;

namespace Crm.Application.Records;

/// <summary>What an entry of a timeline tells of.</summary>
public enum TimelineKind
{
    /// <summary>An activity took place.</summary>
    Activity,
    /// <summary>A task was planned or completed.</summary>
    Task,
    /// <summary>A file was attached.</summary>
    File,
    /// <summary>A deal moved: to another stage, won, lost, reopened.</summary>
    Stage,
    /// <summary>The record, or one that belongs to it, was created or changed.</summary>
    Change,
}

/// <summary>
/// One entry of a timeline. <paramref name="Type"/> is the activity's type (CALL) or the event's (deal.won), <paramref name="Title"/> the
/// subject, the task's title or the record's name; <paramref name="AggregateId"/> is the record the entry is about.
/// </summary>
/// <param name="Kind">What the entry tells of.</param>
/// <param name="Type">The activity's type (CALL) or the event's (deal.won).</param>
/// <param name="Title">The subject, the task's title or the record's name.</param>
/// <param name="AggregateId">The record the entry is about.</param>
/// <param name="Data">The rest, by kind.</param>
public sealed record TimelineEntry(Guid Id, TimelineKind Kind, string Type, DateTimeOffset OccurredAt, Actor Actor, string AggregateType, Guid AggregateId,
    string Title, JsonElement Data);

/// <summary>
/// The timeline of a record, newest first: its activities by the time they took place, its tasks and files, its moves and changes; a customer's
/// with those of its deals, its contacts and the lead it came from (product.md §5). Shows only what the caller may read and see.
/// </summary>
public sealed record GetTimeline(Resource Resource, Guid Id, PageRequest Page) : IQuery<DataPage<TimelineEntry>>, IRequiresPermission, IConcernsResource
{
    /// <inheritdoc/>
    public string Permission => Resource.Permission("read");
}

internal sealed class GetTimelineHandler(IReadDb db, RecordReader records, ResourceCatalog resources, IRequestContext context)
    : IQueryHandler<GetTimeline, DataPage<TimelineEntry>>
{
    // Events of one transaction share their time; their number in it keeps them in order.
    private static readonly SortKey[] Order =
    [
        new(new Field { Name = "occurredAt", Kind = FieldKind.Instant, Column = "occurred_at" }, true),
        new(new Field { Name = "n", Kind = FieldKind.Integer, Column = "n" }, true),
    ];

    public async Task<DataPage<TimelineEntry>> Handle(GetTimeline query, CancellationToken ct)
    {
        var (resource, page) = (query.Resource, query.Page);
        if (await records.FindAsync(resource, query.Id, new ListRequest { Fields = [resource.Find("id")!] }, ct) is null)
            throw CrmException.NotFound(resource.Singular);
        var sql = new TimelineSql(resource, resources, context.Caller);
        sql.Parameters["Id"] = query.Id;
        sql.Parameters["Limit"] = page.Skip + page.Take + 1;
        sql.Parameters["Skip"] = page.Skip;
        if (page.Cursor is { } text)
        {
            var cursor = Cursor.Decode(text, resource, Order);
            (sql.Parameters["At"], sql.Parameters["N"], sql.Parameters["After"]) = (cursor.Values[0], cursor.Values[1], cursor.Id);
        }
        var rows = await db.QueryAsync<Row>(sql.Write(page.Cursor is not null), sql.Parameters, ct);
        var last = rows.Count > page.Take ? rows[page.Take - 1] : null;
        var next = last is null ? null : new Cursor([last.OccurredAt, last.N], last.Id).Encode(resource, Order);
        return new DataPage<TimelineEntry>([.. rows.Take(page.Take).Select(Entry)], new PageMeta(page.Skip, page.Take, null, false, next));
    }

    private static TimelineEntry Entry(Row row)
    {
        using var data = JsonDocument.Parse(row.Data);
        return new TimelineEntry(row.Id, Choices.Value<TimelineKind>(row.Kind), row.Type, row.OccurredAt, new Actor(row.ActorType, row.ActorId, row.ApiKeyId), row.AggregateType, row.AggregateId,
            row.Title, data.RootElement.Clone());
    }

    private sealed record Row(Guid Id, string Kind, string Type, DateTime OccurredAt, int N, string ActorType, Guid? ActorId, Guid? ApiKeyId, string AggregateType, Guid AggregateId,
        string Title, string Data);
}
