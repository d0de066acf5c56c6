using System.Diagnostics;
using System.Text.Json;
using Crm.Application.Abstractions;
using Crm.Domain.Common;
using Crm.Infrastructure.Persistence;

namespace Crm.Api.Http;

/// <summary>Errors on the wire: application/problem+json (RFC 9457) with the contract's members.</summary>
internal static class Problems
{
    private static readonly Dictionary<string, object> EmptyExtensions = [];

    public static int Status(CrmException e) => e.Kind switch
    {
        ErrorKind.Validation => 400,
        ErrorKind.Unauthenticated => 401,
        ErrorKind.PlanLimit => 402,
        ErrorKind.Forbidden => 403,
        ErrorKind.NotFound => 404,
        ErrorKind.Conflict => 409,
        ErrorKind.PreconditionFailed => 412,
        ErrorKind.TooLarge => 413,
        ErrorKind.UnsupportedType => 415,
        ErrorKind.Unprocessable => 422,
        ErrorKind.RateLimited => 429,
        _ => 503,
    };

    /// <summary>Answers with the refusal.</summary>
    public static Task WriteAsync(HttpContext http, CrmException e)
    {
        // Whatever is down, the caller is told when to come back.
        if ((e.RetryAfter ?? (e.Kind == ErrorKind.Unavailable ? PostgresErrors.SoonAgain : null)) is { } wait) http.Response.Headers.RetryAfter = ((int)Math.Ceiling(wait.TotalSeconds)).ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (e.Kind == ErrorKind.Unauthenticated) http.Response.Headers.WWWAuthenticate = "Bearer";
        return WriteAsync(http, Status(e), e.Code, e.Message, e);
    }

    /// <summary>Answers with a status that no exception carries.</summary>
    public static async Task WriteAsync(HttpContext http, int status, string code, string detail, CrmException? e = null)
    {
        if (http.Response.HasStarted) return;
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/problem+json";
        http.Response.Headers.CacheControl = "private, no-store";
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, JsonWriting.Options)) Write(writer, http, status, code, detail, e);
        http.Response.ContentLength = buffer.Length;
        if (!HttpMethods.IsHead(http.Request.Method)) await http.Response.Body.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length));
    }

    /// <summary>Writes the problem as an object; batches embed it per operation.</summary>
    public static void Write(Utf8JsonWriter writer, HttpContext http, int status, string code, string detail, CrmException? e)
    {
        var title = Title(code);
        writer.WriteStartObject();
        writer.WriteString("type", ErrorCodes.TypeOf(code));
        writer.WriteString("title", title);
        writer.WriteNumber("status", status);
        writer.WriteString("detail", detail);
        writer.WriteString("instance", http.Request.Path.Value);
        writer.WriteString("traceId", Activity.Current?.TraceId.ToString() ?? http.TraceIdentifier);
        writer.WriteBoolean("success", false);
        writer.WriteString("error", title);
        writer.WriteString("code", code);
        if (e?.ExistingId is { } existing) writer.WriteString("existingId", existing);
        foreach (var (name, value) in e?.Extensions ?? EmptyExtensions)
        {
            writer.WritePropertyName(name);
            JsonSerializer.Serialize(writer, value, WireJson.Options);
        }
        if (e?.Errors is { } errors)
        {
            writer.WritePropertyName("errors");
            JsonSerializer.Serialize(writer, errors, WireJson.Options);
        }
        writer.WriteEndObject();
    }

    public static string Title(string code) => char.ToUpperInvariant(code[0]) + code[1..].ToLowerInvariant().Replace('_', ' ');
}

/// <summary>How JSON is written everywhere.</summary>
internal static class JsonWriting
{
    public static readonly JsonWriterOptions Options = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };
}
