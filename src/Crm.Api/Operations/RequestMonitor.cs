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

    private static string Template(HttpContext http) => http.GetEndpoint() switch
    {
        RouteEndpoint { RoutePattern.RawText: { } template } => template,
        { } other => other.DisplayName ?? "unnamed", // routing's own 405
        null => "unmatched",
    };
}
