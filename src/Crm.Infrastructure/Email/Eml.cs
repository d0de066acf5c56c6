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
    public static byte[] Write(EmailMessage message, EmailAddress from, DateTimeOffset date)
    {
        var text = message.Text.ReplaceLineEndings("\r\n");
        var (encoding, body) = text.Split("\r\n").All(IsShortAscii)
            ? ("7bit", text)
            : ("base64", Convert.ToBase64String(Encoding.UTF8.GetBytes(text), Base64FormattingOptions.InsertLineBreaks));
        return Encoding.ASCII.GetBytes($"""
            From: {Mailbox(message.FromName, from)}
            To: {Mailbox(message.ToName, message.To)}
            Subject: {Unstructured(message.Subject)}
            Date: {date.UtcDateTime.ToString("ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture)}
            Message-ID: {MessageId(message.Id, from)}
            Auto-Submitted: auto-generated
            MIME-Version: 1.0
            Content-Type: text/plain; charset=utf-8
            Content-Transfer-Encoding: {encoding}

            {body}

            """.ReplaceLineEndings("\r\n"));
    }

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
