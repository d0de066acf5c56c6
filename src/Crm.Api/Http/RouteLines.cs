namespace Crm.Api.Http;

/// <summary>The lines just added to a routing table, for what only some routes have.</summary>
internal sealed class RouteLines(List<Route> all, int first)
{
    private readonly int _count = all.Count - first;

    /// <summary>Says that these routes will go away: in headers of every answer and in the OpenAPI document.</summary>
    /// <param name="since">From when on nobody should begin to use them.</param>
    /// <param name="until">From when on they may no longer answer.</param>
    /// <param name="successor">What to use instead: a path below /api/v1, with the same parameters.</param>
    public RouteLines Deprecated(DateOnly since, DateOnly? until = null, string? successor = null)
    {
        var deprecation = new Deprecation(since, until, successor);
        for (var i = first; i < first + _count; i++) all[i] = all[i] with { Deprecation = deprecation };
        return this;
    }
}
