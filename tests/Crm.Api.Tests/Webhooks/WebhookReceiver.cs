using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Crm.Api.Tests.Fixture;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Crm.Api.Tests.Webhooks;

/// <summary>A call as it arrived.</summary>
/// <param name="Number">From 1, over all calls.</param>
internal sealed record WebhookCall(int Number, string Id, long Timestamp, string Signature, string Body)
{
    public JsonNode Json { get; } = JsonNode.Parse(Body)!;

    public string Type => (string)Json["type"]!;

    public Guid Record => (Guid)Json["aggregateId"]!;

    public int Version => (int)Json["version"]!;

    /// <summary>The headers as a receiver gets them.</summary>
    public Dictionary<string, string> Headers => new()
    {
        ["webhook-id"] = Id, ["webhook-timestamp"] = Timestamp.ToString(CultureInfo.InvariantCulture), ["webhook-signature"] = Signature,
    };
}

/// <summary>Receives webhooks on this machine, and answers each call as it is told.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _calls, _open, _mostOpen;

    private WebhookReceiver(WebApplication app) => _app = app;

    /// <summary>What each call gets; null = no answer ever. Without it 200.</summary>
    public Func<WebhookCall, IResult?>? Answer { get; set; }

    /// <summary>Every call, in the order in which they came.</summary>
    public ConcurrentQueue<WebhookCall> Calls { get; } = new();

    /// <summary>The calls that were answered with 2xx, in that order.</summary>
    public ConcurrentQueue<WebhookCall> Taken { get; } = new();

    /// <summary>How many calls were open at once, at most.</summary>
    public int MostOpen => _mostOpen;

    public string Url { get; private set; } = "";

    public static async Task<WebhookReceiver> StartAsync(Func<WebhookCall, IResult?>? answer = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var receiver = new WebhookReceiver(builder.Build()) { Answer = answer };
        receiver._app.MapPost("{**path}", (Delegate)receiver.TakeAsync);
        await receiver._app.StartAsync();
        receiver.Url = $"{receiver._app.Urls.First()}/hooks";
        return receiver;
    }

    /// <summary>Waits for so many calls, or more: a try may be repeated.</summary>
    public Task CalledAsync(int atLeast, string otherwise) => Eventually.Async(() => Task.FromResult(Calls.Count >= atLeast), otherwise);

    /// <summary>Waits for so many calls that were answered with 2xx, or more.</summary>
    public Task TakesAsync(int atLeast, string otherwise) => Eventually.Async(() => Task.FromResult(Taken.Count >= atLeast), otherwise);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<IResult> TakeAsync(HttpContext http)
    {
        var open = Interlocked.Increment(ref _open);
        for (var most = _mostOpen; open > most; most = _mostOpen) Interlocked.CompareExchange(ref _mostOpen, open, most);
        try
        {
            using var body = new StreamReader(http.Request.Body);
            var headers = http.Request.Headers;
            var call = new WebhookCall(Interlocked.Increment(ref _calls), headers["webhook-id"].ToString(), long.Parse(headers["webhook-timestamp"].ToString(), CultureInfo.InvariantCulture),
                headers["webhook-signature"].ToString(), await body.ReadToEndAsync());
            Calls.Enqueue(call);
            var answer = Answer is null ? Results.Ok() : Answer(call);
            if (answer is null)
            {
                await new TaskCompletionSource().Task.WaitAsync(http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
                return Results.Empty;
            }
            if (answer is IStatusCodeHttpResult { StatusCode: >= 200 and <= 299 }) Taken.Enqueue(call);
            return answer;
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }
}
