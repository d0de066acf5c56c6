using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Crm.Application.Abstractions;
using Crm.Application.Events;
using Crm.Domain.Common;

namespace Crm.Api.Streams;

/// <summary>One client's WebSocket: reads what it says, one message after the other, and writes what it gets.</summary>
internal sealed class EventSocket(WebSocket socket, HttpContext http) : IFeedWriter, IDisposable
{
    private const int LongestMessage = 16 << 10;
    private readonly Channel<SocketMessage> _asked = Channel.CreateBounded<SocketMessage>(16);
    private readonly CancellationTokenSource _gone = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);

    /// <summary>Ends when the client has left.</summary>
    public CancellationToken Gone => _gone.Token;

    public Task? Asked(CancellationToken ct) => _asked.Reader.WaitToReadAsync(ct).AsTask();

    /// <summary>Reads until the client leaves or says what cannot be understood.</summary>
    public async Task ListenAsync(CancellationToken ct)
    {
        try
        {
            while (await NextAsync(ct) is { } message) await _asked.Writer.WriteAsync(message, ct);
            await _gone.CancelAsync();
        }
        catch (CrmException refusal)
        {
            _asked.Writer.Complete(refusal);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException)
        {
            await _gone.CancelAsync();
        }
    }

    /// <summary>The next message; null when the client closes.</summary>
    /// <exception cref="CrmException">MALFORMED_JSON, INVALID_QUERY, UNSUPPORTED_MEDIA_TYPE for binary ones, PAYLOAD_TOO_LARGE.</exception>
    public async Task<SocketMessage?> NextAsync(CancellationToken ct)
    {
        var (buffer, length) = (new byte[1_024], 0);
        while (true)
        {
            var got = await socket.ReceiveAsync(buffer.AsMemory(length), ct);
            if (got.MessageType == WebSocketMessageType.Close) return null;
            if (got.MessageType == WebSocketMessageType.Binary) throw new CrmException(ErrorKind.UnsupportedType, "UNSUPPORTED_MEDIA_TYPE", "Messages are text.");
            length += got.Count;
            if (got.EndOfMessage) return SocketMessage.Parse(buffer.AsMemory(0, length));
            if (length >= LongestMessage) throw new CrmException(ErrorKind.TooLarge, "PAYLOAD_TOO_LARGE", $"A message has at most {LongestMessage} bytes.");
            if (length == buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);
        }
    }

    public async Task AnswerAsync(IEventStream stream, CancellationToken ct)
    {
        while (_asked.Reader.TryRead(out var message))
        {
            if (message.Credentials is not null) throw CrmException.Conflict("INVALID_STATE", "You have shown your credentials already.");
            if (message.Subscribe is { } subscription) await stream.TurnAsync(subscription.Selection, subscription.After, ct);
            if (message.After is { } after) await stream.TurnAsync(null, after, ct);
            if (message.Subscribe is not null || message.After is not null) await SubscribedAsync(stream.Position, ct);
            if (message.Ping is { } ping) await TextAsync($"{{\"pong\":{ping}}}", ct);
        }
        if (_asked.Reader.Completion.IsFaulted) await _asked.Reader.Completion;
    }

    public async Task SendAsync(IReadOnlyList<StreamedEvent> events, CancellationToken ct)
    {
        foreach (var e in events) await socket.SendAsync(e.Json, WebSocketMessageType.Text, true, ct);
    }

    /// <summary>Says from where on events come.</summary>
    public Task SubscribedAsync(LogPosition position, CancellationToken ct) => TextAsync($"{{\"subscribed\":{{\"position\":\"{position}\"}}}}", ct);

    public Task BeatAsync(LogPosition position, CancellationToken ct) => TextAsync($"{{\"heartbeat\":{{\"position\":\"{position}\"}}}}", ct);

    public async Task EndAsync(string code, string detail, CancellationToken ct)
    {
        if (socket.State is not (WebSocketState.Open or WebSocketState.CloseReceived)) return;
        await TextAsync(JsonSerializer.Serialize(new { end = new { code, detail } }, WireJson.Options), ct);
        await socket.CloseOutputAsync(Status(code), code, ct);
    }

    public void Cut() => http.Abort();

    public void Dispose() => _gone.Dispose();

    /// <summary>What RFC 6455 §7.4.1, or its registry, calls it.</summary>
    private static WebSocketCloseStatus Status(string code) => code switch
    {
        "UNSUPPORTED_MEDIA_TYPE" => WebSocketCloseStatus.InvalidMessageType,
        "MALFORMED_JSON" or "INVALID_QUERY" => WebSocketCloseStatus.InvalidPayloadData,
        "PAYLOAD_TOO_LARGE" => WebSocketCloseStatus.MessageTooBig,
        "UNAVAILABLE" => (WebSocketCloseStatus)1012,
        "RATE_LIMITED" => (WebSocketCloseStatus)1013,
        "INTERNAL_ERROR" => WebSocketCloseStatus.InternalServerError,
        _ => WebSocketCloseStatus.PolicyViolation,
    };

    private async Task TextAsync(string text, CancellationToken ct) => await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, ct);
}
