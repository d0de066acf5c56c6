using System.Collections.Frozen;
using System.Globalization;
using Crm.Application.Documents;

namespace Crm.Infrastructure.Documents;

/// <summary>What HTML of templates may have. Whatever is not named here is left out: see docs/decisions/0057-templates-are-read-not-run.md.</summary>
internal static class HtmlRules
{
    public static readonly FrozenSet<string> Void = Set("br", "hr", "img", "col", "wbr");

    /// <summary>Content that a browser does not read as HTML, or that is no part of the text: it goes with its element.</summary>
    public static readonly FrozenSet<string> Raw = Set("script", "style", "iframe", "noscript", "noembed", "noframes", "textarea", "title", "xmp", "plaintext", "template", "object", "svg", "math", "select", "head");

    public static readonly FrozenSet<string> Elements = Set("a", "abbr", "address", "article", "aside", "b", "blockquote", "br", "caption", "cite", "code", "col", "colgroup", "dd", "del", "div", "dl", "dt", "em",
        "figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "i", "img", "ins", "kbd", "li", "main", "mark", "ol", "p", "pre", "q", "s", "samp", "section", "small", "span", "strong",
        "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul", "var", "wbr");

    public static readonly FrozenSet<string> Blocks = Set("address", "article", "aside", "blockquote", "div", "dl", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "main", "ol", "p", "pre", "section", "table", "ul");

    private static readonly FrozenSet<string> Everywhere = Set("class", "id", "title", "lang", "dir");

    private static readonly FrozenDictionary<string, FrozenSet<string>> Own = new Dictionary<string, FrozenSet<string>>
    {
        ["a"] = Set("href"),
        ["img"] = Set("alt", "width", "height"),
        ["td"] = Set("colspan"),
        ["th"] = Set("colspan", "scope"),
        ["ol"] = Set("start"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>What this closes when it begins: HTML lets authors leave the end out.</summary>
    public static bool Closes(string begins, string open) => begins switch
    {
        "li" => open == "li",
        "dt" or "dd" => open is "dt" or "dd",
        "td" or "th" => open is "td" or "th",
        "tr" => open is "tr" or "td" or "th",
        "thead" or "tbody" or "tfoot" => open is "thead" or "tbody" or "tfoot" or "tr" or "td" or "th" or "colgroup" or "caption",
        _ => open == "p" && Blocks.Contains(begins),
    };

    /// <summary>Where looking for something to close stops.</summary>
    public static bool Bounds(string open) => open is "table" or "td" or "th" or "ul" or "ol" or "dl" or "caption";

    /// <summary>The attribute's value as it may stay, or null and why not.</summary>
    public static (string? Value, string? Refusal) Attribute(string element, string name, string value)
    {
        if (name.StartsWith("on", StringComparison.Ordinal)) return (null, $"the attribute {name} is not allowed: a document runs nothing");
        if (!Everywhere.Contains(name) && !(Own.TryGetValue(element, out var own) && own.Contains(name))) return (null, $"the attribute {name} of {element} is not allowed");
        if (value.Length > 2_000) return (null, $"the attribute {name} of {element} is too long");
        return name switch
        {
            "href" => IsLink(value.Trim()) ? (value.Trim(), null) : (null, "a link leads to http, https, mailto, tel or a place in the document only"),
            "colspan" or "width" or "height" or "start" => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= 1_000
                ? (number.ToString(CultureInfo.InvariantCulture), null) : (null, $"the attribute {name} of {element} must be between 1 and 1000"),
            _ => (value, null),
        };
    }

    /// <summary>The image in a data: address, if it is one that may be shown.</summary>
    public static DocumentImage? ImageOf(string source)
    {
        var comma = source.IndexOf(',', StringComparison.Ordinal);
        if (comma < 0 || source[..comma].ToLowerInvariant() is not ("data:image/png;base64" or "data:image/jpeg;base64")) return null;
        var encoded = source.AsSpan(comma + 1);
        if (encoded.Length > ImageCheck.MaxBytes * 4L / 3 + 4) return null;
        var bytes = new byte[encoded.Length];
        return Convert.TryFromBase64Chars(encoded, bytes, out var length) ? ImageCheck.Read(bytes[..length]) : null;
    }

    /// <summary>An address with a scheme that only opens something elsewhere; no space or control character hides another one.</summary>
    private static bool IsLink(string text) => text.All(c => c > ' ' && c != '\u007F')
        && (text.StartsWith('#') || ((string[])["https://", "http://", "mailto:", "tel:"]).Any(scheme => text.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)));

    private static FrozenSet<string> Set(params string[] words) => words.ToFrozenSet(StringComparer.Ordinal);
}
