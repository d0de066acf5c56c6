using Crm.Api.Http;
using Crm.Domain.Common;

namespace Crm.Api.Auth;

/// <summary>
/// The first two checks of the contract: credentials (401), then the tenant (400, 403). It runs after routing has chosen, and before
/// routing's own refusals are answered: without credentials nobody learns which addresses exist. Public use cases pass.
/// </summary>
internal sealed class AuthenticationMiddleware(RequestDelegate next, Credentials credentials, FailedCredentials failures)
{
    public async Task InvokeAsync(HttpContext http)
    {
        if (http.Request.Path.StartsWithSegments("/api/v1") && http.GetEndpoint()?.Metadata.GetMetadata<Http.Route>() is not { IsPublic: true })
            http.RequestServices.GetRequiredService<RequestContext>().ActAs(await CallerAsync(http));
        await next(http);
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
