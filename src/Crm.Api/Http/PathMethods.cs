namespace Crm.Api.Http;

/// <summary>
/// What a path says to methods it has no route for: OPTIONS is told which it has, any other is refused with the same list
/// (RFC 9110 §9.3.7 and §15.5.6).
/// </summary>
internal sealed record PathMethods(string Allow, bool IsPublic)
{
    /// <summary>What these endpoints of one path leave over; null when one of them takes every method.</summary>
    public static PathMethods? Of(IReadOnlyList<RouteEndpoint> endpoints)
    {
        var methods = endpoints.Select(e => e.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods).ToList();
        if (methods.Any(m => m is null)) return null;
        return new PathMethods(string.Join(", ", methods.SelectMany(m => m!).Append("OPTIONS").Distinct().Order(StringComparer.Ordinal)),
            endpoints.All(e => e.Metadata.GetMetadata<Route>() is { IsPublic: true }));
    }

    public Task AnswerAsync(HttpContext http)
    {
        http.Response.Headers.Allow = Allow;
        if (!HttpMethods.IsOptions(http.Request.Method)) throw new HttpRefusal(405, "METHOD_NOT_ALLOWED", "The method is not allowed here; see the Allow header.");
        http.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }
}
