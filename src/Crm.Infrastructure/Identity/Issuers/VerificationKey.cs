using System.Security.Cryptography;

namespace Crm.Infrastructure.Identity.Issuers;

/// <summary>
/// A key that signatures are compared with, for one algorithm: the key says which, never the token. So the public half of an RSA key can
/// never be taken for the secret of an HMAC (RFC 8725 §2.1).
/// </summary>
internal abstract record VerificationKey(string Algorithm, string? Id)
{
    public abstract bool Verify(byte[] signed, byte[] signature);
}

/// <summary>HS256: HMAC-SHA-256 (RFC 7518 §3.2). Ours alone; no key set can hold one.</summary>
internal sealed record HmacKey(byte[] Secret) : VerificationKey("HS256", null)
{
    public override bool Verify(byte[] signed, byte[] signature) => CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(Secret, signed), signature);
}

/// <summary>RS256: RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 §3.3).</summary>
internal sealed record RsaKey(RSAParameters Parameters, string? Id) : VerificationKey("RS256", Id)
{
    // The framework's objects are for one thread at a time; making one costs little beside the signature.
    public override bool Verify(byte[] signed, byte[] signature)
    {
        using var rsa = RSA.Create(Parameters);
        return rsa.VerifyData(signed, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }
}

/// <summary>ES256: ECDSA on P-256 with SHA-256, the signature as 64 bytes (RFC 7518 §3.4).</summary>
internal sealed record EcKey(ECParameters Parameters, string? Id) : VerificationKey("ES256", Id)
{
    private const int SignatureBytes = 64;

    public override bool Verify(byte[] signed, byte[] signature)
    {
        if (signature.Length != SignatureBytes) return false;
        using var ecdsa = ECDsa.Create(Parameters);
        return ecdsa.VerifyData(signed, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }
}
