using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Crm.Api.Tests.Files;

/// <summary>
/// As much of S3 as files need, on a port of its own: it refuses whatever is not signed as AWS Signature Version 4 says, or whose body is not
/// the one that was signed.
/// </summary>
internal sealed class S3Server : IAsyncDisposable
{
    public const string Bucket = "crm-files", Region = "eu-central-1", AccessKey = "AKIAIOSFODNN7EXAMPLE", SecretKey = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    private readonly WebApplication _app;

    private S3Server(WebApplication app) => _app = app;

    public ConcurrentDictionary<string, byte[]> Objects { get; } = new();

    /// <summary>What every request is answered with, when it is to fail.</summary>
    public HttpStatusCode? Failure { get; set; }

    /// <summary>The ranges that were asked for.</summary>
    public ConcurrentQueue<string> Ranges { get; } = new();

    public string Address => _app.Urls.Single();

    /// <summary>How a service uses it.</summary>
    public (string Name, string Value)[] Settings =>
        [("Files:Store", "S3"), ("Files:S3:Endpoint", Address), ("Files:S3:Bucket", Bucket), ("Files:S3:Region", Region), ("Files:S3:AccessKey", AccessKey), ("Files:S3:SecretKey", SecretKey)];

    public static async Task<S3Server> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var server = new S3Server(builder.Build());
        server._app.Run(server.AnswerAsync);
        await server._app.StartAsync();
        return server;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        if (Failure is { } failure) await RefuseAsync(http, failure, "ServiceUnavailable");
        else if (!SigV4.IsSigned(http.Request, body.ToArray(), AccessKey, SecretKey, Region)) await RefuseAsync(http, HttpStatusCode.Forbidden, "SignatureDoesNotMatch");
        else await ServeAsync(http, http.Request.Path.Value![($"/{Bucket}/".Length)..], body.ToArray());
    }

    private async Task ServeAsync(HttpContext http, string key, byte[] body)
    {
        if (http.Request.Method == "PUT") Objects[key] = body;
        else if (http.Request.Method == "DELETE")
        {
            Objects.TryRemove(key, out _);
            http.Response.StatusCode = 204;
        }
        else if (!Objects.TryGetValue(key, out var found)) await RefuseAsync(http, HttpStatusCode.NotFound, "NoSuchKey");
        else if (http.Request.Headers.Range.ToString() is { Length: > 0 } range)
        {
            Ranges.Enqueue(range);
            var ends = range["bytes=".Length..].Split('-').Select(n => int.Parse(n, CultureInfo.InvariantCulture)).ToArray();
            var last = Math.Min(ends[1], found.Length - 1);
            http.Response.StatusCode = 206;
            http.Response.Headers.ContentRange = $"bytes {ends[0]}-{last}/{found.Length}";
            await SendAsync(http, found[ends[0]..(last + 1)]);
        }
        else await SendAsync(http, found);
    }

    private static async Task SendAsync(HttpContext http, byte[] content)
    {
        http.Response.ContentLength = content.Length;
        http.Response.Headers.ETag = $"\"{Convert.ToHexStringLower(MD5.HashData(content))}\"";
        if (http.Request.Method == "GET") await http.Response.Body.WriteAsync(content);
    }

    private static Task RefuseAsync(HttpContext http, HttpStatusCode status, string code)
    {
        http.Response.StatusCode = (int)status;
        http.Response.ContentType = "application/xml";
        return http.Request.Method == "HEAD" ? Task.CompletedTask : http.Response.WriteAsync($"<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>{code}</Code><Message>No.</Message></Error>");
    }
}

/// <summary>AWS Signature Version 4 of a request with its signature in the Authorization header.</summary>
internal static class SigV4
{
    public static bool IsSigned(HttpRequest request, byte[] body, string accessKey, string secretKey, string region)
    {
        var parts = request.Headers.Authorization.ToString().Split(' ', 2);
        if (parts is not ["AWS4-HMAC-SHA256", var rest]) return false;
        var fields = rest.Split(',').Select(f => f.Trim().Split('=', 2)).ToDictionary(f => f[0], f => f[1]);
        var (date, said) = (request.Headers["x-amz-date"].ToString(), request.Headers["x-amz-content-sha256"].ToString());
        if (fields["Credential"] != $"{accessKey}/{date[..8]}/{region}/s3/aws4_request" || said != Convert.ToHexStringLower(SHA256.HashData(body))) return false;
        var names = fields["SignedHeaders"].Split(';');
        if (!names.Contains("host") || !names.Contains("x-amz-date") || !names.Contains("x-amz-content-sha256")) return false;
        var headers = names.Select(n => (n, n == "host" ? request.Host.Value! : request.Headers[n].ToString()));
        return fields["Signature"] == Sign(request.Method, request.Path.Value!, Query(request), headers, said, date, region, secretKey);
    }

    /// <summary>The signature, in hexadecimal.</summary>
    public static string Sign(string method, string path, string query, IEnumerable<(string Name, string Value)> headers, string payload, string date, string region, string secretKey)
    {
        var sorted = headers.OrderBy(h => h.Name, StringComparer.Ordinal).ToList();
        var canonical = $"{method}\n{string.Join('/', path.Split('/').Select(Uri.EscapeDataString))}\n{query}\n{string.Concat(sorted.Select(h => $"{h.Name}:{h.Value.Trim()}\n"))}\n{string.Join(';', sorted.Select(h => h.Name))}\n{payload}";
        var scope = $"{date[..8]}/{region}/s3/aws4_request";
        var text = $"AWS4-HMAC-SHA256\n{date}\n{scope}\n{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        var key = new[] { date[..8], region, "s3", "aws4_request" }.Aggregate(Encoding.UTF8.GetBytes("AWS4" + secretKey), (k, part) => HMACSHA256.HashData(k, Encoding.UTF8.GetBytes(part)));
        return Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)));
    }

    private static string Query(HttpRequest request) =>
        string.Join('&', request.Query.SelectMany(q => q.Value.Select(v => $"{Uri.EscapeDataString(q.Key)}={Uri.EscapeDataString(v ?? "")}")).Order(StringComparer.Ordinal));
}
