using System.Text;

namespace Crm.Application.Mail;

/// <summary>
/// Reads messages as mail servers hand them over (RFC 5322, MIME): headers, addresses, texts in all charsets, the names of attachments. It is written here because no parser restores where
/// this is built; it is strict about what has a form and lenient about what people write. What it reads is limited in every direction.
/// </summary>
internal sealed class MailParser
{
    /// <summary>How deep parts may be within each other.</summary>
    public const int Deepest = 10;

    /// <summary>The most parts a message has.</summary>
    public const int MostParts = 500;

    /// <summary>The most characters of text that are kept.</summary>
    public const int LongestText = 100_000;

    private const int LongestSubject = 1_000, LongestName = 300, MostAttachments = 100, MostTextBytes = 1 << 20, LongestBoundary = 200;
    private readonly StringBuilder _plain = new(), _html = new();
    private readonly List<string> _attachments = [];
    private int _parts;
    private bool _isCut;

    private MailParser()
    {
    }

    /// <summary>Reads a message.</summary>
    /// <exception cref="MalformedMailException">It is none, or goes beyond the limits.</exception>
    public static MailMessage Parse(ReadOnlyMemory<byte> raw)
    {
        var (headers, body) = MailHeaders.Read(raw);
        if (headers.Count == 0) throw new MalformedMailException("has no headers");
        if (MailAddresses.Of(headers.Find("From")) is not [var from, ..]) throw new MalformedMailException("has no address in From");
        var parser = new MailParser();
        parser.Walk(headers, body, 0);
        var text = parser.Text();
        return new MailMessage
        {
            From = from, To = MailAddresses.Of(headers.Find("To")), Cc = MailAddresses.Of(headers.Find("Cc")), Subject = Line(headers.Find("Subject"), LongestSubject),
            Text = Cut(text, LongestText), IsTextCut = parser._isCut || text.Length > LongestText, MessageId = Id(headers.Find("Message-ID")), Date = headers.Find("Date"), InReplyTo = Id(headers.Find("In-Reply-To")),
            IsAutomatic = IsAutomatic(headers), Attachments = parser._attachments,
        };
    }

    private void Walk(MailHeaders headers, ReadOnlyMemory<byte> body, int depth)
    {
        if (++_parts > MostParts) throw new MalformedMailException($"has more than {MostParts} parts");
        var type = MailValue.Of(headers.Find("Content-Type") ?? "text/plain");
        if (type.Value.StartsWith("multipart/", StringComparison.Ordinal))
        {
            if (depth == Deepest) throw new MalformedMailException($"has parts nested deeper than {Deepest}");
            if (type.Find("boundary") is not { Length: > 0 and <= LongestBoundary } boundary) throw new MalformedMailException("has parts without a boundary");
            foreach (var part in Parts(body, boundary))
            {
                var (own, content) = MailHeaders.Read(part);
                Walk(own, content, depth + 1);
            }
            return;
        }
        var disposition = MailValue.Of(headers.Find("Content-Disposition") ?? "");
        var name = disposition.Find("filename") ?? type.Find("name");
        var isText = type.Value is "text/plain" or "text/html" && disposition.Value != "attachment" && name is null;
        if (isText) AddText(type, headers.Find("Content-Transfer-Encoding"), body);
        else if (_attachments.Count < MostAttachments) _attachments.Add(Line(name, LongestName) is { Length: > 0 } given ? given : type.Value);
    }

    private void AddText(MailValue type, string? coding, ReadOnlyMemory<byte> body)
    {
        var into = type.Value == "text/html" ? _html : _plain;
        if (into.Length > LongestText) return;
        _isCut |= body.Length > MostTextBytes;
        var text = MailCharsets.Decode(type.Find("charset"), TransferCodings.Decode(coding, body[..Math.Min(body.Length, MostTextBytes)]).Span).ReplaceLineEndings("\n");
        if (into.Length > 0) into.Append('\n');
        into.Append(text);
    }

    private string Text() => (_plain.Length > 0 || _html.Length == 0 ? _plain.ToString() : HtmlText.Of(_html.ToString())).Trim('\n');

    /// <summary>The parts between lines of two hyphens and the boundary (RFC 2046 §5.1.1). The end of the line before such a line belongs to it.</summary>
    private static IEnumerable<ReadOnlyMemory<byte>> Parts(ReadOnlyMemory<byte> body, string boundary)
    {
        var (mark, begin, at) = (Encoding.UTF8.GetBytes("--" + boundary), -1, 0);
        while (at < body.Length)
        {
            var line = MailHeaders.LineAt(body.Span, at, out var next);
            var (isMark, isLast) = Mark(line, mark);
            if (isMark)
            {
                if (begin >= 0) yield return body[begin..EndOfLine(body.Span, begin, at)];
                if (isLast) yield break;
                begin = next;
            }
            at = next;
        }
        if (begin < 0) throw new MalformedMailException("has a boundary that no part begins with");
        yield return body[begin..];
    }

    private static (bool IsMark, bool IsLast) Mark(ReadOnlySpan<byte> line, ReadOnlySpan<byte> mark)
    {
        if (!line.StartsWith(mark)) return (false, false);
        var rest = line[mark.Length..].TrimEnd(" \t"u8);
        return (rest.Length == 0 || rest.SequenceEqual("--"u8), rest.Length > 0);
    }

    private static int EndOfLine(ReadOnlySpan<byte> body, int begin, int at)
    {
        if (at > begin && body[at - 1] == '\n') at--;
        return at > begin && body[at - 1] == '\r' ? at - 1 : at;
    }

    /// <summary>Whether a machine sent it by itself: by its own word (RFC 3834 §5), as a bounce, or as one of a list.</summary>
    private static bool IsAutomatic(MailHeaders headers) =>
        (headers.Find("Auto-Submitted") is { } how && !MailValue.Of(how).Value.Equals("no", StringComparison.Ordinal))
        || headers.Find("Precedence")?.Trim().ToLowerInvariant() is "bulk" or "junk" or "list" || headers.Find("List-Id") is not null
        || headers.Find("Return-Path")?.Trim() == "<>" || MailValue.Of(headers.Find("Content-Type") ?? "").Value == "multipart/report";

    private static string? Id(string? text)
    {
        var begin = text?.IndexOf('<', StringComparison.Ordinal) ?? -1;
        var end = begin < 0 ? -1 : text!.IndexOf('>', begin);
        return end > begin + 1 ? text![begin..(end + 1)] : null;
    }

    private static string Line(string? text, int longest) =>
        Cut(string.Join(' ', EncodedWords.Decode(text ?? "").Split((char[])['\r', '\n'], StringSplitOptions.RemoveEmptyEntries)).Trim(), longest);

    /// <summary>The beginning of a text, without half a character at its end.</summary>
    internal static string Cut(string text, int longest) => text.Length <= longest ? text : text[..(char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest)];
}
