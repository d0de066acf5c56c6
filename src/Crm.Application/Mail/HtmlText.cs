using System.Net;
using System.Text;

namespace Crm.Application.Mail;

/// <summary>What a page of HTML says, without how: for e-mails that have no plain text. It is looked at once from front to back and never shown as HTML.</summary>
internal static class HtmlText
{
    private static readonly HashSet<string> Silent = new(StringComparer.OrdinalIgnoreCase) { "script", "style", "head", "title", "template", "noscript" };
    private static readonly HashSet<string> Lines = new(StringComparer.OrdinalIgnoreCase) { "br", "p", "div", "tr", "li", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "hr", "pre" };

    /// <summary>The text.</summary>
    public static string Of(string html)
    {
        var (text, at) = (new StringBuilder(html.Length / 2), 0);
        while (at < html.Length)
        {
            var open = html.IndexOf('<', at);
            text.Append(html, at, (open < 0 ? html.Length : open) - at);
            if (open < 0) break;
            at = After(html, open, text);
        }
        return Tidy(WebUtility.HtmlDecode(text.ToString()));
    }

    /// <summary>Where the text goes on after a tag, a comment, or an element that says nothing.</summary>
    private static int After(string html, int open, StringBuilder text)
    {
        if (html.AsSpan(open).StartsWith("<!--")) return End(html, "-->", open + 4);
        if (open + 1 < html.Length && !char.IsAsciiLetter(html[open + 1]) && html[open + 1] is not ('/' or '!' or '?'))
        {
            // A sign that stands for itself.
            text.Append('<');
            return open + 1;
        }
        var close = html.IndexOf('>', open);
        if (close < 0) return html.Length;
        var name = Name(html.AsSpan(open + 1, close - open - 1), out var isEnd);
        if (Lines.Contains(name)) text.Append('\n');
        return !isEnd && Silent.Contains(name) ? End(html, ">", End(html, "</" + name, close)) : close + 1;
    }

    private static int End(string html, string mark, int from)
    {
        var at = from >= html.Length ? -1 : html.IndexOf(mark, from, StringComparison.OrdinalIgnoreCase);
        return at < 0 ? html.Length : at + mark.Length;
    }

    private static string Name(ReadOnlySpan<char> tag, out bool isEnd)
    {
        isEnd = tag.StartsWith("/");
        if (isEnd) tag = tag[1..];
        var length = 0;
        while (length < tag.Length && char.IsAsciiLetterOrDigit(tag[length])) length++;
        return length > 0 && char.IsAsciiLetter(tag[0]) ? tag[..length].ToString() : "";
    }

    /// <summary>One space for many, and no more than one empty line.</summary>
    private static string Tidy(string text)
    {
        var (tidy, isEmpty) = (new StringBuilder(text.Length), true);
        foreach (var line in text.Split('\n'))
        {
            var words = string.Join(' ', line.Split((char[])[' ', '\t', '\r', '\u00A0'], StringSplitOptions.RemoveEmptyEntries));
            if (words.Length == 0 && isEmpty) continue;
            isEmpty = words.Length == 0;
            tidy.Append(words).Append('\n');
        }
        return tidy.ToString().TrimEnd('\n');
    }
}
