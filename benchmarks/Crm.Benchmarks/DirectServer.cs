using System.Text;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Crm.Benchmarks;

/// <summary>A server without sockets: it hands requests to the application and throws its answers away. What is left is what the service costs.</summary>
internal sealed class DirectServer : IServer
{
    private Func<IFeatureCollection, Task> _process = _ => throw new InvalidOperationException("Not started.");

    public IFeatureCollection Features { get; } = new FeatureCollection();

    public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken) where TContext : notnull
    {
        _process = async features =>
        {
            var context = application.CreateContext(features);
            try
            {
                await application.ProcessRequestAsync(context);
                application.DisposeContext(context, null);
            }
            catch (Exception e)
            {
                application.DisposeContext(context, e);
                throw;
            }
        };
        return Task.CompletedTask;
    }

    /// <summary>Sends a request and answers the status; the body goes to <paramref name="answer"/>.</summary>
    public async Task<int> SendAsync(string method, string path, string query = "", string? token = null, byte[]? body = null, Stream? answer = null)
    {
        var request = new HttpRequestFeature { Method = method, Scheme = "http", Protocol = "HTTP/1.1", Path = path, QueryString = query, RawTarget = path + query };
        if (token is not null) request.Headers.Authorization = token;
        if (body is not null)
        {
            request.Headers.ContentType = "application/json";
            request.Headers.ContentLength = body.Length;
            request.Body = new MemoryStream(body);
        }
        var response = new HttpResponseFeature();
        var features = new FeatureCollection();
        features.Set<IHttpRequestFeature>(request);
        features.Set<IHttpResponseFeature>(response);
        features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(answer ?? Stream.Null));
        await _process(features);
        return response.StatusCode;
    }

    /// <summary>Sends a request and answers its body; what is refused is an error.</summary>
    public async Task<string> TextAsync(string method, string path, string? token = null, string? body = null)
    {
        using var answer = new MemoryStream();
        var status = await SendAsync(method, path, "", token, body is null ? null : Encoding.UTF8.GetBytes(body), answer);
        var text = Encoding.UTF8.GetString(answer.ToArray());
        return status < 300 ? text : throw new InvalidOperationException($"{method} {path}: {status} {text}");
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
    }
}
