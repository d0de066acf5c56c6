using System.Text;

namespace Crm.Application.Mail;

/// <summary>Turns bytes into text. What a charset cannot be, or is not known, is read as best it can be: a letter is not lost for its spelling.</summary>
internal static class MailCharsets
{
    private static readonly Encoding Unknown = CodePagesEncodingProvider.Instance.GetEncoding(1252)!;

    /// <summary>The text of bytes in a charset by its name; U+0000, which the database cannot keep, is U+FFFD.</summary>
    public static string Decode(string? charset, ReadOnlySpan<byte> bytes) => Find(charset, bytes).GetString(bytes).Replace('\0', '\uFFFD');

    private static Encoding Find(string? charset, ReadOnlySpan<byte> bytes)
    {
        // A language may follow the name (RFC 2231 §5).
        var name = charset?.Split('*')[0].Trim() ?? "";
        // ASCII that has other bytes is most often UTF-8 whose sender did not say so.
        if (name.Length == 0 || name.Equals("us-ascii", StringComparison.OrdinalIgnoreCase) || name.Equals("ascii", StringComparison.OrdinalIgnoreCase))
            return System.Text.Unicode.Utf8.IsValid(bytes) ? Encoding.UTF8 : Unknown;
        try
        {
            return CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return System.Text.Unicode.Utf8.IsValid(bytes) ? Encoding.UTF8 : Unknown;
        }
    }
}
