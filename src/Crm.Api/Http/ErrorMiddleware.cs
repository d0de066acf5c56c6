using Crm.Domain.Common;
using Crm.Infrastructure.Persistence;

namespace Crm.Api.Http;

/// <summary>The one place where exceptions become answers. What is not expected is a 500 that tells nothing but its trace id.</summary>
internal sealed partial class ErrorMiddleware(RequestDelegate next, ILogger<ErrorMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext http)
    {
        try
        {
            await next(http);
            if (http.Response is { StatusCode: >= 400, HasStarted: false, ContentType: null }) await BareAsync(http);
        }
        catch (Exception e) when (!http.Response.HasStarted)
        {
            await AnswerAsync(http, e);
        }
    }

    private Task AnswerAsync(HttpContext http, Exception e)
    {
        switch (PostgresErrors.Translate(e) ?? e)
        {
            case CrmException refusal: return Problems.WriteAsync(http, refusal);
            case HttpRefusal refusal: return Problems.WriteAsync(http, refusal.Status, refusal.Code, refusal.Message);
            case BadHttpRequestException bad: return Problems.WriteAsync(http, bad.StatusCode, bad.StatusCode == 413 ? "PAYLOAD_TOO_LARGE" : "MALFORMED_JSON", "The request could not be read.");
            case OperationCanceledException when http.RequestAborted.IsCancellationRequested: return Task.CompletedTask;
            case RepeatCommandException: return Problems.WriteAsync(http, PostgresErrors.Unavailable());
            case var unexpected:
                Unexpected(http.GetEndpoint()?.DisplayName ?? http.Request.Method, unexpected);
                return Problems.WriteAsync(http, 500, "INTERNAL_ERROR", "Something went wrong here; the trace id names it.");
        }
    }

    /// <summary>Gives a body to what routing refused.</summary>
    private static Task BareAsync(HttpContext http) => http.Response.StatusCode switch
    {
        404 => Problems.WriteAsync(http, 404, "NOT_FOUND", "There is nothing at this address."),
        415 => Problems.WriteAsync(http, 415, "UNSUPPORTED_MEDIA_TYPE", "Send application/json."),
        _ => Task.CompletedTask,
    };

    [LoggerMessage(LogLevel.Error, "{Endpoint} failed")]
    private partial void Unexpected(string endpoint, Exception e);
}
