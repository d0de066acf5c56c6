using System.Globalization;
using System.Text;
using Crm.Application.Documents;
using Crm.Domain.Documents;

namespace Crm.Infrastructure.Documents;

/// <summary>Writes a page from the tree of what is allowed: every name is one of ours, every text is escaped, every image is inside.</summary>
internal sealed class HtmlWriter(DocumentSource source)
{
    private const int MaxCharacters = 8_000_000;
    private readonly StringBuilder _page = new();
    private string? _logo;
    private string? _qr;

    public string Write(HtmlElement? header, HtmlElement body, HtmlElement? footer, IReadOnlyList<CssRule> rules)
    {
        _page.Append(CultureInfo.InvariantCulture, $"<!doctype html>\n<html lang=\"{Escaped(source.Language)}\">\n<head>\n<meta charset=\"utf-8\">\n");
        _page.Append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\">\n");
        _page.Append(CultureInfo.InvariantCulture, $"<title>{Escaped(source.Title)}</title>\n<style>\n{DocumentStyle.Base(source)}\nbody {{ max-width: 174mm; margin: 12mm auto }}\n");
        foreach (var rule in rules) _page.Append(string.Join(", ", rule.Selectors.Select(s => s.Text))).Append(" { ").Append(Declared(rule.Declarations)).Append(" }\n");
        _page.Append("</style>\n</head>\n<body>\n");
        foreach (var (name, part) in (IReadOnlyList<(string, HtmlElement?)>)[("header", header), ("main", body), ("footer", footer)])
        {
            if (part is null) continue;
            _page.Append('<').Append(name).Append('>');
            foreach (var node in part.Children) Write(node);
            _page.Append("</").Append(name).Append(">\n");
        }
        return _page.Append("</body>\n</html>\n").ToString();
    }

    private void Write(HtmlNode node)
    {
        if (_page.Length > MaxCharacters) throw DocumentTemplateErrors.LimitReached($"it has more than {MaxCharacters} characters with its images");
        if (node is HtmlText text)
        {
            _page.Append(Escaped(text.Text));
            return;
        }
        var element = (HtmlElement)node;
        if (element.Name == "img" && Source(element) is null) return;
        _page.Append('<').Append(element.Name);
        if (element.Name == "img") _page.Append(" src=\"").Append(Source(element)).Append('"');
        foreach (var (name, value) in element.Attributes)
            if (name != "src") _page.Append(' ').Append(name).Append("=\"").Append(Escaped(value)).Append('"');
        if (element.Name == "a") _page.Append(" rel=\"noopener noreferrer\"");
        if (element.Style.Count > 0) _page.Append(" style=\"").Append(Escaped(Declared(element.Style))).Append('"');
        _page.Append('>');
        if (HtmlRules.Void.Contains(element.Name)) return;
        // A page on the screen is one.
        if (element.Classes.Contains("crm-page") || element.Classes.Contains("crm-pages")) _page.Append('1');
        foreach (var child in element.Children) Write(child);
        _page.Append("</").Append(element.Name).Append('>');
    }

    private string? Source(HtmlElement image) => image.Image is { } own ? Data(own.MediaType, own.Bytes) : image["src"] switch
    {
        "crm:logo" when source.Logo is { } logo => _logo ??= Data(logo.MediaType, logo.Bytes),
        "crm:qr" when source.Qr is { } qr => _qr ??= Data("image/png", QrCode.Png(qr)),
        _ => null,
    };

    private static string Data(string type, byte[] bytes) => $"data:{type};base64,{Convert.ToBase64String(bytes)}";

    private static string Declared(IReadOnlyList<CssDeclaration> declarations) => string.Join("; ", declarations.Select(d => $"{d.Name}: {d.Value}"));

    private static string Escaped(string text) => text.AsSpan().IndexOfAny("&<>\"") < 0 ? text
        : text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal).Replace("\"", "&quot;", StringComparison.Ordinal);
}
