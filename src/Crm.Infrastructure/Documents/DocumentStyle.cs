using Crm.Application.Documents;

namespace Crm.Infrastructure.Documents;

/// <summary>How documents look before their own CSS says otherwise; the same as a page and as a PDF.</summary>
internal static class DocumentStyle
{
    /// <summary>The size of text, in points.</summary>
    public const double RootSize = 10;

    /// <summary>The sheet, in the document's colours and typeface.</summary>
    public static string Base(DocumentSource source) => $$"""
        body { font-family: "{{source.FontFamily}}"; font-size: 10pt; line-height: 1.35; color: {{source.TextColor}} }
        p { margin: 0 0 6pt 0 }
        h1, h2, h3, h4, h5, h6 { font-weight: bold; color: {{source.PrimaryColor}}; margin: 8pt 0 6pt 0; break-after: avoid }
        h1 { font-size: 18pt; line-height: 1.2 }
        h2 { font-size: 14pt; line-height: 1.2 }
        h3 { font-size: 12pt }
        b, strong, th, dt { font-weight: bold }
        i, em, cite, var, dfn { font-style: italic }
        u, ins { text-decoration: underline }
        s, del { text-decoration: line-through }
        a { color: {{source.PrimaryColor}}; text-decoration: underline }
        small { font-size: 8pt }
        sub { font-size: 7pt; vertical-align: sub }
        sup { font-size: 7pt; vertical-align: super }
        pre { white-space: pre-wrap; margin: 0 0 6pt 0 }
        ul, ol { margin: 0 0 6pt 0; padding: 0 0 0 18pt }
        ol { list-style-type: decimal }
        blockquote, dd { margin: 0 0 6pt 18pt }
        hr { border-top: 0.5pt solid {{source.PrimaryColor}}; margin: 6pt 0 6pt 0 }
        table { width: 100%; border-collapse: collapse; margin: 0 }
        th { text-align: left; color: {{source.PrimaryColor}} }
        td, th { padding: 2pt 3pt; vertical-align: top }
        caption { text-align: left; margin: 0 0 4pt 0 }
        """;
}
