using Crm.Api.Http;
using Crm.Application.Identity;
using Crm.Domain.Common;
using Crm.Infrastructure.Identity;

namespace Crm.Api.Auth;

/// <summary>
/// The first two checks of the contract: credentials (401), then the tenant (400, 403). It runs after routing has chosen, and before
/// routing's own refusals are answered: without credentials nobody learns which addresses exist. Public use cases pass.
/// </summary>
internal sealed class AuthenticationMiddleware(RequestDelegate next, Credentials credentials, PlatformKey platform, FailedCredentials failures)
{
    public async Task InvokeAsync(HttpContext http)
    {
        if (http.Request.Path.StartsWithSegments("/api/v1") && !IsOpen(http))
        {
            var context = http.RequestServices.GetRequiredService<RequestContext>();
            if (http.GetEndpoint()?.Metadata.GetMetadata<Http.Route>() is { IsPlatform: true }) context.IsPlatform = IsPlatform(http);
            else context.ActAs(await CallerAsync(http));
        }
        await next(http);
    }

    /// <summary>
    /// Public use cases; and OPTIONS of a path there is, which tells no more than the OpenAPI document does and which browsers send without
    /// credentials (RFC 9110 §9.3.7).
    /// </summary>
    private static bool IsOpen(HttpContext http) => http.GetEndpoint()?.Metadata is { } metadata
        && (metadata.GetMetadata<Http.Route>() is { IsPublic: true }
            || (metadata.GetMetadata<PathMethods>() is { } path && (path.IsPublic || HttpMethods.IsOptions(http.Request.Method))));

    /// <summary>The platform's key, alone and once. Where there is none, no key is the right one.</summary>
    private bool IsPlatform(HttpContext http)
    {
        var (headers, names) = (http.Request.Headers, PresentedNames.Headers);
        if (headers[PlatformKey.Header] is [{ } key] && headers.Authorization.Count + headers[names.Key].Count == 0 && platform.Is(key)) return true;
        throw failures.Count(http, IdentityErrors.Unauthenticated($"This needs the platform's key as {PlatformKey.Header}, and nothing else."));
    }

    private async ValueTask<Application.Abstractions.Caller> CallerAsync(HttpContext http)
    {
        try
        {
            return await credentials.CallerAsync(http);
        }
        // One that has expired was good once: nobody is guessing.
        catch (CrmException refusal) when (refusal.Code == "UNAUTHENTICATED")
        {
            throw failures.Count(http, refusal);
        }
    }
}
