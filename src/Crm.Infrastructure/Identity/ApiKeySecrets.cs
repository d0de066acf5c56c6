using System.Security.Cryptography;
using System.Text;

namespace Crm.Infrastructure.Identity;

/// <summary>
/// What the secret of an API key looks like: a mark that scanners for leaked secrets know it by, then 256 random bits in hexadecimal, so
/// that a double click selects it whole. With nothing to guess there is nothing to stretch: its SHA-256 is what is kept.
/// </summary>
internal static class ApiKeySecrets
{
    private const string Mark = "crm_";
    private const int Bytes = 32, ShownDigits = 8;
    private const int Length = 4 + (2 * Bytes);

    public static string New() => Mark + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(Bytes));

    /// <summary>The beginning, which leaves 224 bits unknown.</summary>
    public static string Prefix(string secret) => secret[..(Mark.Length + ShownDigits)];

    /// <summary>What is kept of it; null when the text is none, which nobody needs to look up.</summary>
    public static byte[]? HashOf(string secret) =>
        secret.Length == Length && secret.StartsWith(Mark, StringComparison.Ordinal) && secret.AsSpan(Mark.Length).IndexOfAnyExcept("0123456789abcdef") < 0
            ? SHA256.HashData(Encoding.ASCII.GetBytes(secret))
            : null;
}
