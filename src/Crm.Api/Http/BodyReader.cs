using Crm.Domain.Common;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Crm.Api.Http;

/// <summary>
/// Reads a request body within its limit: 415 for what is no JSON, 413 for what is too large. A compressed body is unpacked while it is
/// read and refused as soon as it exceeds the same limit, so a small one that would become huge costs no memory.
/// </summary>
internal static class BodyReader
{
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContext http, Route route)
    {
        var request = http.Request;
        if (request.ContentLength > route.BodyLimit) throw TooLarge(route.BodyLimit);
        var hasBody = request.ContentLength > 0 || request.Headers.TransferEncoding.Count > 0;
        if (hasBody || !string.IsNullOrEmpty(request.ContentType)) CheckType(request, route.Method);
        if (!hasBody) return default;
        var content = ContentCoding.Decoded(request);
        if (content == request.Body) return await ReadAsync(content, route.BodyLimit, request.ContentLength, http.RequestAborted);
        // Codings can carry any number of bytes that come to nothing, so what arrives is limited as well as what comes of it.
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } arriving) arriving.MaxRequestBodySize = route.BodyLimit;
        await using (content)
        {
            try
            {
                return await ReadAsync(content, route.BodyLimit, null, http.RequestAborted);
            }
            catch (Exception e) when (e is InvalidDataException or InvalidOperationException)
            {
                throw new CrmException(ErrorKind.Validation, "MALFORMED_JSON", "The body is not in the coding that Content-Encoding names.");
            }
        }
    }

    /// <summary>Looks at the head of a request whose body is taken as it is; the body itself is read when it is wanted.</summary>
    public static void CheckRaw(HttpContext http, Route route)
    {
        var request = http.Request;
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !type.MediaType.Equals(route.RawType, StringComparison.OrdinalIgnoreCase) || request.Headers.ContentEncoding.Count > 0)
            throw new HttpRefusal(415, "UNSUPPORTED_MEDIA_TYPE", $"Send {route.RawType}.");
        if (request.ContentLength > route.BodyLimit) throw TooLarge(route.BodyLimit);
    }

    /// <summary>Reads a body that is taken as it is.</summary>
    public static Task<ReadOnlyMemory<byte>> ReadRawAsync(HttpContext http, Route route) => ReadAsync(http.Request.Body, route.BodyLimit, http.Request.ContentLength, http.RequestAborted);

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(Stream content, int limit, long? length, CancellationToken ct)
    {
        // As long as the body says it is; the server lets no more through. Otherwise one byte beyond the limit tells that it is exceeded.
        var buffer = new byte[(int?)length ?? 4_096];
        var size = 0;
        while (true)
        {
            if (size == buffer.Length)
            {
                if (size == length) break;
                if (size > limit) throw TooLarge(limit);
                Array.Resize(ref buffer, (int)Math.Min(2L * size, limit + 1L));
            }
            var read = await ReadAsync(content, buffer.AsMemory(size), ct);
            if (read == 0) break;
            size += read;
        }
        if (size > limit) throw TooLarge(limit);
        var body = buffer.AsMemory(0, size);
        return body.Span.StartsWith("\uFEFF"u8) ? body[3..] : body;
    }

    /// <summary>The server says in two ways that a body is no HTTP: chunk sizes beyond all bounds are a plain IOException.</summary>
    private static async ValueTask<int> ReadAsync(Stream body, Memory<byte> buffer, CancellationToken ct)
    {
        try
        {
            return await body.ReadAsync(buffer, ct);
        }
        catch (IOException e) when (e is not BadHttpRequestException)
        {
            throw new BadHttpRequestException("The body could not be read.", StatusCodes.Status400BadRequest, e);
        }
    }

    private static void CheckType(HttpRequest request, string method)
    {
        var known = MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            && (type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
                || (method == "PATCH" && type.MediaType.Equals("application/merge-patch+json", StringComparison.OrdinalIgnoreCase)))
            && (!type.Charset.HasValue || type.Charset.Value.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase));
        if (!known)
            throw new HttpRefusal(415, "UNSUPPORTED_MEDIA_TYPE", method == "PATCH" ? "Send application/merge-patch+json or application/json in UTF-8." : "Send application/json in UTF-8.");
    }

    private static CrmException TooLarge(int limit) => new(ErrorKind.TooLarge, "PAYLOAD_TOO_LARGE", $"The body may have at most {limit} bytes.");
}

/// <summary>A refusal that is HTTP's own and no business of the application.</summary>
internal sealed class HttpRefusal(int status, string code, string message) : Exception(message)
{
    public int Status { get; } = status;

    public string Code { get; } = code;
}

/// <summary>Content negotiation: answers are JSON, unless a route says otherwise.</summary>
internal static class Negotiation
{
    public static void CheckAccept(HttpRequest request)
    {
        if (!Takes(request, "application", "json") && !Takes(request, "application", "problem+json")) throw new HttpRefusal(406, "NOT_ACCEPTABLE", "Answers are application/json.");
    }

    public static void CheckAccept(HttpRequest request, string type, string subType)
    {
        if (!Takes(request, type, subType)) throw new HttpRefusal(406, "NOT_ACCEPTABLE", $"The answer is {type}/{subType}.");
    }

    private static bool Takes(HttpRequest request, string type, string subType)
    {
        var accept = request.Headers.Accept;
        if (accept.Count == 0) return true;
        foreach (var line in accept)
        {
            if (string.IsNullOrWhiteSpace(line) || line == "*/*" || (line == "application/json" && subType == "json")) return true;
        }
        var ranges = MediaTypeHeaderValue.TryParseList(accept, out var parsed) ? parsed : [];
        return ranges.Any(r => r.Quality != 0 && (r.MatchesAllTypes || (r.Type.Equals(type, StringComparison.OrdinalIgnoreCase)
            && (r.MatchesAllSubTypes || r.SubType.Equals(subType, StringComparison.OrdinalIgnoreCase)))));
    }
}
