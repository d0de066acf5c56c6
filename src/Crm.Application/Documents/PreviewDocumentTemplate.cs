using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Listing;
using Crm.Application.Resources;
using Crm.Domain.Common;
using Crm.Domain.Documents;
using FluentValidation;

namespace Crm.Application.Documents;

/// <summary>A document that was made to be looked at.</summary>
/// <param name="Source">What it is made of.</param>
/// <param name="Format"><c>html</c> or <c>pdf</c>, if that was said.</param>
public sealed record DocumentPreview(DocumentSource Source, string? Format);

/// <summary>
/// Shows what a template makes, of the example or of a record that you can see. 422 for another record. TEMPLATE_LIMIT_REACHED: it takes more than any
/// document needs.
/// </summary>
/// <param name="RecordId">The record that the document is about; the example, when absent.</param>
/// <param name="Format">A page or a PDF; as Accept prefers, when absent.</param>
[Requires(Permissions.DocumentTemplatesRead)]
public sealed record PreviewDocumentTemplate(Guid Id, Guid? RecordId = null, [OneOf("html", "pdf")] string? Format = null) : IQuery<DocumentPreview>;

internal sealed class PreviewDocumentTemplateHandler(RecordReader records, DocumentTemplateResource templates, DocumentSources sources, DocumentMaker maker) : IQueryHandler<PreviewDocumentTemplate, DocumentPreview>
{
    public async Task<DocumentPreview> Handle(PreviewDocumentTemplate query, CancellationToken ct)
    {
        var row = await records.FindAsync(templates, query.Id, new ListRequest(), ct) ?? throw CrmException.NotFound(templates.Singular);
        var details = StoredTemplate.Of(row);
        var content = await sources.FindAsync(details.Type, query.RecordId, details.Language, ct);
        return new DocumentPreview(await maker.FillAsync(details, content, ct), query.Format);
    }
}

/// <summary>Shows what a template would make that is not kept: the same members, of which only type and html are required. Nothing is refused that can be left out.</summary>
/// <param name="Type">What it is for.</param>
/// <param name="Html">The document: HTML with variables.</param>
/// <param name="Language">The language of the document: en, when absent.</param>
/// <param name="Subject">The title of the document, with variables.</param>
/// <param name="Header">HTML at the top of every page.</param>
/// <param name="Footer">HTML at the foot of every page.</param>
/// <param name="Css">The look.</param>
/// <param name="PrimaryColor">The colour of headings and rules.</param>
/// <param name="TextColor">The colour of text.</param>
/// <param name="FontFamily">The typeface.</param>
/// <param name="LogoFileId">The image that crm:logo shows.</param>
/// <param name="RecordId">The record that the document is about; the example, when absent.</param>
/// <param name="Format">A page or a PDF; as Accept prefers, when absent.</param>
[Requires(Permissions.DocumentTemplatesRead)]
public sealed record PreviewUnsavedDocumentTemplate([Example("\"INVOICE\"")] DocumentType Type, [Example("\"<h1>{{title}} {{number}}</h1><p>{{customer.name}}: {{total}}</p>\"")] string Html,
    [OneOf("en", "bg")] string? Language = null, string? Subject = null, string? Header = null, string? Footer = null, string? Css = null,
    [Example("\"#1f4e79\"")] string? PrimaryColor = null, [Example("\"#222222\"")] string? TextColor = null, [OneOf("DejaVu Sans", "DejaVu Serif")] string? FontFamily = null,
    Guid? LogoFileId = null, Guid? RecordId = null, [OneOf("html", "pdf")] string? Format = null) : IQuery<DocumentPreview>
{
    internal DocumentTemplateDetails ToDetails()
    {
        var details = new DocumentTemplateDetails { Name = "Preview", Type = Type, Html = Html, Language = Language ?? Languages.Default, Subject = Subject, Header = Header, Footer = Footer, Css = Css, LogoFileId = LogoFileId };
        return details with { PrimaryColor = PrimaryColor ?? details.PrimaryColor, TextColor = TextColor ?? details.TextColor, FontFamily = FontFamily ?? details.FontFamily };
    }
}

internal sealed class PreviewUnsavedDocumentTemplateValidator : AbstractValidator<PreviewUnsavedDocumentTemplate>
{
    public PreviewUnsavedDocumentTemplateValidator(DocumentTemplateResource templates) => RuleFor(q => q.ToDetails()).Meets(templates);
}

internal sealed class PreviewUnsavedDocumentTemplateHandler(DocumentSources sources, DocumentMaker maker) : IQueryHandler<PreviewUnsavedDocumentTemplate, DocumentPreview>
{
    public async Task<DocumentPreview> Handle(PreviewUnsavedDocumentTemplate query, CancellationToken ct)
    {
        var details = query.ToDetails();
        return new DocumentPreview(await maker.FillAsync(details, await sources.FindAsync(details.Type, query.RecordId, details.Language, ct), ct), query.Format);
    }
}

/// <summary>A template as a row of the list holds it.</summary>
internal static class StoredTemplate
{
    public static DocumentTemplateDetails Of(RecordRow row) => new()
    {
        Name = (string)row["name"]!,
        Type = Choices.TryParse(typeof(DocumentType), (string)row["type"]!, out var type) ? (DocumentType)type : default,
        Language = (string)row["language"]!,
        Subject = (string?)row["subject"],
        Header = (string?)row["header"],
        Html = (string)row["html"]!,
        Footer = (string?)row["footer"],
        Css = (string?)row["css"],
        PrimaryColor = (string)row["primaryColor"]!,
        TextColor = (string)row["textColor"]!,
        FontFamily = (string)row["fontFamily"]!,
        LogoFileId = (Guid?)row["logoFileId"],
    };
}
