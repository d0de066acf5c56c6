using System.Numerics;
using System.Security.Cryptography;
using System.Text.Json;

namespace Crm.Infrastructure.Identity.Issuers;

/// <summary>A JSON Web Key Set (RFC 7517 §5): the keys in it that sign by RS256 or ES256, and why weak ones were left out.</summary>
internal sealed record KeySet(IReadOnlyList<VerificationKey> Keys, IReadOnlyList<string> Weak)
{
    private const int MinRsaBits = 2_048, MaxRsaBits = 16_384, MaxKeys = 100, CoordinateBytes = 32;

    /// <exception cref="FormatException">The text is no key set.</exception>
    public static KeySet Parse(byte[] utf8)
    {
        if (StrictJson.Object(utf8) is not { } set || !set.TryGetProperty("keys", out var list) || list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > MaxKeys)
            throw new FormatException($"It is no JSON Web Key Set of at most {MaxKeys} keys.");
        var (keys, weak) = (new List<VerificationKey>(), new List<string>());
        foreach (var json in list.EnumerateArray().Where(k => k.ValueKind == JsonValueKind.Object))
        {
            var (key, weakness) = Read(json);
            if (key is not null) keys.Add(key);
            if (weakness is not null) weak.Add($"{json.Text("kid") ?? "a key without kid"}: {weakness}");
        }
        return new KeySet(keys, weak);
    }

    /// <summary>The keys that may have signed a token: those it names or, where it names none, the only one there is for its algorithm.</summary>
    public IReadOnlyList<VerificationKey> Candidates(string algorithm, string? keyId)
    {
        var keys = Keys.Where(k => k.Algorithm == algorithm && (keyId is null || k.Id == keyId)).ToList();
        return keyId is null && keys.Count > 1 ? [] : keys;
    }

    /// <summary>A key; null when it is for another purpose or algorithm, or weak, which is said.</summary>
    public static (VerificationKey? Key, string? Weakness) Read(JsonElement json)
    {
        if (json.Has("use") && json.Text("use") != "sig") return default;
        if (json.Has("key_ops") && !json.Texts("key_ops").Contains("verify")) return default;
        return json.Text("kty") switch
        {
            "RSA" when IsFor(json, "RS256") => Rsa(json),
            "EC" when IsFor(json, "ES256") && json.Text("crv") == "P-256" => (Ec(json), null),
            _ => default,
        };
    }

    private static bool IsFor(JsonElement json, string algorithm) => !json.Has("alg") || json.Text("alg") == algorithm;

    private static (VerificationKey?, string?) Rsa(JsonElement json)
    {
        if (Bytes(json, "n") is not { } modulus || Bytes(json, "e") is not { } exponent) return default;
        var (n, e) = (new BigInteger(modulus, isUnsigned: true, isBigEndian: true), new BigInteger(exponent, isUnsigned: true, isBigEndian: true));
        if (n.GetBitLength() < MinRsaBits) return (null, $"an RSA key of {n.GetBitLength()} bits; at least {MinRsaBits} are needed (RFC 7518 §3.3)");
        if (n.GetBitLength() > MaxRsaBits) return (null, $"an RSA key of {n.GetBitLength()} bits, more than {MaxRsaBits}");
        if (n.IsEven || e.IsEven || e < 3 || e > uint.MaxValue) return (null, "an RSA key that is none: its modulus and exponent must be odd, the exponent at least 3");
        return (new RsaKey(new RSAParameters { Modulus = n.ToByteArray(true, true), Exponent = e.ToByteArray(true, true) }, json.Text("kid")), null);
    }

    private static EcKey? Ec(JsonElement json)
    {
        if (Bytes(json, "x") is not { Length: CoordinateBytes } x || Bytes(json, "y") is not { Length: CoordinateBytes } y) return null;
        var parameters = new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = x, Y = y } };
        try
        {
            // A point that is not on the curve is refused here.
            using var ecdsa = ECDsa.Create(parameters);
            return new EcKey(parameters, json.Text("kid"));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static byte[]? Bytes(JsonElement json, string name) => json.Text(name) is { } text ? StrictBase64Url.Decode(text) : null;
}
