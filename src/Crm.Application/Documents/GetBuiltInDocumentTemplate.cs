using Crm.Application.Abstractions;
using Crm.Domain.Common;
using Crm.Domain.Documents;

namespace Crm.Application.Documents;

/// <summary>What is used where your organization has no default: a beginning for a template of your own.</summary>
/// <param name="Type">What it is for.</param>
/// <param name="Language">The language of its documents.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Subject">The title of the document, with variables.</param>
/// <param name="Header">HTML at the top of every page.</param>
/// <param name="Html">The document.</param>
/// <param name="Footer">HTML at the foot of every page.</param>
/// <param name="Css">The look.</param>
/// <param name="PrimaryColor">The colour of headings and rules.</param>
/// <param name="TextColor">The colour of text.</param>
/// <param name="FontFamily">The typeface.</param>
public sealed record BuiltInDocumentTemplate(DocumentType Type, string Language, string Name, string? Subject, string? Header, string Html, string? Footer, string? Css,
    string PrimaryColor, string TextColor, string FontFamily);

/// <summary>The built-in template of a type and language.</summary>
/// <param name="Type">What it is for.</param>
/// <param name="Language">The language of its documents: en, when absent.</param>
[Requires(Permissions.DocumentTemplatesRead)]
public sealed record GetBuiltInDocumentTemplate([Example("\"INVOICE\"")] DocumentType Type, [OneOf("en", "bg")] string? Language = null) : IQuery<BuiltInDocumentTemplate>;

internal sealed class GetBuiltInDocumentTemplateHandler : IQueryHandler<GetBuiltInDocumentTemplate, BuiltInDocumentTemplate>
{
    public Task<BuiltInDocumentTemplate> Handle(GetBuiltInDocumentTemplate query, CancellationToken ct)
    {
        var t = BuiltInTemplates.Of(query.Type, query.Language ?? Languages.Default);
        return Task.FromResult(new BuiltInDocumentTemplate(t.Type, t.Language, t.Name, t.Subject, t.Header, t.Html, t.Footer, t.Css, t.PrimaryColor, t.TextColor, t.FontFamily));
    }
}
