using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Listing;
using Crm.Domain.Common;
using Crm.Domain.Documents;

namespace Crm.Application.Documents;

/// <summary>Finds the template that documents of a kind are made with.</summary>
public sealed class DefaultTemplates(IReadDb db, RecordReader records, DocumentTemplateResource templates, TemplateVersions versions) : ISharedByUseCases
{
    private const string Sql = """
        select t.id as Id from crm_read.document_templates t
        where t.tenant_id = @TenantId and t.type = @Type and t.language = @Language and t.is_default and t.deleted_at is null
        """;

    /// <summary>The organization's default for a kind and language, else the built-in one.</summary>
    public async Task<DocumentTemplateDetails> FindAsync(DocumentType type, string language, CancellationToken ct) =>
        await db.FirstOrDefaultAsync<Row>(Sql, new { Type = Choices.Text(type), Language = language }, ct) is { } row && await records.FindAsync(templates, row.Id, new ListRequest(), ct) is { } template
            ? StoredTemplate.Of(template) : BuiltInTemplates.Of(type, language);

    /// <summary>The template that a document is made with: the one that was kept with it, as it was then; where none was kept, today's default.</summary>
    public async Task<DocumentTemplateDetails> FindAsync(DocumentType type, string language, TemplateUse? kept, CancellationToken ct) => kept switch
    {
        null => await FindAsync(type, language, ct),
        { Id: { } id } => await versions.FindAsync(id, kept.Version, ct) ?? throw new InvalidOperationException("The log has no such version of the template."),
        _ => BuiltInTemplates.Of(type, language),
    };

    private sealed record Row
    {
        public Guid Id { get; init; }
    }
}
