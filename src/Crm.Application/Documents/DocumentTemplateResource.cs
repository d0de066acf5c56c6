using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Resources;
using Crm.Domain.Common;
using Crm.Domain.Documents;

namespace Crm.Application.Documents;

/// <summary>The declaration of document templates; every member of the tenant sees them.</summary>
public sealed class DocumentTemplateResource : Resource<DocumentTemplate, DocumentTemplateDetails>
{
    private const string Color = "must be a colour such as #1f4e79";

    /// <summary>Declares the members.</summary>
    public DocumentTemplateResource() : base("document-templates", "document template")
    {
        AreIndependent = true;
        Text(x => x.Name).Required().Search().Sort().Says("What it is called.", "\"Invoice with our colours\"");
        Choice(x => x.Type).Required().Says("What it is for. A default template's stays.", "\"INVOICE\"");
        Text(x => x.Language).NotNull().OneOf(Languages.All).Sort().Says("The language of its documents. A default template's stays.", "\"en\"");
        ReadOnly("isDefault", FieldKind.Boolean).NotNull().Says("Whether it is the one for its type and language; with none, the built-in one is used. See make-default.", "false");
        Text(x => x.Subject).Says("The title of the document or the subject of the e-mail, as text with variables.", "\"Invoice {{number}}\"");
        Text(x => x.Header).Limit(20_000).NoFilter().Says("HTML at the top of every page, with variables.", "\"<table><tr><td><img src=\\\"crm:logo\\\"></td><td>{{seller.name}}</td></tr></table>\"");
        Text(x => x.Html).Required().Limit(100_000).NoFilter().Says("The document: HTML with variables in the language of Handlebars. GET /document-templates/variables lists them. What could run, load or submit anything is refused.",
            "\"<h1>{{number}}</h1><p>{{customer.name}}</p><table><thead><tr><th>Item</th><th>Net</th></tr></thead><tbody>{{#each lines}}<tr><td>{{name}}</td><td>{{netAmount}}</td></tr>{{/each}}</tbody></table><p>{{total}}</p>\"");
        Text(x => x.Footer).Limit(20_000).NoFilter().Says("HTML at the foot of every page, with variables.", "\"<p>{{seller.name}}</p>\"");
        Text(x => x.Css).Limit(50_000).NoFilter().Says("The look: rules of CSS, of the properties that documents have.", "\"td { padding: 2pt } h1 { text-align: right }\"");
        Text(x => x.PrimaryColor).NotNull().Must(DocumentTemplate.IsColor, Color).NoFilter().Says("The colour of headings and rules.", "\"#1f4e79\"");
        Text(x => x.TextColor).NotNull().Must(DocumentTemplate.IsColor, Color).NoFilter().Says("The colour of text.", "\"#222222\"");
        Text(x => x.FontFamily).NotNull().OneOf(DocumentFonts.All).Says("The typeface; it is embedded in the document.", "\"DejaVu Sans\"");
        Reference(x => x.LogoFileId, "files").Says("The image that crm:logo shows: a file of type PNG or JPEG, at most 1 MiB and 4 million pixels.");
        Common();
    }

    /// <inheritdoc/>
    protected override ICommand<Guid> Create(DocumentTemplateDetails details) => new CreateDocumentTemplate(details);

    /// <inheritdoc/>
    protected override ICommand<Guid> Update(Guid id, Patch<DocumentTemplateDetails> patch) => new UpdateDocumentTemplate(id, patch);
}

/// <summary>A document template's own members, as events carry them: all it takes to make a document as it was made then.</summary>
public sealed record DocumentTemplateState : DocumentTemplateDetails
{
    /// <summary>Whether it was the one for its type and language.</summary>
    public bool IsDefault { get; init; }
}

internal sealed class DocumentTemplateStateProfile : StateProfile<DocumentTemplate, DocumentTemplateDetails, DocumentTemplateState>;
