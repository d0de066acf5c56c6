using System.Text.Json;
using Crm.Application.Abstractions;
using Crm.Domain.Documents;

namespace Crm.Application.Documents;

/// <summary>Reads templates as they were. The log is append-only, and the last event of a version carries the whole record: it is the store of versions.</summary>
public sealed class TemplateVersions(IReadDb db) : ISharedByUseCases
{
    private const string Sql = """
        select e.state::text as State from crm_read.events e
        where e.tenant_id = @TenantId and e.aggregate_id = @Id and e.version = @Version and e.state is not null
        order by e.n desc limit 1
        """;

    /// <summary>The template in a version; null when there never was one.</summary>
    public async Task<DocumentTemplateDetails?> FindAsync(Guid id, int version, CancellationToken ct) =>
        await db.FirstOrDefaultAsync<string>(Sql, new { Id = id, Version = version }, ct) is { } state ? Of(state) : null;

    /// <summary>What the log kept of a template, besides labels and keys.</summary>
    internal static DocumentTemplateDetails Of(string state) => JsonSerializer.Deserialize<Stated>(state, WireJson.Options)!.ToDetails();

    private sealed record Stated(string Name, DocumentType Type, string Language, string? Subject, string? Header, string Html, string? Footer, string? Css, string PrimaryColor, string TextColor,
        string FontFamily, Guid? LogoFileId)
    {
        public DocumentTemplateDetails ToDetails() => new()
        {
            Name = Name, Type = Type, Language = Language, Subject = Subject, Header = Header, Html = Html, Footer = Footer, Css = Css, PrimaryColor = PrimaryColor, TextColor = TextColor,
            FontFamily = FontFamily, LogoFileId = LogoFileId,
        };
    }
}
