using Crm.Application.Abstractions;
using Crm.Application.Identity;
using Crm.Domain.Common;
using Microsoft.Extensions.Primitives;

namespace Crm.Api.Auth;

/// <summary>
/// Who a request's credentials stand for, in the tenant it names: an access token or an API key, never both. Two that disagree would let
/// whoever reads a log believe the wrong one.
/// </summary>
internal sealed class Credentials(ITokenValidator tokens, IOutsideTokens outside, ISubjectDirectory subjects, IApiKeyDirectory keys, ICallerDirectory directory,
    FailedCredentials failures)
{
    private const string Scheme = "Bearer ";

    /// <exception cref="CrmException">UNAUTHENTICATED, TOKEN_EXPIRED, INVALID_TENANT, TENANT_FORBIDDEN, TENANT_SUSPENDED, RATE_LIMITED.</exception>
    public ValueTask<Caller> CallerAsync(HttpContext http)
    {
        var (headers, names) = (http.Request.Headers, PresentedNames.Headers);
        return CallerAsync(http, new Presented(headers.Authorization, headers[names.Key], headers[names.Tenant]));
    }

    /// <summary>The same for credentials that came otherwise than in headers.</summary>
    public async ValueTask<Caller> CallerAsync(HttpContext http, Presented presented)
    {
        var (bearer, key) = (presented.Bearer, presented.Key);
        if (bearer.Count + key.Count == 0) throw IdentityErrors.Unauthenticated("This needs a bearer token or an API key.");
        if (bearer.Count + key.Count > 1) throw IdentityErrors.Unauthenticated($"Send one credential: {presented.Names.Token} or {presented.Names.Key}, once.");
        var standing = key.Count == 1 ? await ByKeyAsync(http, presented) : await ByTokenAsync(http, presented);
        if (standing.Caller is not { } caller) throw IdentityErrors.TenantForbidden();
        return standing.IsSuspended ? throw IdentityErrors.TenantSuspended() : caller;
    }

    /// <summary>Who has shown his credentials before, as he stands now.</summary>
    /// <exception cref="CrmException">UNAUTHENTICATED, TENANT_FORBIDDEN, TENANT_SUSPENDED.</exception>
    public async ValueTask<Caller> CallerAsync(TokenIdentity identity, CancellationToken ct)
    {
        var standing = await LiveAsync(identity, identity.TenantId, ct);
        if (standing.Caller is not { } caller) throw IdentityErrors.TenantForbidden();
        return standing.IsSuspended ? throw IdentityErrors.TenantSuspended() : caller;
    }

    private async ValueTask<Standing> ByTokenAsync(HttpContext http, Presented presented)
    {
        var text = presented.Bearer.ToString();
        if (!text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) throw IdentityErrors.Unauthenticated("This needs a bearer token.");
        var token = text.AsMemory(Scheme.Length).Trim(' ');
        if (outside.Issuers.Count > 0 && !tokens.Recognises(token.Span)) return await ByOutsideTokenAsync(http, token.ToString(), presented);
        var identity = tokens.Validate(token.Span);
        // Whether the session lives comes before which tenant is meant.
        var own = await LiveAsync(identity, identity.TenantId, http.RequestAborted);
        if (Named(presented) is { } named) return await LiveAsync(identity, named, http.RequestAborted);
        return own.Reached switch
        {
            [var only] when only == identity.TenantId => own,
            [var only] => await LiveAsync(identity, only, http.RequestAborted),
            [] => own,
            _ => throw SeveralTenants(presented),
        };
    }

    private async ValueTask<Standing> LiveAsync(TokenIdentity identity, Guid tenantId, CancellationToken ct)
    {
        var standing = await directory.FindAsync(identity.UserId, tenantId, identity.SessionId, ct);
        // Who is no member any more is told that: signing in again would not help him.
        return standing is { IsSignedOut: true, Caller: not null } ? throw IdentityErrors.Unauthenticated("The session has ended; sign in again.") : standing;
    }

    /// <summary>A subject of another issuer may be a different user in each tenant; somebody who is nobody anywhere has no credentials here.</summary>
    private async ValueTask<Standing> ByOutsideTokenAsync(HttpContext http, string token, Presented presented)
    {
        var reached = await subjects.FindAsync(await outside.ValidateAsync(token, http.RequestAborted), http.RequestAborted);
        if (reached.Count == 0) throw IdentityErrors.Unauthenticated("The token's subject is no member of any organization here.");
        var one = Named(presented) is { } named
            ? reached.FirstOrDefault(r => r.TenantId == named) ?? throw IdentityErrors.TenantForbidden()
            : reached is [var only] ? only : throw SeveralTenants(presented);
        return await directory.FindAsync(one.UserId, one.TenantId, http.RequestAborted);
    }

    /// <summary>A key is its tenant's: the header may repeat that, and name no other.</summary>
    private async ValueTask<Standing> ByKeyAsync(HttpContext http, Presented presented)
    {
        var key = await keys.FindAsync(presented.Key.ToString(), () => failures.EnsureOpen(http), http.RequestAborted);
        if (Named(presented) is { } named && named != key.TenantId) throw IdentityErrors.TenantForbidden();
        var standing = await keys.StandingAsync(key, http.RequestAborted);
        if (standing.Caller is null) throw IdentityErrors.Unauthenticated("The API key is not valid any more: its member or its creator has left.");
        keys.Used(key);
        return standing;
    }

    /// <summary>The tenant that is named, if one is.</summary>
    private static Guid? Named(Presented presented)
    {
        var named = presented.Tenant;
        if (named.Count == 0) return null;
        return named.Count == 1 && Instants.TryParseUuid(named.ToString(), out var id) ? id : throw IdentityErrors.InvalidTenant($"{presented.Names.Tenant} must be one UUID.");
    }

    private static CrmException SeveralTenants(Presented presented) => IdentityErrors.InvalidTenant($"You are a member of several tenants: {presented.Names.Tenant} must name one.");
}

/// <summary>What a caller shows: as headers have it, whether it came in headers or not.</summary>
internal readonly record struct Presented(StringValues Bearer, StringValues Key, StringValues Tenant)
{
    /// <summary>What the caller calls them, for refusals.</summary>
    public PresentedNames Names { get; init; } = PresentedNames.Headers;
}

/// <summary>Where credentials came from.</summary>
internal sealed record PresentedNames(string Token, string Key, string Tenant)
{
    /// <summary>The headers of a request.</summary>
    public static readonly PresentedNames Headers = new("Authorization", "X-Api-Key", "X-Tenant-Id");

    /// <summary>The members of a message.</summary>
    public static readonly PresentedNames Message = new("token", "apiKey", "tenantId");
}
