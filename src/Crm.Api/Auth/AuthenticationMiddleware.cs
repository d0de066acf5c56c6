using Crm.Api.Http;
using Crm.Application.Abstractions;
using Crm.Application.Identity;
using Crm.Domain.Common;

namespace Crm.Api.Auth;

/// <summary>
/// The first two checks of the contract: credentials (401), then the tenant (400, 403). It runs after routing has chosen, and before
/// routing's own refusals are answered: without a token nobody learns which addresses exist. Public use cases pass.
/// </summary>
internal sealed class AuthenticationMiddleware(RequestDelegate next, ITokenValidator tokens, ICallerDirectory directory)
{
    private const string TenantHeader = "X-Tenant-Id";

    public async Task InvokeAsync(HttpContext http)
    {
        if (http.Request.Path.StartsWithSegments("/api/v1") && http.GetEndpoint()?.Metadata.GetMetadata<Http.Route>() is not { IsPublic: true })
            http.RequestServices.GetRequiredService<RequestContext>().ActAs(await CallerAsync(http));
        await next(http);
    }

    private async ValueTask<Caller> CallerAsync(HttpContext http)
    {
        var identity = tokens.Validate(Bearer(http));
        var standing = http.Request.Headers.TryGetValue(TenantHeader, out var named)
            ? await directory.FindAsync(identity.UserId, Tenant(named), http.RequestAborted)
            : await OnlyOneAsync(identity, http.RequestAborted);
        if (standing.Caller is null) throw IdentityErrors.TenantForbidden();
        return standing.IsSuspended ? throw IdentityErrors.TenantSuspended() : standing.Caller;
    }

    /// <summary>Without the header the user must reach one tenant only; it is then that one.</summary>
    private async ValueTask<Standing> OnlyOneAsync(TokenIdentity identity, CancellationToken ct)
    {
        var standing = await directory.FindAsync(identity.UserId, identity.TenantId, ct);
        return standing.Reached switch
        {
            [var only] when only == identity.TenantId => standing,
            [var only] => await directory.FindAsync(identity.UserId, only, ct),
            [] => standing,
            _ => throw IdentityErrors.InvalidTenant($"You are a member of several tenants: {TenantHeader} must name one."),
        };
    }

    private static Guid Tenant(Microsoft.Extensions.Primitives.StringValues named) => named.Count == 1 && Instants.TryParseUuid(named.ToString(), out var id)
        ? id
        : throw IdentityErrors.InvalidTenant($"{TenantHeader} must be one UUID.");

    private static ReadOnlySpan<char> Bearer(HttpContext http)
    {
        var header = http.Request.Headers.Authorization;
        if (header.Count != 1 || header[0] is not { } text || !text.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
            throw IdentityErrors.Unauthenticated("This needs a bearer token.");
        return text.AsSpan("Bearer ".Length).Trim(' ');
    }
}
