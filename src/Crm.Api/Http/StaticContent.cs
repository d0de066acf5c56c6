using System.Security.Cryptography;

namespace Crm.Api.Http;

/// <summary>
/// Bytes that do not change while the service runs. Each coding has an entity tag of its own and is made once.
/// </summary>
internal sealed class StaticContent(string type, byte[] bytes)
{
    private readonly string _hash = Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 8));
    private readonly Lazy<ReadOnlyMemory<byte>> _brotli = new(() => ContentCoding.Encode("br", bytes, once: true));
    private readonly Lazy<ReadOnlyMemory<byte>> _gzip = new(() => ContentCoding.Encode("gzip", bytes, once: true));

    public async Task WriteAsync(HttpContext http)
    {
        var (response, coding) = (http.Response, ContentCoding.Chosen(http.Request.Headers.AcceptEncoding));
        var etag = coding is null ? $"\"{_hash}\"" : $"\"{_hash}-{coding}\"";
        response.Headers.Append("Vary", "Accept-Encoding");
        response.Headers.CacheControl = "public, max-age=300";
        response.Headers.ETag = etag;
        if (Preconditions.IsFresh(http, etag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }
        var body = coding switch { "br" => _brotli.Value, "gzip" => _gzip.Value, _ => bytes };
        if (coding is not null) response.Headers.ContentEncoding = coding;
        response.ContentType = type;
        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(http.Request.Method)) await response.Body.WriteAsync(body, http.RequestAborted);
    }
}
