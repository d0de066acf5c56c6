using System.Diagnostics;
using Crm.Api.Http;
using Crm.Application.Abstractions;

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
        var started = Stopwatch.GetTimestamp();
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
            metrics.End(method, route, status, seconds);
            if (activity is not null) Describe(activity, method, route, status);
            if (_log.IsEnabled(LogLevel.Information)) Log(http, method, route, status, seconds);
        }
    }

    private void Log(HttpContext http, string method, string route, int status, double seconds)
    {
        var context = (RequestContext)http.RequestServices.GetRequiredService<IRequestContext>();
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
