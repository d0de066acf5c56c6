using Crm.Application.Abstractions;

namespace Crm.Api.Http;

/// <summary>Gives every request an id (the caller's, if it is a sane one), answers with it, and sets the security headers.</summary>
internal sealed class RequestIdMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext http, IRequestContext context)
    {
        var request = (RequestContext)context;
        var id = Sane(http.Request.Headers["X-Request-Id"].ToString()) ?? Guid.CreateVersion7().ToString("N");
        request.RequestId = id;
        request.CorrelationId = Sane(http.Request.Headers["X-Correlation-Id"].ToString()) ?? id;
        request.SourceAddress = http.Connection.RemoteIpAddress?.ToString();
        request.UserAgent = Shown(http.Request.Headers.UserAgent.ToString());
        var headers = http.Response.Headers;
        headers["X-Request-Id"] = id;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
        return next(http);
    }

    /// <summary>A name that people are shown: its beginning, without what no terminal should be given.</summary>
    private static string? Shown(string agent) => agent.Length == 0 ? null : new string([.. agent.Where(c => c is >= ' ' and <= '~').Take(300)]);

    private static string? Sane(string id) => id.Length is > 0 and <= 100 && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':') ? id : null;
}
