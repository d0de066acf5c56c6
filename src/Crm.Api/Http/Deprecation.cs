using System.Globalization;

namespace Crm.Api.Http;

/// <summary>
/// That a route will go away, and what to use instead: the Deprecation header (RFC 9745), Sunset (RFC 8594) and links of the types
/// deprecation and successor-version, on every answer of the route; the OpenAPI document says it too.
/// </summary>
internal sealed record Deprecation
{
    public Deprecation(DateOnly since, DateOnly? until, string? successor)
    {
        if (until < since) throw new ArgumentException("A route cannot end before it is deprecated (RFC 9745 §4).", nameof(until));
        (Since, Until, Successor) = (since, until, successor);
    }

    /// <summary>From when on nobody should begin to use it.</summary>
    public DateOnly Since { get; }

    /// <summary>From when on it may no longer answer.</summary>
    public DateOnly? Until { get; }

    /// <summary>The path template below /api/v1 to use instead; its parameters are those of the deprecated path.</summary>
    public string? Successor { get; }

    /// <summary>The same in a sentence.</summary>
    public string Words => string.Create(CultureInfo.InvariantCulture, $"Deprecated since {Since:yyyy-MM-dd}")
        + (Until is { } until ? string.Create(CultureInfo.InvariantCulture, $"; may be gone from {until:yyyy-MM-dd} on") : "")
        + (Successor is null ? "." : $"; use `/api/v1/{Successor}`.");

    public void WriteTo(HttpContext http, Route route)
    {
        var headers = http.Response.Headers;
        headers["Deprecation"] = "@" + Instant(Since).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        if (Until is { } until) headers["Sunset"] = Instant(until).ToString("R", CultureInfo.InvariantCulture);
        headers.Append("Link", $"</docs/index.html#/{route.Tag}/{route.OperationId}>; rel=\"deprecation\"; type=\"text/html\"");
        if (Successor is not null) headers.Append("Link", $"</api/v1/{Filled(Successor, http.Request.RouteValues)}>; rel=\"successor-version\"");
    }

    private static DateTimeOffset Instant(DateOnly day) => new(day, TimeOnly.MinValue, TimeSpan.Zero);

    private static string Filled(string template, RouteValueDictionary values) => string.Join('/', template.Split('/').Select(part =>
        part.StartsWith('{') && values.TryGetValue(part.Trim('{', '}'), out var value) ? Uri.EscapeDataString((string)value!) : part));
}
