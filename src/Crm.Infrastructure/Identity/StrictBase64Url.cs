using System.Buffers;
using System.Buffers.Text;

namespace Crm.Infrastructure.Identity;

/// <summary>
/// Base64url as RFC 7515 §2 has it and no other way: no padding, no white space, and of the texts that decode to the same bytes only the one
/// an encoder writes. Whoever accepts more lets one signature have several spellings.
/// </summary>
internal static class StrictBase64Url
{
    /// <summary>The bytes; null when the text is none.</summary>
    public static byte[]? Decode(ReadOnlySpan<char> text)
    {
        var bytes = new byte[Base64Url.GetMaxDecodedLength(text.Length)];
        return Base64Url.DecodeFromChars(text, bytes, out _, out var written) == OperationStatus.Done
            && text.SequenceEqual(Base64Url.EncodeToString(bytes.AsSpan(0, written)))
            ? bytes[..written]
            : null;
    }
}
