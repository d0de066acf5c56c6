using System.Diagnostics;
using Crm.Api.Http;

namespace Crm.Api.Operations;

/// <summary>
/// Counts and times every request and writes its one log line. Both know the route's template, never the address: what callers put
/// into paths, query strings and bodies may be personal.
/// </summary>
internal sealed class RequestMonitor(RequestDelegate next, HttpMetrics metrics, ILoggerFactory loggers)
{
    public const string Category = "Crm.Requests";
    private readonly ILogger _log = loggers.CreateLogger(Category);

    public async Task InvokeAsync(HttpContext http)
    {
        var (context, started) = (http.RequestServices.GetRequiredService<RequestContext>(), Stopwatch.GetTimestamp());
        context.Started = started;
        var activity = Activity.Current is { IsAllDataRequested: true } current ? current : null;
        if (activity is not null && IsProbe(http.Request.Path)) activity.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        metrics.Begin();
        try
        {
            await next(http);
        }
        finally
        {
            var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            var (method, route, status) = (HttpMetrics.Known(http.Request.Method), Template(http), http.RequestAborted.IsCancellationRequested && !http.Response.HasStarted ? StatusCodes.Status499ClientClosedRequest : http.Response.StatusCode);
            if (!context.HasBegun) metrics.End(method, route, status, seconds);
            if (activity is not null) Describe(activity, method, route, status);
            if (_log.IsEnabled(LogLevel.Information)) Log(context, method, route, status, seconds);
        }
    }

    /// <summary>
    /// Says that an answer has begun which lasts as long as the client stays: the request counts as served from here on, after the time it took until now.
    /// </summary>
    public static void Began(HttpContext http)
    {
        var (context, metrics) = (http.RequestServices.GetRequiredService<RequestContext>(), http.RequestServices.GetRequiredService<HttpMetrics>());
        context.HasBegun = true;
        metrics.End(HttpMetrics.Known(http.Request.Method), Template(http), http.Response.StatusCode, Stopwatch.GetElapsedTime(context.Started).TotalSeconds);
    }

    private void Log(RequestContext context, string method, string route, int status, double seconds)
    {
        var caller = context.IsAuthenticated ? context.Caller : null;
        _log.Log(LogLevel.Information, new EventId(1, "Request"),
            new RequestLine(method, route, status, seconds, context.RequestId, caller?.TenantId, caller?.UserId), null, RequestLine.Text);
    }

    /// <summary>Names and attributes of a server span, by OpenTelemetry's semantic conventions for HTTP.</summary>
    private static void Describe(Activity activity, string method, string route, int status)
    {
        activity.DisplayName = $"{method} {route}";
        activity.SetTag("http.request.method", method).SetTag("http.route", route).SetTag("http.response.status_code", status);
        if (status >= 500) activity.SetStatus(ActivityStatusCode.Error);
    }

    /// <summary>Probes and scrapes come every few seconds and would be most of what is recorded.</summary>
    private static bool IsProbe(PathString path) => path.StartsWithSegments("/health") || path == "/metrics";

    private static string Template(HttpContext http) => http.GetEndpoint() switch
    {
        RouteEndpoint { RoutePattern.RawText: { } template } => template,
        { } other => other.DisplayName ?? "unnamed", // routing's own 405
        null => "unmatched",
    };
}
