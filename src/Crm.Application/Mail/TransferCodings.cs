using System.Buffers.Text;

namespace Crm.Application.Mail;

/// <summary>The codings in which bodies travel (RFC 2045 §6). What does not belong into them is passed over, as the RFC asks for.</summary>
internal static class TransferCodings
{
    private static ReadOnlySpan<byte> Alphabet => "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"u8;

    /// <summary>The bytes of a body in the coding that its header names.</summary>
    public static ReadOnlyMemory<byte> Decode(string? coding, ReadOnlyMemory<byte> body) => coding?.Trim().ToLowerInvariant() switch
    {
        "base64" => Base64(body.Span),
        "quoted-printable" => QuotedPrintable(body.Span),
        _ => body,
    };

    /// <summary>Base64 up to its padding; what is no letter of it, such as ends of lines, is left out.</summary>
    public static byte[] Base64(ReadOnlySpan<byte> text)
    {
        var (kept, length) = (new byte[text.Length + 3], 0);
        foreach (var letter in text)
        {
            if (letter == '=') break;
            if (Alphabet.Contains(letter)) kept[length++] = letter;
        }
        // One letter alone is no byte.
        if (length % 4 == 1) length--;
        while (length % 4 != 0) kept[length++] = (byte)'=';
        var bytes = new byte[Base64Decoded(length)];
        System.Buffers.Text.Base64.DecodeFromUtf8(kept.AsSpan(0, length), bytes, out _, out var written);
        return bytes[..written];
    }

    /// <summary>Quoted-printable; of a word of a header there are no lines.</summary>
    public static byte[] QuotedPrintable(ReadOnlySpan<byte> text, bool isWord = false)
    {
        var bytes = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '=')
            {
                bytes.Add(text[i]);
                continue;
            }
            if (i + 2 < text.Length && Utf8Parser.TryParse(text.Slice(i + 1, 2), out byte code, out var read, 'x') && read == 2)
            {
                bytes.Add(code);
                i += 2;
            }
            else if (!isWord && IsSoftBreak(text[(i + 1)..], out var length)) i += length;
            else bytes.Add((byte)'=');
        }
        return [.. bytes];
    }

    /// <summary>Whether the line ends after an equals sign, and how long that end is.</summary>
    private static bool IsSoftBreak(ReadOnlySpan<byte> after, out int length)
    {
        var end = after.IndexOfAnyExcept((byte)' ', (byte)'\t');
        length = end < 0 ? after.Length : after[end] == '\n' ? end + 1 : after[end..].StartsWith("\r\n"u8) ? end + 2 : -1;
        return length >= 0;
    }

    private static int Base64Decoded(int letters) => letters / 4 * 3;
}
