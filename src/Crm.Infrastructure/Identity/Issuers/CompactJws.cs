using System.Text;

namespace Crm.Infrastructure.Identity.Issuers;

/// <summary>
/// A signed token as it comes (RFC 7515 §7.1), read and not yet believed. What the header says besides algorithm, key id and type is not
/// looked at: a key in it (<c>jwk</c>, <c>jku</c>, <c>x5c</c>, <c>x5u</c>) is the sender's, not the issuer's (RFC 8725 §3.1, §3.10).
/// </summary>
internal sealed record CompactJws(string Algorithm, string? KeyId, string? Type, byte[] Signed, byte[] Payload, byte[] Signature)
{
    /// <summary>Longer than any token should be, shorter than the headers a request may have.</summary>
    public const int MaxLength = 16_384;

    /// <summary>The parts; null when the text is no such token, or asks for an extension (<c>crit</c>, <c>b64</c>): we know none.</summary>
    public static CompactJws? Read(ReadOnlySpan<char> text)
    {
        var (first, last) = (text.IndexOf('.'), text.LastIndexOf('.'));
        if (text.Length > MaxLength || first < 0 || first == last || text[(first + 1)..last].Contains('.')) return null;
        if (StrictBase64Url.Decode(text[..first]) is not { } head || StrictJson.Object(head) is not { } header) return null;
        if (StrictBase64Url.Decode(text[(first + 1)..last]) is not { } payload || StrictBase64Url.Decode(text[(last + 1)..]) is not { } signature) return null;
        if (header.Has("crit") || header.Has("b64") || header.Text("alg") is not { } algorithm) return null;
        var (keyId, type) = (header.Text("kid"), header.Text("typ"));
        return header.Has("kid") != keyId is not null || header.Has("typ") != type is not null
            ? null
            : new CompactJws(algorithm, keyId, type, Encoding.ASCII.GetBytes(text[..last].ToString()), payload, signature);
    }

    /// <summary>True when the key, which has one algorithm, signed it by that.</summary>
    public bool IsSignedBy(VerificationKey key) => key.Algorithm == Algorithm && key.Verify(Signed, Signature);
}
