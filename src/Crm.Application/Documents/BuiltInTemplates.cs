using System.Collections.Concurrent;
using System.Text;
using Crm.Domain.Documents;

namespace Crm.Application.Documents;

/// <summary>The templates that are used where a tenant has no default of its own: one for each type, in the words of each language.</summary>
public static class BuiltInTemplates
{
    private static readonly ConcurrentDictionary<string, string> Texts = new(StringComparer.Ordinal);

    /// <summary>The one for a type and language, as a tenant would state it.</summary>
    public static DocumentTemplateDetails Of(DocumentType type, string language)
    {
        var isLetter = type is DocumentType.Letter or DocumentType.Email;
        return new DocumentTemplateDetails
        {
            Name = DocumentLabels.TitleOf(type, language),
            Type = type,
            Language = language,
            Subject = isLetter ? "{{title}}" : "{{title}} {{number}}",
            Header = type == DocumentType.Email ? null : Read(isLetter ? "letter-header.html" : "header.html"),
            Html = type switch
            {
                DocumentType.Invoice => Read("document.html") + Read("payment.html"),
                DocumentType.Offer => Read("document.html") + Read("options.html"),
                DocumentType.Reminder => Read("reminder.html") + Read("payment.html"),
                DocumentType.Letter => Read("letter.html"),
                DocumentType.Email => Read("email.html"),
                _ => Read("document.html"),
            },
            Footer = type == DocumentType.Email ? null : Read(isLetter ? "letter-footer.html" : "footer.html"),
            Css = Read("built-in.css"),
        };
    }

    private static string Read(string name) => Texts.GetOrAdd(name, static file =>
    {
        using var reader = new StreamReader(typeof(BuiltInTemplates).Assembly.GetManifestResourceStream("documents." + file)!, Encoding.UTF8);
        return reader.ReadToEnd();
    });
}
