using System.Collections.Frozen;
using System.Text.Json;
using Crm.Application.Abstractions;
using Crm.Application.Identity;
using Crm.Domain.Common;
using Microsoft.Extensions.Logging;

namespace Crm.Infrastructure.Identity.Issuers;

/// <summary>
/// Tokens of other issuers (RFC 7519): signed by RS256 or ES256 with a key of the issuer they name, meant for us, in their time. Which key
/// sets are looked at is decided by the issuer's name, which the signature then proves.
/// </summary>
internal sealed class OutsideTokens : IOutsideTokens, IDisposable
{
    /// <summary>How far clocks may differ.</summary>
    private const int SkewSeconds = 60;
    private const int MaxSubject = 255;
    // Access tokens (RFC 9068 §2.1) and what says no more than that it is one; not, say, a logout token of the same issuer (RFC 8725 §3.11).
    private static readonly FrozenSet<string> Types = new[] { "JWT", "at+jwt", "application/at+jwt" }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
    private readonly FrozenDictionary<string, (IssuerSettings Settings, KeySetSource Keys)> _issuers;
    private readonly TimeProvider _clock;

    public OutsideTokens(IReadOnlyList<IssuerSettings> issuers, HttpClient http, TimeProvider clock, ILogger<OutsideTokens> logger)
    {
        _clock = clock;
        _issuers = issuers.ToFrozenDictionary(i => i.Name, i => (i, new KeySetSource(i.Name, i.Reader(http), clock, logger)), StringComparer.Ordinal);
    }

    public IReadOnlyCollection<string> Issuers => _issuers.Keys;

    public async ValueTask<OutsideSubject> ValidateAsync(string token, CancellationToken ct)
    {
        if (CompactJws.Read(token) is not { Algorithm: "RS256" or "ES256" } jws || (jws.Type is { } type && !Types.Contains(type))) throw NotValid();
        if (StrictJson.Object(jws.Payload) is not { } claims || claims.Text("iss") is not { } name || !_issuers.TryGetValue(name, out var issuer)) throw NotValid();
        if (!(await issuer.Keys.CandidatesAsync(jws.Algorithm, jws.KeyId, ct)).Any(jws.IsSignedBy)) throw NotValid();
        if (!claims.Texts("aud").Contains(issuer.Settings.Audience)) throw NotValid();
        if (claims.Text("sub") is not { Length: > 0 and <= MaxSubject } subject) throw NotValid();
        CheckTime(claims);
        var email = issuer.Settings.TrustsEmail && claims.TryGetProperty("email_verified", out var verified) && verified.ValueKind == JsonValueKind.True
            && EmailAddress.TryParse(claims.Text("email") ?? "", out var address) ? address : null;
        return new OutsideSubject(name, subject, email);
    }

    public void Dispose()
    {
        foreach (var (_, keys) in _issuers.Values) keys.Dispose();
    }

    private void CheckTime(JsonElement claims)
    {
        var now = _clock.GetUtcNow().ToUnixTimeSeconds();
        if (Moment(claims, "exp") is not { } end) throw NotValid();
        if (claims.Has("nbf") && (Moment(claims, "nbf") is not { } begin || begin > now + SkewSeconds)) throw NotValid();
        if (end + SkewSeconds <= now) throw new CrmException(ErrorKind.Unauthenticated, "TOKEN_EXPIRED", "The access token has expired.");
    }

    /// <summary>A NumericDate (RFC 7519 §2), which may have a fraction; null for anything that is none of this era.</summary>
    private static decimal? Moment(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Number && member.TryGetDecimal(out var seconds) && Math.Abs(seconds) < 1e15m ? seconds : null;

    private static CrmException NotValid() => IdentityErrors.Unauthenticated("The access token is not valid.");
}
