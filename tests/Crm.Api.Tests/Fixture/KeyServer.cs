using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Crm.Api.Tests.Fixture;

/// <summary>Serves a key set, and the configuration that points to it, on loopback. What is null is an error of the server.</summary>
internal sealed class KeyServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _calls;

    private KeyServer(WebApplication app, string? answer) => (_app, Answer) = (app, answer);

    public string Address => _app.Urls.Single();

    public string? Answer { get; set; }

    public string? Configuration { get; set; }

    /// <summary>How often it was asked for anything.</summary>
    public int Calls => Volatile.Read(ref _calls);

    public static async Task<KeyServer> StartAsync(string? answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var server = new KeyServer(app, answer);
        app.Run(server.AnswerAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private Task AnswerAsync(HttpContext http)
    {
        Interlocked.Increment(ref _calls);
        var text = http.Request.Path.StartsWithSegments("/.well-known") ? Configuration : Answer;
        http.Response.StatusCode = text is null ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
        return http.Response.WriteAsync(text ?? "");
    }
}
