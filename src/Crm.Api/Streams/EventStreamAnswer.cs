using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Crm.Api.Auth;
using Crm.Api.Http;
using Crm.Api.Operations;
using Crm.Application.Abstractions;
using Crm.Application.Events;

namespace Crm.Api.Streams;

/// <summary>Server-sent events (WHATWG HTML §9.2) for as long as the client stays.</summary>
internal sealed record EventStreamAnswer() : Answers(200)
{
    public const string MediaType = "text/event-stream";

    public override void CheckAccept(HttpRequest request) => Negotiation.CheckAccept(request, "text", "event-stream");

    public override Task<Answer> RenderAsync(object? result, HttpContext http, IServiceProvider services, CancellationToken ct) => Task.FromResult<Answer>(new OpenEventStream((StreamStart)result!));
}

/// <summary>The stream, when it is its turn to be written.</summary>
internal sealed record OpenEventStream(StreamStart Start) : WrittenAnswer
{
    public const string LastEventId = "Last-Event-ID";

    /// <summary>How long a client waits before it comes back; scattered, so that not all who were cut off come back at once.</summary>
    private static int Retry => Random.Shared.Next(1_000, 3_000);

    public override async Task WriteAsync(HttpContext http)
    {
        var services = http.RequestServices;
        var (feed, credentials) = (services.GetRequiredService<LiveFeed>(), services.GetRequiredService<Credentials>());
        feed.EnsureOpen();
        var (after, named) = After(http.Request);
        using var stream = await services.GetRequiredService<IEventStreams>().OpenAsync(services.GetRequiredService<IRequestContext>().Caller, Start.Selection, after, http.RequestAborted, named);
        var headers = http.Response.Headers;
        headers.ContentType = EventStreamAnswer.MediaType;
        headers.CacheControl = "private, no-store";
        // Proxies that gather answers would hold events back; this one listens to a header.
        headers["X-Accel-Buffering"] = "no";
        if (HttpMethods.IsHead(http.Request.Method)) return;
        await http.Response.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"retry: {Retry}\nid: {stream.Position}\n\n"), http.RequestAborted);
        RequestMonitor.Began(http);
        await feed.RunAsync(stream, new Writer(http), _ => credentials.CallerAsync(http), http.RequestAborted);
    }

    /// <summary>A client that comes back sends the address it was first given, and besides where it is by now.</summary>
    private (LogPosition? After, string Named) After(HttpRequest request) => request.Headers.TryGetValue(LastEventId, out var last) && last.ToString() is { Length: > 0 } text
        ? (LogPosition.Parse(text, LastEventId), LastEventId)
        : (Start.After, "after");

    private sealed class Writer(HttpContext http) : IFeedWriter
    {
        /// <summary>The only thing such a client can say is good-bye.</summary>
        public Task? Asked(CancellationToken ct) => null;

        public Task AnswerAsync(IEventStream stream, CancellationToken ct) => Task.CompletedTask;

        public async Task SendAsync(IReadOnlyList<StreamedEvent> events, CancellationToken ct)
        {
            var body = http.Response.BodyWriter;
            foreach (var e in events) body.Write(e.Frame.Span);
            await body.FlushAsync(ct);
        }

        public Task BeatAsync(LogPosition position, CancellationToken ct) => TextAsync($": heartbeat\nid: {position}\n\n", ct);

        public Task EndAsync(string code, string detail, CancellationToken ct) => TextAsync(
            string.Create(CultureInfo.InvariantCulture, $"retry: {Retry}\nevent: end\ndata: {JsonSerializer.Serialize(new { code, detail }, WireJson.Options)}\n\n"), ct);

        public void Cut() => http.Abort();

        private async Task TextAsync(string text, CancellationToken ct) => await http.Response.BodyWriter.WriteAsync(Encoding.UTF8.GetBytes(text), ct);
    }
}
