namespace Crm.Api.Http;

/// <summary>
/// Compresses answers for callers who ask for it. Not the record with its ETag: the tag is the record's version and compares strongly
/// (If-Match), so there must be one representation of it (RFC 9110 §8.8.3). Not secrets, which compression can betray (BREACH).
/// </summary>
internal sealed class Compression(IConfiguration configuration)
{
    /// <summary>What fits into one packet anyway is not made faster.</summary>
    private const int Smallest = 1_024;

    private readonly bool _enabled = configuration.GetValue("Compression:Enabled", true);

    /// <summary>The bytes to send, with the headers that say so. HEAD asks for the same.</summary>
    public ReadOnlyMemory<byte> Apply(HttpContext http, ReadOnlyMemory<byte> body)
    {
        if (!_enabled) return body;
        http.Response.Headers.Append("Vary", "Accept-Encoding");
        if (body.Length < Smallest || ContentCoding.Chosen(http.Request.Headers.AcceptEncoding) is not { } coding) return body;
        http.Response.Headers.ContentEncoding = coding;
        return ContentCoding.Encode(coding, body.Span);
    }
}
