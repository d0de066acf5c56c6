using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Crm.Application.Abstractions;
using Crm.Application.Identity;
using Crm.Domain.Common;
using Crm.Infrastructure.Identity.Issuers;
using JWT;
using JWT.Algorithms;
using Microsoft.Extensions.Configuration;

namespace Crm.Infrastructure.Identity;

/// <summary>
/// Access tokens: JWT, HS256. What validates once is remembered by its text until it expires, because every request validates one.
/// </summary>
internal sealed class Tokens : ITokenIssuer, ITokenValidator
{
    private const string Issuer = "crm", Audience = "crm-api";
    private const int MaxLength = 2_048, MaxRemembered = 20_000;
    // The algorithm is ours to choose, never the token's: the first part of a token must be exactly this.
    private static readonly string Header = new JwtBase64UrlEncoder().Encode(Encoding.UTF8.GetBytes("""{"alg":"HS256","typ":"JWT"}"""));
    private readonly ConcurrentDictionary<string, Remembered> _valid = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Remembered>.AlternateLookup<ReadOnlySpan<char>> _byText;
    private readonly JwtBase64UrlEncoder _base64 = new();
    private readonly HMACSHA256Algorithm _algorithm = new();
    private readonly byte[] _key;
    private readonly HmacKey _verification;
    private readonly TimeProvider _clock;
    private readonly int _seconds;

    public Tokens(TokenKey key, TimeProvider clock, IConfiguration configuration)
    {
        (_key, _verification, _clock) = (key.Bytes, new HmacKey(key.Bytes), clock);
        _byText = _valid.GetAlternateLookup<ReadOnlySpan<char>>();
        _seconds = 60 * Math.Clamp(configuration.GetValue("Jwt:Minutes", 60), 15, 24 * 60);
    }

    public AccessToken Issue(Guid userId, Guid tenantId, Guid sessionId)
    {
        var now = _clock.GetUtcNow().ToUnixTimeSeconds();
        var payload = JsonSerializer.SerializeToUtf8Bytes(new Claims(userId, tenantId, sessionId, Guid.NewGuid(), now, now + _seconds, Issuer, Audience));
        var signed = $"{Header}.{_base64.Encode(payload)}";
        return new AccessToken($"{signed}.{_base64.Encode(_algorithm.Sign(_key, Encoding.UTF8.GetBytes(signed)))}", _seconds);
    }

    public TokenIdentity Validate(ReadOnlySpan<char> token)
    {
        var now = _clock.GetUtcNow().ToUnixTimeSeconds();
        if (!_byText.TryGetValue(token, out var remembered))
        {
            remembered = Read(token);
            if (now < remembered.Expires)
            {
                if (_valid.Count >= MaxRemembered) _valid.Clear();
                _valid[token.ToString()] = remembered;
            }
        }
        if (now < remembered.Expires) return remembered.Identity;
        _byText.TryRemove(token, out _);
        throw new CrmException(ErrorKind.Unauthenticated, "TOKEN_EXPIRED", "The access token has expired.");
    }

    public bool Recognises(ReadOnlySpan<char> token) => token.StartsWith(Header) && token.Length > Header.Length && token[Header.Length] == '.';

    private Remembered Read(ReadOnlySpan<char> token)
    {
        if (token.Length > MaxLength || !Recognises(token) || CompactJws.Read(token) is not { } jws || !jws.IsSignedBy(_verification)) throw NotOurs();
        try
        {
            var claims = JsonSerializer.Deserialize<Claims>(jws.Payload) ?? throw NotOurs();
            if (claims.iss != Issuer || claims.aud != Audience || claims.sub == Guid.Empty || claims.tid == Guid.Empty) throw NotOurs();
            return new Remembered(new TokenIdentity(claims.sub, claims.tid, claims.sid), claims.exp);
        }
        catch (JsonException)
        {
            throw NotOurs();
        }
    }

    private static CrmException NotOurs() => IdentityErrors.Unauthenticated("The access token is not valid.");

#pragma warning disable IDE1006 // The names of RFC 7519.
    // Without sid: issued before sessions could be ended, and good until it expires.
    private sealed record Claims(Guid sub, Guid tid, Guid? sid, Guid jti, long iat, long exp, string iss, string aud);
#pragma warning restore IDE1006

    private sealed record Remembered(TokenIdentity Identity, long Expires);
}
