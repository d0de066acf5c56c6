using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Crm.Infrastructure.Webhooks;

/// <summary>
/// Signatures by the Standard Webhooks specification: <c>v1,</c> and the base64 of HMAC-SHA256 over id, timestamp and body, with dots between them. A secret is <c>whsec_</c> and
/// the base64 of 24 to 64 bytes.
/// </summary>
internal static class StandardWebhooks
{
    public const string IdHeader = "webhook-id", TimestampHeader = "webhook-timestamp", SignatureHeader = "webhook-signature";

    private const string Prefix = "whsec_", Version = "v1,";
    private const int SecretBytes = 32;

    /// <summary>New random bytes to sign with.</summary>
    public static byte[] NewSecret() => RandomNumberGenerator.GetBytes(SecretBytes);

    /// <summary>A secret as receivers write it.</summary>
    public static string Text(ReadOnlySpan<byte> secret) => Prefix + Convert.ToBase64String(secret);

    /// <summary>The headers of one try. With several secrets there are several signatures, and any of them will do for the receiver.</summary>
    public static Dictionary<string, string> Headers(IEnumerable<byte[]> secrets, string id, DateTimeOffset now, ReadOnlyMemory<byte> body)
    {
        var timestamp = now.ToUnixTimeSeconds();
        return new Dictionary<string, string>
        {
            [IdHeader] = id,
            [TimestampHeader] = timestamp.ToString(CultureInfo.InvariantCulture),
            [SignatureHeader] = string.Join(' ', secrets.Select(secret => Sign(secret, id, timestamp, body.Span))),
        };
    }

    /// <summary>One signature; <paramref name="timestamp"/> in seconds since 1970.</summary>
    public static string Sign(ReadOnlySpan<byte> secret, string id, long timestamp, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret);
        hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}.")));
        hash.AppendData(body);
        return Version + Convert.ToBase64String(hash.GetHashAndReset());
    }
}
