using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Crm.Api.Tests.Fixture;

/// <summary>The issuers of a test run: one that is trusted about e-mail addresses and one that is not, with key sets in files.</summary>
internal sealed record OutsideIssuers(OutsideIssuer Trusted, OutsideIssuer Other)
{
    /// <summary>Makes them and says so in the environment.</summary>
    public static OutsideIssuers Configure(string folder)
    {
        // The first is the one of the document's own example.
        OutsideIssuer[] issuers = [new("https://login.example.com"), new("https://other.example.com")];
        foreach (var (issuer, i) in issuers.Select((issuer, i) => (issuer, i)))
        {
            var file = Path.Combine(folder, $"issuer-{i}.jwks.json");
            File.WriteAllText(file, issuer.KeySet());
            Environment.SetEnvironmentVariable($"Authentication__Issuers__{i}__Issuer", issuer.Name);
            Environment.SetEnvironmentVariable($"Authentication__Issuers__{i}__Audience", OutsideIssuer.Audience);
            Environment.SetEnvironmentVariable($"Authentication__Issuers__{i}__KeySet", file);
            Environment.SetEnvironmentVariable($"Authentication__Issuers__{i}__TrustEmail", i == 0 ? "true" : "false");
        }
        return new OutsideIssuers(issuers[0], issuers[1]);
    }
}

/// <summary>An issuer with an RSA and an elliptic key, that signs whatever it is told.</summary>
internal sealed class OutsideIssuer(string name) : IDisposable
{
    public const string Audience = "crm";

    public string Name { get; } = name;

    public RSA Rsa { get; private set; } = RSA.Create(2048);

    public ECDsa Ec { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public string KeyId { get; private set; } = "rsa-1";

    /// <summary>From now on it signs with another key.</summary>
    public void Rotate(string keyId) => (Rsa, KeyId) = (RSA.Create(2048), keyId);

    /// <summary>Its public keys.</summary>
    public string KeySet()
    {
        var (rsa, ec) = (Rsa.ExportParameters(false), Ec.ExportParameters(false));
        return new JsonObject
        {
            ["keys"] = new JsonArray(
                new JsonObject { ["kty"] = "RSA", ["kid"] = KeyId, ["use"] = "sig", ["alg"] = "RS256", ["n"] = Encode(rsa.Modulus!), ["e"] = Encode(rsa.Exponent!) },
                new JsonObject { ["kty"] = "EC", ["kid"] = "ec-1", ["use"] = "sig", ["crv"] = "P-256", ["x"] = Encode(ec.Q.X!), ["y"] = Encode(ec.Q.Y!) }),
        }.ToJsonString();
    }

    /// <summary>The claims of a good token.</summary>
    public JsonObject Claims(string subject, string? email = null, DateTimeOffset? now = null)
    {
        var issued = (now ?? DateTimeOffset.UtcNow).ToUnixTimeSeconds();
        var claims = new JsonObject { ["iss"] = Name, ["sub"] = subject, ["aud"] = Audience, ["iat"] = issued, ["nbf"] = issued, ["exp"] = issued + 600 };
        if (email is not null) (claims["email"], claims["email_verified"]) = (email, true);
        return claims;
    }

    /// <summary>A good token.</summary>
    public string Token(string subject, string? email = null, DateTimeOffset? now = null) => Sign(Claims(subject, email, now));

    /// <summary>A token with these claims; the header's members may be replaced or, with null, left out.</summary>
    public string Sign(JsonNode claims, string algorithm = "RS256", JsonObject? header = null) => Sign(claims.ToJsonString(), algorithm, header);

    public string Sign(string claims, string algorithm = "RS256", JsonObject? header = null)
    {
        var head = new JsonObject { ["alg"] = algorithm, ["kid"] = algorithm == "ES256" ? "ec-1" : KeyId, ["typ"] = "JWT" };
        foreach (var (name, value) in header ?? [])
            if (value is null) head.Remove(name);
            else head[name] = value.DeepClone();
        return Sign(Encoding.UTF8.GetBytes(head.ToJsonString()), Encoding.UTF8.GetBytes(claims), algorithm);
    }

    /// <summary>A token of exactly these bytes.</summary>
    public string Sign(byte[] header, byte[] claims, string algorithm = "RS256")
    {
        var signed = $"{Encode(header)}.{Encode(claims)}";
        return $"{signed}.{Encode(Signature(Encoding.ASCII.GetBytes(signed), algorithm))}";
    }

    public void Dispose()
    {
        Rsa.Dispose();
        Ec.Dispose();
    }

    public static string Encode(byte[] bytes) => Base64Url.EncodeToString(bytes);

    private byte[] Signature(byte[] signed, string algorithm) => algorithm switch
    {
        "RS256" => Rsa.SignData(signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
        "RS512" => Rsa.SignData(signed, HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1),
        "PS256" => Rsa.SignData(signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
        "ES256" => Ec.SignData(signed, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation),
        _ => [],
    };
}
