using System.Collections.Concurrent;
using Crm.Infrastructure.Registry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Crm.Api.Tests.Outside;

/// <summary>
/// A registry over HTTP. It keeps one customer per idempotency key, as the port asks for, and answers with its id; or it answers each call
/// as it is told, whether it has kept the customer or not.
/// </summary>
internal sealed class FakeRegistry : IAsyncDisposable
{
    private WebApplication? _app;

    /// <summary>What the next calls get, by their number; null = no answer ever. Without it the registry works.</summary>
    public Func<int, IResult?>? Answer { get; set; }

    /// <summary>Whether the customer is kept although <see cref="Answer"/> is about something else.</summary>
    public bool KeepsAnyway { get; set; }

    /// <summary>What every answer waits for.</summary>
    public Task Hold { get; set; } = Task.CompletedTask;

    /// <summary>The ids of the customers it keeps, by key.</summary>
    public ConcurrentDictionary<string, string> Customers { get; } = new();

    public ConcurrentQueue<(string Path, string Key, string Authorization, string Body)> Calls { get; } = new();

    public Uri Address { get; private set; } = new("http://127.0.0.1:0");

    public static async Task<FakeRegistry> StartAsync(Func<int, IResult?>? answer = null)
    {
        var registry = new FakeRegistry { Answer = answer };
        await registry.OpenAsync();
        return registry;
    }

    /// <summary>Listens, from the second time on where it did before.</summary>
    public async Task OpenAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(Address.AbsoluteUri);
        _app = builder.Build();
        _app.MapPost("{**path}", (Delegate)AnswerAsync);
        await _app.StartAsync();
        Address = new Uri(_app.Urls.First());
    }

    /// <summary>Dies: nobody listens any more.</summary>
    public async Task CloseAsync()
    {
        if (_app is not null) await _app.DisposeAsync();
        _app = null;
    }

    public HttpRegistryClient Client(TimeSpan? timeout = null, TimeProvider? clock = null) =>
        new(HttpRegistryClient.NewHttp(), new RegistrySettings(new Uri(Address, "/base/"), "secret", timeout ?? TimeSpan.FromSeconds(20), TimeSpan.Zero), clock ?? TimeProvider.System);

    public ValueTask DisposeAsync() => new(CloseAsync());

    private async Task<IResult> AnswerAsync(HttpContext http)
    {
        using var body = new StreamReader(http.Request.Body);
        var key = http.Request.Headers["Idempotency-Key"].ToString();
        Calls.Enqueue((http.Request.Path, key, http.Request.Headers.Authorization.ToString(), await body.ReadToEndAsync()));
        var number = Calls.Count;
        await Hold;
        var id = Answer is null || KeepsAnyway ? Customers.GetOrAdd(key, _ => $"R-{Guid.NewGuid():N}") : "";
        if (Answer is null) return Results.Json(new { id }, statusCode: 201);
        if (Answer(number) is { } told) return told;
        await new TaskCompletionSource().Task.WaitAsync(http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        return Results.Empty;
    }
}
