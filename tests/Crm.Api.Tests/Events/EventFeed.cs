using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Events;

/// <summary>One event as it came over a stream.</summary>
internal sealed record Told(string Id, string? Event, JsonNode? Data, string? Comment)
{
    public Guid EventId => (Guid)Data!["id"]!;
}

/// <summary>A client of GET /events/stream: parses what comes by the rules of server-sent events, and keeps it until somebody asks.</summary>
internal sealed class EventFeed : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);
    private readonly HttpResponseMessage _response;
    private readonly Channel<Told> _told = Channel.CreateUnbounded<Told>();
    private readonly CancellationTokenSource _leave = new();
    private readonly Task _reading;

    private EventFeed(HttpResponseMessage response)
    {
        _response = response;
        _reading = Task.Run(ReadAsync);
    }

    /// <summary>Where the client is: what it sends as Last-Event-ID when it comes back.</summary>
    public string LastEventId { get; private set; } = "";

    /// <summary>How long the service wants it to wait before that.</summary>
    public int? Retry { get; private set; }

    /// <summary>Done when the service has ended the stream; false when the connection was cut.</summary>
    public Task<bool> Ended => _ended.Task;

    private readonly TaskCompletionSource<bool> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public HttpResponseMessage Response => _response;

    /// <summary>Opens a stream and waits until it has begun.</summary>
    public static async Task<EventFeed> OpenAsync(ApiClient client, string query = "", string? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/events/stream" + (query.Length == 0 ? "" : "?" + query));
        if (client.Token is { } token) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (client.ApiKey is { } key) request.Headers.Add("X-Api-Key", key);
        if (lastEventId is not null) request.Headers.Add("Last-Event-ID", lastEventId);
        var response = await client.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        if ((int)response.StatusCode != 200) (await Reply.OfAsync(response, request.RequestUri!.ToString())).ShouldBe(200);
        var feed = new EventFeed(response);
        await Eventually.Async(() => Task.FromResult(feed.Retry is not null), "the stream begins");
        return feed;
    }

    /// <summary>The next event.</summary>
    public async Task<Told> NextAsync()
    {
        while (true)
        {
            var told = await AnyAsync();
            if (told.Data is not null) return told;
        }
    }

    /// <summary>The next thing of any kind.</summary>
    public async Task<Told> AnyAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        return await _told.Reader.ReadAsync(limit.Token);
    }

    /// <summary>The next so many events.</summary>
    public async Task<IReadOnlyList<Told>> TakeAsync(int count)
    {
        var told = new List<Told>();
        while (told.Count < count) told.Add(await NextAsync());
        return told;
    }

    public async ValueTask DisposeAsync()
    {
        await _leave.CancelAsync();
        _response.Dispose();
        await _reading;
        _leave.Dispose();
    }

    private async Task ReadAsync()
    {
        try
        {
            using var reader = new StreamReader(await _response.Content.ReadAsStreamAsync(_leave.Token));
            var (id, name, data, comment, any) = (LastEventId, (string?)null, (string?)null, (string?)null, false);
            while (await reader.ReadLineAsync(_leave.Token) is { } line)
            {
                if (line.Length == 0)
                {
                    LastEventId = id;
                    if (any) _told.Writer.TryWrite(new Told(id, name, data is null ? null : JsonNode.Parse(data), comment));
                    (name, data, comment, any) = (null, null, null, false);
                    continue;
                }
                var colon = line.IndexOf(':');
                var value = line[(colon + 1)..].TrimStart(' ');
                switch (line[..colon])
                {
                    case "": (comment, any) = (value, true); break;
                    case "id": id = value; break;
                    case "event": (name, any) = (value, true); break;
                    case "data": (data, any) = (value, true); break;
                    case "retry": Retry = int.Parse(value, System.Globalization.CultureInfo.InvariantCulture); break;
                }
            }
            _ended.TrySetResult(true);
        }
        catch (Exception)
        {
            _ended.TrySetResult(false);
        }
        _told.Writer.TryComplete();
    }
}
