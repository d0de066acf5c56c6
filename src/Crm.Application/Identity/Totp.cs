using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Crm.Application.Identity;

/// <summary>
/// One-time codes by the clock (RFC 6238 over RFC 4226): HMAC-SHA-1, steps of 30 seconds, six digits, which is what every authenticator
/// app knows. A code of the step before or after counts too, for clocks that differ and for people who type.
/// </summary>
public static class Totp
{
    /// <summary>Seconds a step lasts.</summary>
    public const int Period = 30;
    /// <summary>Digits of a code.</summary>
    public const int Digits = 6;
    /// <summary>Bytes of a secret: as many as the hash has (RFC 4226 §4).</summary>
    public const int SecretBytes = 20;

    /// <summary>A new secret.</summary>
    public static byte[] NewSecret() => RandomNumberGenerator.GetBytes(SecretBytes);

    /// <summary>The step a moment lies in.</summary>
    public static long StepOf(DateTimeOffset moment) => moment.ToUnixTimeSeconds() / Period;

    /// <summary>The code of a step.</summary>
    public static string Code(ReadOnlySpan<byte> secret, long step)
    {
        Span<byte> counter = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        Span<byte> hash = stackalloc byte[HMACSHA1.HashSizeInBytes];
        HMACSHA1.HashData(secret, counter, hash);
        // Dynamic truncation (RFC 4226 §5.3).
        var number = BinaryPrimitives.ReadInt32BigEndian(hash[(hash[^1] & 0x0F)..]) & 0x7FFF_FFFF;
        return (number % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
    }

    /// <summary>The step whose code this is, the newest if there are two; null when it is none of the three that count now.</summary>
    public static long? Match(ReadOnlySpan<byte> secret, string code, DateTimeOffset now)
    {
        long? match = null;
        var given = Encoding.UTF8.GetBytes(code);
        for (var step = StepOf(now) - 1; step <= StepOf(now) + 1; step++)
            if (CryptographicOperations.FixedTimeEquals(given, Encoding.ASCII.GetBytes(Code(secret, step)))) match = step;
        return match;
    }

    /// <summary>What authenticator apps read from a QR code (Key Uri Format); <paramref name="account"/> is shown beside the code.</summary>
    public static string Uri(ReadOnlySpan<byte> secret, string account) =>
        $"otpauth://totp/Crm:{System.Uri.EscapeDataString(account)}?secret={Base32.Encode(secret)}&issuer=Crm&algorithm=SHA1&digits={Digits}&period={Period}";
}

/// <summary>Bytes as letters and digits that nobody mixes up (RFC 4648 §6), without padding.</summary>
public static class Base32
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>The text.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder((bytes.Length * 8 + 4) / 5);
        var (buffer, bits) = (0, 0);
        foreach (var one in bytes)
        {
            (buffer, bits) = ((buffer << 8 | one) & 0xFFF, bits + 8);
            for (; bits >= 5; bits -= 5) text.Append(Alphabet[buffer >> (bits - 5) & 31]);
        }
        if (bits > 0) text.Append(Alphabet[buffer << (5 - bits) & 31]);
        return text.ToString();
    }
}
