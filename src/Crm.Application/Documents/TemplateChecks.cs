using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Domain.Common;
using Crm.Domain.Documents;
using Crm.Domain.Documents.Templating;

namespace Crm.Application.Documents;

/// <summary>Makes a template's example before the template is kept: what cannot be made, or is not allowed, is told to who writes it and not to who needs the document.</summary>
public sealed class TemplateChecks(IDocumentRenderer renderer, LogoImages logos) : ISharedByUseCases
{
    /// <summary>Refuses what is wrong, all of it at once.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED by member; TEMPLATE_LIMIT_REACHED.</exception>
    public async Task EnsureAsync(DocumentTemplateDetails details, DocumentTemplateDetails? before, CancellationToken ct)
    {
        var errors = new Dictionary<string, string[]>();
        var model = DocumentExamples.Of(details.Type, details.Language).Variables;
        foreach (var (member, text) in Texts(details))
        {
            var budget = new TemplateBudget();
            var html = Template.Parse(text, member).Render(model, budget);
            string[] wrong =
            [
                .. budget.Missing.Select(name => $"there is no variable {name} here: see GET /document-templates/variables?type={Choices.Text(details.Type)}"),
                .. member == "subject" ? [] : renderer.RefusedHtml(html),
            ];
            if (wrong.Length > 0) errors[member] = wrong;
        }
        if (details.Css is { } css && renderer.RefusedCss(css) is { Count: > 0 } refused) errors["css"] = [.. refused];
        if (details.LogoFileId is { } logo && logo != before?.LogoFileId && await logos.RefusalAsync(logo, ct) is { } refusal) errors["logoFileId"] = [refusal];
        if (errors.Count > 0) throw CrmException.Validation(errors);
    }

    private static IEnumerable<(string Member, string Text)> Texts(DocumentTemplateDetails details)
    {
        if (details.Subject is not null) yield return ("subject", details.Subject);
        if (details.Header is not null) yield return ("header", details.Header);
        yield return ("html", details.Html);
        if (details.Footer is not null) yield return ("footer", details.Footer);
    }
}
