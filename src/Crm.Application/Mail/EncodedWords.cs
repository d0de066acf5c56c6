using System.Text;
using System.Text.RegularExpressions;

namespace Crm.Application.Mail;

/// <summary>Text of headers with words in other charsets in it (RFC 2047): <c>=?utf-8?B?w4Q=?=</c>.</summary>
internal static partial class EncodedWords
{
    /// <summary>The text itself. White space between two such words is none; a letter whose bytes are in two words is put together.</summary>
    public static string Decode(string text)
    {
        if (!text.Contains("=?", StringComparison.Ordinal)) return text;
        var (plain, pending, charset, at) = (new StringBuilder(text.Length), new List<byte>(), "", 0);
        foreach (Match word in Word().Matches(text))
        {
            var between = text.AsSpan(at, word.Index - at);
            if (pending.Count == 0 || !between.IsWhiteSpace())
            {
                Flush();
                plain.Append(between);
            }
            if (!word.Groups[1].Value.Equals(charset, StringComparison.OrdinalIgnoreCase)) Flush();
            charset = word.Groups[1].Value;
            pending.AddRange(word.Groups[2].Value is "B" or "b" ? TransferCodings.Base64(Encoding.ASCII.GetBytes(word.Groups[3].Value)) : Quoted(word.Groups[3].Value));
            at = word.Index + word.Length;
        }
        Flush();
        return plain.Append(text.AsSpan(at)).ToString();

        void Flush()
        {
            plain.Append(MailCharsets.Decode(charset, pending.ToArray()));
            pending.Clear();
        }
    }

    /// <summary>Q: like quoted-printable, with an underscore for a space.</summary>
    private static byte[] Quoted(string text) => TransferCodings.QuotedPrintable(Encoding.Latin1.GetBytes(text.Replace('_', ' ')), isWord: true);

    [GeneratedRegex(@"=\?([^?\s]{1,100})\?([BbQq])\?([^?]*)\?=", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Word();
}
