using Crm.Application.Abstractions;
using Crm.Domain.Common;
using Crm.Domain.Documents;
using Crm.Domain.Documents.Templating;

namespace Crm.Application.Documents;

/// <summary>Fills templates in: what use cases that issue or preview documents begin with.</summary>
public sealed class DocumentMaker(LogoImages logos) : ISharedByUseCases
{
    /// <summary>The document, ready to be laid out.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED: a mistake in the template. TEMPLATE_LIMIT_REACHED.</exception>
    public async Task<DocumentSource> FillAsync(DocumentTemplateDetails template, DocumentContent content, CancellationToken ct)
    {
        var budget = new TemplateBudget();
        return new DocumentSource(template.Language, Fill(template.Subject ?? "{{title}}", "subject", asText: true)!, Fill(template.Header, "header"), Fill(template.Html, "html")!, Fill(template.Footer, "footer"),
            template.Css, template.PrimaryColor, template.TextColor, template.FontFamily, await logos.FindAsync(template.LogoFileId, ct), content.Qr);

        string? Fill(string? text, string member, bool asText = false) => text is null ? null : Template.Parse(text, member).Render(content.Variables, budget, asText);
    }
}
