using System.Globalization;
using Crm.Application.Abstractions;
using Crm.Application.Listing;
using Crm.Domain.Common;
using Crm.Domain.Documents;

namespace Crm.Application.Documents;

/// <summary>A template as it was.</summary>
/// <param name="Version">Its version; a document names the one it was made with.</param>
/// <param name="ChangedAt">Since when it was so.</param>
/// <param name="ChangedBy">Who made it so.</param>
/// <param name="Name">What it was called.</param>
/// <param name="Type">What it was for.</param>
/// <param name="Language">The language of its documents.</param>
/// <param name="Subject">The title of the document, with variables.</param>
/// <param name="Header">HTML at the top of every page.</param>
/// <param name="Html">The document.</param>
/// <param name="Footer">HTML at the foot of every page.</param>
/// <param name="Css">The look.</param>
/// <param name="PrimaryColor">The colour of headings and rules.</param>
/// <param name="TextColor">The colour of text.</param>
/// <param name="FontFamily">The typeface.</param>
/// <param name="LogoFileId">The image that crm:logo showed.</param>
public sealed record DocumentTemplateVersion(int Version, DateTimeOffset ChangedAt, Guid? ChangedBy, string Name, DocumentType Type, string Language, string? Subject, string? Header, string Html,
    string? Footer, string? Css, string PrimaryColor, string TextColor, string FontFamily, Guid? LogoFileId);

/// <summary>A template's versions as they were, newest first: each change keeps the former one.</summary>
/// <param name="Version">Only this one; without it, all.</param>
[Requires(Permissions.DocumentTemplatesRead)]
public sealed record ListDocumentTemplateVersions(Guid Id, int? Version, PageRequest Page) : IQuery<DataPage<DocumentTemplateVersion>>;

internal sealed class ListDocumentTemplateVersionsHandler(IReadDb db, RecordReader records, DocumentTemplateResource templates) : IQueryHandler<ListDocumentTemplateVersions, DataPage<DocumentTemplateVersion>>
{
    private const string Sql = """
        select e.version as Version, max(e.occurred_at) as ChangedAt, (min(e.actor_id::text))::uuid as ChangedBy,
               (array_agg(e.state::text order by e.n desc) filter (where e.state is not null))[1] as State
        from crm_read.events e
        where e.tenant_id = @TenantId and e.aggregate_id = @Id and e.version < @Before and (@Version::int is null or e.version = @Version)
        group by e.version order by e.version desc offset @Skip limit @Limit
        """;

    public async Task<DataPage<DocumentTemplateVersion>> Handle(ListDocumentTemplateVersions query, CancellationToken ct)
    {
        var page = query.Page;
        var before = page.Cursor is null ? int.MaxValue : VersionOf(page.Cursor);
        if (await records.FindAsync(templates, query.Id, new ListRequest { Fields = [templates.Find("id")!] }, ct) is null) throw CrmException.NotFound(templates.Singular);
        var rows = await db.QueryAsync<Row>(Sql, new { query.Id, Before = before, query.Version, page.Skip, Limit = page.Take + 1 }, ct);
        var next = rows.Count > page.Take ? $"v{rows[page.Take - 1].Version.ToString(CultureInfo.InvariantCulture)}" : null;
        return new DataPage<DocumentTemplateVersion>([.. rows.Take(page.Take).Select(Of)], new PageMeta(page.Skip, page.Take, null, false, next));
    }

    private static DocumentTemplateVersion Of(Row row)
    {
        var was = TemplateVersions.Of(row.State);
        return new DocumentTemplateVersion(row.Version, row.ChangedAt, row.ChangedBy, was.Name, was.Type, was.Language, was.Subject, was.Header, was.Html, was.Footer, was.Css,
            was.PrimaryColor, was.TextColor, was.FontFamily, was.LogoFileId);
    }

    private static int VersionOf(string cursor) => cursor.StartsWith('v') && int.TryParse(cursor.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
        ? version
        : throw QueryErrors.Invalid("cursor", "is not a cursor of this list");

    private sealed record Row(int Version, DateTime ChangedAt, Guid? ChangedBy, string State);
}
