using Crm.Application.Documents;

namespace Crm.Infrastructure.Documents;

/// <summary>Reads what somebody wrote, keeps what is allowed, and lays that out.</summary>
internal sealed class DocumentRenderer : IDocumentRenderer
{
    public string ToHtml(DocumentSource source) =>
        new HtmlWriter(source).Write(Part(source.Header), HtmlReader.Read(source.Body).Root, Part(source.Footer), CssReader.Read(source.Css).Rules);

    public byte[] ToPdf(DocumentSource source) =>
        PdfRenderer.Render(source, Part(source.Header), HtmlReader.Read(source.Body).Root, Part(source.Footer), CssReader.Read(source.Css).Rules);

    public IReadOnlyList<string> RefusedHtml(string html) => [.. HtmlReader.Read(html).Refused];

    public IReadOnlyList<string> RefusedCss(string css) => [.. CssReader.Read(css).Refused];

    private static HtmlElement? Part(string? html) => string.IsNullOrWhiteSpace(html) ? null : HtmlReader.Read(html).Root;
}
