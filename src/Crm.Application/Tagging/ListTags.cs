using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Listing;

namespace Crm.Application.Tagging;

/// <summary>A tag and how many living records carry it, of those the caller may see.</summary>
/// <param name="Name">The tag, as records have it.</param>
/// <param name="Total">Records that carry it, of all resources.</param>
/// <param name="Counts">By resource; those without any are left out.</param>
public sealed record TagUsage(string Name, long Total, IReadOnlyDictionary<string, long> Counts);

/// <summary>The tags in use, by name, or the most used first.</summary>
/// <param name="Prefix">Only tags that begin so, case and accents ignored.</param>
/// <param name="Sort">name, which is the default, or -total: the most used first.</param>
[Requires(Permissions.TagsRead)]
public sealed record ListTags(PageRequest Page, string? Prefix = null, [OneOf("name", "-total")] string? Sort = null) : IQuery<DataPage<TagUsage>>;

internal sealed class ListTagsHandler(IReadDb db, TaggedResources resources, IRequestContext context) : IQueryHandler<ListTags, DataPage<TagUsage>>
{
    public async Task<DataPage<TagUsage>> Handle(ListTags query, CancellationToken ct)
    {
        var (page, byTotal) = (query.Page, query.Sort == "-total");
        var parameters = new Dictionary<string, object?> { ["Prefix"] = query.Prefix ?? "", ["Skip"] = page.Skip, ["Limit"] = page.Take + 1 };
        if (page.Cursor is not null) (parameters["Total"], parameters["Name"]) = Decode(page.Cursor, byTotal);
        var rows = await db.QueryAsync<Row>(Sql(parameters, byTotal, page.Cursor is not null), parameters, ct);
        var shown = rows.Take(page.Take).ToList();
        var next = rows.Count > page.Take ? Encode(shown[^1], byTotal) : null;
        var total = page.Cursor is not null ? null : rows.Count > 0 ? rows[0].Tags : page.Skip == 0 ? 0 : (long?)null;
        return new DataPage<TagUsage>([.. shown.Select(r => new TagUsage(r.Name, r.Total, JsonSerializer.Deserialize<Dictionary<string, long>>(r.Counts)!))],
            new PageMeta(page.Skip, page.Take, total, false, next));
    }

    /// <summary>Who sees every record of a resource is told its kept counts; for anybody else their own records are counted.</summary>
    private string Sql(Dictionary<string, object?> parameters, bool byTotal, bool afterCursor)
    {
        var caller = context.Caller;
        var readable = resources.All.Where(r => caller.May(r.Permission("read"))).Select(r => (Resource: r, Condition: RecordScope.Visible(r, "t", caller, parameters))).ToList();
        parameters["Kept"] = readable.Where(r => r.Condition is null).Select(r => r.Resource.Name).ToArray();
        const string kept = """
            select c.resource, c.tag, sum(c.count)::bigint as count from crm_read.tag_counts c
            where c.tenant_id = @TenantId and c.resource = any(@Kept) group by c.resource, c.tag having sum(c.count) > 0
            """;
        var counted = readable.Where(r => r.Condition is not null).Select(r => $"""
            select '{r.Resource.Name}', u.tag collate "und-x-icu", count(*) from crm_read.{r.Resource.Table} t cross join lateral unnest(t.tags) u (tag)
            where t.tenant_id = @TenantId and t.deleted_at is null and t.tags <> '{"{}"}' and {r.Condition} group by u.tag
            """);
        var after = !afterCursor ? "" : byTotal ? "where (l.total < @Total or (l.total = @Total and l.tag > @Name))" : "where l.tag > @Name";
        return $"""
            with counted as ({string.Join("\nunion all\n", [kept, .. counted])}),
            listed as (
              select k.tag, sum(k.count)::bigint as total, json_object_agg(k.resource, k.count order by k.resource)::text as counts, count(*) over () as tags
              from counted k where @Prefix = '' or crm.fold(k.tag) like crm.fold_pattern(@Prefix) || '%' group by k.tag)
            select l.tag as Name, l.total as Total, l.counts as Counts, l.tags as Tags from listed l {after}
            order by {(byTotal ? "l.total desc, " : "")}l.tag offset @Skip limit @Limit
            """;
    }

    private static string Encode(Row last, bool byTotal) =>
        $"{(byTotal ? $"t{last.Total.ToString(CultureInfo.InvariantCulture)}." : "n.")}{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(last.Name))}";

    private static (long Total, string Name) Decode(string cursor, bool byTotal)
    {
        var (dot, total) = (cursor.IndexOf('.'), 0L);
        if (dot < 1 || cursor[0] != (byTotal ? 't' : 'n') || (byTotal ? !long.TryParse(cursor.AsSpan(1, dot - 1), NumberStyles.None, CultureInfo.InvariantCulture, out total) : dot != 1)) throw Stranger();
        var name = new byte[cursor.Length];
        if (!Base64Url.TryDecodeFromChars(cursor.AsSpan(dot + 1), name, out var length)) throw Stranger();
        var text = Encoding.UTF8.GetString(name, 0, length);
        return JsonText.IsStorable(text) ? (total, text) : throw Stranger();

        static Domain.Common.CrmException Stranger() => QueryErrors.Invalid("cursor", "is not a cursor of this list and sort");
    }

    private sealed record Row(string Name, long Total, string Counts, long Tags);
}
