using System.Globalization;
using System.Text;
using Crm.Application.Abstractions;
using Crm.Domain.Common;

namespace Crm.Infrastructure.Email;

/// <summary>
/// An e-mail as the internet writes it (RFC 5322, MIME): headers in ASCII, whatever a name contains; a text in ASCII as it is, so that people can
/// read the file, any other in UTF-8 as base64.
/// </summary>
internal static class Eml
{
    private const int PlainLength = 60;

    // The most characters of a line of a body (RFC 5322 §2.1.1).
    private const int LineLength = 998;

    // A line with encoded words has 76 characters at most (RFC 2047): so much is left beside "Subject: =?utf-8?B?" and "?=".
    private const int WordBytes = 39;

    /// <summary>The whole message, lines ending in CR LF.</summary>
    public static byte[] Write(EmailMessage message, EmailAddress from, DateTimeOffset date) =>
        Encoding.ASCII.GetBytes($"""
            From: {Mailbox(message.FromName, from)}
            To: {Mailbox(message.ToName, message.To)}
            Subject: {Unstructured(message.Subject)}
            Date: {date.UtcDateTime.ToString("ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture)}
            Message-ID: {MessageId(message.Id, from)}
            Auto-Submitted: auto-generated
            MIME-Version: 1.0
            {Body(message)}

            """.ReplaceLineEndings("\r\n"));

    /// <summary>The text alone, or it and what goes with it as two parts (RFC 2046). Nobody can foresee the line between them, so no text contains it.</summary>
    private static string Body(EmailMessage message)
    {
        var text = Text(message.Text);
        if (message.Attachment is not { } attachment) return text;
        var boundary = Guid.NewGuid().ToString("N");
        var name = FileName(attachment.Name);
        return $"""
            Content-Type: multipart/mixed; boundary="{boundary}"

            --{boundary}
            {text}
            --{boundary}
            Content-Type: {attachment.MediaType}; name="{name}"
            Content-Disposition: attachment; filename="{name}"
            Content-Transfer-Encoding: base64

            {Convert.ToBase64String(attachment.Content, Base64FormattingOptions.InsertLineBreaks)}
            --{boundary}--
            """;
    }

    private static string Text(string words)
    {
        var text = words.ReplaceLineEndings("\r\n");
        var (encoding, body) = text.Split("\r\n").All(IsShortAscii)
            ? ("7bit", text)
            : ("base64", Convert.ToBase64String(Encoding.UTF8.GetBytes(text), Base64FormattingOptions.InsertLineBreaks));
        return $"""
            Content-Type: text/plain; charset=utf-8
            Content-Transfer-Encoding: {encoding}

            {body}
            """;
    }

    /// <summary>The name of a file as every mail program and every disk takes it: other characters than letters, digits and <c>. - _</c> are hyphens.</summary>
    public static string FileName(string name) => string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' ? c : '-'));

    /// <summary>The same for every try of one message, so that a receiver can tell a repetition.</summary>
    public static string MessageId(Guid id, EmailAddress from) => $"<{id:N}@{from.Domain}>";

    /// <summary>One line: what would end a header is a space.</summary>
    public static string OneLine(string text) => string.Concat(text.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c));

    private static bool IsShortAscii(string line) => line.Length <= LineLength && line.All(c => c is (>= ' ' and <= '~') or '\t');

    private static string Mailbox(string? name, EmailAddress address)
    {
        if (string.IsNullOrWhiteSpace(name)) return $"<{address.Value}>";
        var line = OneLine(name);
        return IsPlain(line)
            ? $"\"{line.Replace("\\", "\\\\").Replace("\"", "\\\"")}\" <{address.Value}>"
            : $"{Encoded(line)}\r\n <{address.Value}>";
    }

    private static string Unstructured(string text)
    {
        var line = OneLine(text);
        return IsPlain(line) ? line : Encoded(line);
    }

    // Long ASCII is encoded too: that is how it gets lines of allowed length without a word being touched.
    private static bool IsPlain(string line) => line.Length <= PlainLength && line.All(c => c is >= ' ' and <= '~') && !line.Contains("=?", StringComparison.Ordinal);

    private static string Encoded(string line)
    {
        var words = new List<string>();
        var word = new List<byte>(WordBytes);
        Span<byte> bytes = stackalloc byte[4];
        foreach (var rune in line.EnumerateRunes())
        {
            // A character is never cut in two: each word is decoded by itself.
            var length = rune.EncodeToUtf8(bytes);
            if (word.Count + length > WordBytes) Flush();
            word.AddRange(bytes[..length]);
        }
        Flush();
        return string.Join("\r\n ", words);

        void Flush()
        {
            words.Add($"=?utf-8?B?{Convert.ToBase64String([.. word])}?=");
            word.Clear();
        }
    }
}
