using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Crm.Application.Identity;

namespace Crm.Infrastructure.Identity;

/// <summary>
/// Tokens between the two steps of signing in: who, where, until when, and a mark of the password hash, so that a changed password ends them.
/// Nothing is kept; the key follows from the access tokens' and is no key of theirs, and the form is another, so neither passes for the other.
/// </summary>
internal sealed class SignInChallenges(TokenKey key, TimeProvider clock) : ISignInChallenges
{
    private const int Seconds = 300, MarkBytes = 16, BodyBytes = 16 + 16 + 8 + MarkBytes;
    private readonly byte[] _key = HKDF.DeriveKey(HashAlgorithmName.SHA256, key.Bytes, 32, info: "crm second step of signing in"u8.ToArray());

    public SignInChallenge Issue(Guid userId, Guid tenantId, string passwordHash)
    {
        var token = new byte[BodyBytes + HMACSHA256.HashSizeInBytes];
        userId.TryWriteBytes(token, bigEndian: true, out _);
        tenantId.TryWriteBytes(token.AsSpan(16), bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(token.AsSpan(32), clock.GetUtcNow().ToUnixTimeSeconds() + Seconds);
        Mark(passwordHash).CopyTo(token, 40);
        HMACSHA256.HashData(_key, token.AsSpan(0, BodyBytes), token.AsSpan(BodyBytes));
        return new SignInChallenge(Base64Url.EncodeToString(token), Seconds);
    }

    public SignInTicket? Read(string token)
    {
        if (token.Length > 200 || StrictBase64Url.Decode(token) is not { Length: BodyBytes + HMACSHA256.HashSizeInBytes } bytes) return null;
        if (!CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(_key, bytes.AsSpan(0, BodyBytes)), bytes.AsSpan(BodyBytes))) return null;
        return BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(32)) <= clock.GetUtcNow().ToUnixTimeSeconds()
            ? null
            : new SignInTicket(new Guid(bytes.AsSpan(0, 16), bigEndian: true), new Guid(bytes.AsSpan(16, 16), bigEndian: true), bytes[40..BodyBytes]);
    }

    public bool Fits(SignInTicket ticket, string? passwordHash) => passwordHash is not null && CryptographicOperations.FixedTimeEquals(ticket.PasswordMark, Mark(passwordHash));

    private static byte[] Mark(string passwordHash) => SHA256.HashData(Encoding.UTF8.GetBytes(passwordHash))[..MarkBytes];
}
