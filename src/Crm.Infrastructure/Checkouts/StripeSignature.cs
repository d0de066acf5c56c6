using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Crm.Infrastructure.Checkouts;

/// <summary>
/// Stripe's signatures: <c>t=seconds,v1=hex</c>, where v1 is the HMAC-SHA256 of <c>t.body</c>; while a secret is being replaced there are several v1. Other schemes do not count
/// (https://docs.stripe.com/webhooks#verify-manually).
/// </summary>
internal static class StripeSignature
{
    /// <summary>How old, or how far ahead, a signature may be.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    private const int Longest = 2_000;

    // What cannot be written in UTF-8 has signed nothing.
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>Why the header is no right signature of the body, or null. Takes as long for a wrong one as for a right one.</summary>
    public static string? Refusal(string secret, ReadOnlySpan<byte> body, string? header, DateTimeOffset now)
    {
        if (header is null or { Length: > Longest }) return "is required";
        var parts = header.Split(',').Select(p => p.Split('=', 2)).Where(p => p.Length == 2).ToLookup(p => p[0].Trim(), p => p[1].Trim());
        if (!long.TryParse(parts["t"].FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)) return "has no time";
        if (Sign(secret, seconds, body) is not { } expected || !parts["v1"].Any(v => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(v), expected))) return "is not right";
        var age = now.ToUnixTimeSeconds() - seconds;
        return Math.Abs(age) > Tolerance.TotalSeconds ? "is too old" : null;
    }

    /// <summary>The signature as Stripe writes it; null for a secret that is no text.</summary>
    public static byte[]? Sign(string secret, long seconds, ReadOnlySpan<byte> body)
    {
        try
        {
            using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Strict.GetBytes(secret));
            hash.AppendData(Encoding.UTF8.GetBytes(seconds.ToString(CultureInfo.InvariantCulture) + "."));
            hash.AppendData(body);
            return Encoding.UTF8.GetBytes(Convert.ToHexStringLower(hash.GetHashAndReset()));
        }
        catch (EncoderFallbackException)
        {
            return null;
        }
    }
}
