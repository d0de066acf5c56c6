using System.Security.Cryptography;
using System.Text;
using Crm.Infrastructure.Postgres;
using Microsoft.Extensions.Configuration;

namespace Crm.Infrastructure.Identity;

/// <summary>
/// Seals what the database must keep without being able to read it: AES-256-GCM, bound to what it belongs to, so that nothing sealed for
/// one user can be put in another's row. The keys are <c>Encryption:Key</c>, what follows from <c>Jwt:Key</c>, and the data folder's own; the first
/// there is seals, each opens, so that naming a key of its own later loses nothing.
/// </summary>
public sealed class Sealer
{
    private const string FileName = "encryption.key";
    private const byte Version = 1;
    private const int NonceBytes = 12, TagBytes = 16;
    private readonly IReadOnlyList<byte[]> _keys;

    internal Sealer(params IReadOnlyList<byte[]> keys) => _keys = keys;

    /// <summary>Reads the keys, or makes one.</summary>
    /// <exception cref="StartupException">A key that is set is too short, or guessable.</exception>
    public static Sealer Of(IConfiguration configuration)
    {
        var keys = new List<byte[]>();
        foreach (var name in (string[])["Encryption:Key", "Jwt:Key"])
            if (configuration[name] is { Length: > 0 } text) keys.Add(Derive(SecretRules.Checked(text, name)));
        if (keys.Count == 0 || File.Exists(Path.Combine(DataFolder.PathOf(configuration), FileName)))
            keys.Add(Derive(DataFolder.Open(configuration).GetOrCreateSecret(FileName, 32)));
        return new Sealer(keys);
    }

    /// <summary>Seals a text of bytes for whom it belongs to.</summary>
    internal byte[] Seal(ReadOnlySpan<byte> plain, ReadOnlySpan<byte> belongsTo)
    {
        var sealedBytes = new byte[1 + NonceBytes + TagBytes + plain.Length];
        sealedBytes[0] = Version;
        var nonce = sealedBytes.AsSpan(1, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(_keys[0], TagBytes);
        aes.Encrypt(nonce, plain, sealedBytes.AsSpan(1 + NonceBytes + TagBytes), sealedBytes.AsSpan(1 + NonceBytes, TagBytes), belongsTo);
        return sealedBytes;
    }

    /// <summary>What was sealed; null when no key of ours sealed it, or it belongs to somebody else, or was changed.</summary>
    internal byte[]? Open(ReadOnlySpan<byte> sealedBytes, ReadOnlySpan<byte> belongsTo)
    {
        if (sealedBytes.Length < 1 + NonceBytes + TagBytes || sealedBytes[0] != Version) return null;
        var plain = new byte[sealedBytes.Length - 1 - NonceBytes - TagBytes];
        foreach (var key in _keys)
        {
            using var aes = new AesGcm(key, TagBytes);
            try
            {
                aes.Decrypt(sealedBytes.Slice(1, NonceBytes), sealedBytes[(1 + NonceBytes + TagBytes)..], sealedBytes.Slice(1 + NonceBytes, TagBytes), plain, belongsTo);
                return plain;
            }
            catch (AuthenticationTagMismatchException)
            {
                // Another key's.
            }
        }
        return null;
    }

    /// <summary>A key of its own, whatever else the secret is used for.</summary>
    private static byte[] Derive(byte[] secret) => HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, 32, info: "crm sealed secrets"u8.ToArray());
}

/// <summary>What a secret that somebody sets must be.</summary>
public static class SecretRules
{
    /// <summary>Shortest, in bytes: as long as the hash it goes into (RFC 7518 §3.2).</summary>
    public const int MinBytes = 32;

    private const int MinDifferent = 10;

    /// <summary>True when a text repeats a few characters: however long, it says little.</summary>
    public static bool RepeatsItself(string secret) => secret.Distinct().Count() < MinDifferent;

    /// <summary>The secret's bytes.</summary>
    /// <exception cref="StartupException">It is too short, or repeats a few characters.</exception>
    public static byte[] Checked(string secret, string setting)
    {
        var (bytes, name) = (Encoding.UTF8.GetBytes(secret), setting.Replace(":", "__", StringComparison.Ordinal));
        if (bytes.Length < MinBytes) throw new StartupException($"{name} must have at least {MinBytes} bytes.");
        return RepeatsItself(secret) ? throw new StartupException($"{name} repeats a few characters: take random bytes (openssl rand -base64 48).") : bytes;
    }
}
