using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Events;

/// <summary>A client of GET /events/ws.</summary>
internal sealed class SocketClient : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);
    private readonly ClientWebSocket _socket = new();

    /// <summary>Why the service closed.</summary>
    public int? CloseStatus => (int?)_socket.CloseStatus;

    public ClientWebSocket Socket => _socket;

    public static async Task<SocketClient> OpenAsync(ApiClient of, string query = "")
    {
        var client = new SocketClient();
        var address = new UriBuilder(of.Http.BaseAddress!) { Scheme = "ws", Path = "/api/v1/events/ws", Query = query }.Uri;
        client._socket.Options.CollectHttpResponseDetails = true;
        await client._socket.ConnectAsync(address, TestContext.Current.CancellationToken);
        return client;
    }

    /// <summary>Shows who it is and asks for events.</summary>
    public static async Task<SocketClient> SubscribedAsync(ApiClient of, object subscribe)
    {
        var client = await OpenAsync(of);
        await client.SendAsync(new { token = of.Token });
        await client.SendAsync(new { subscribe });
        (await client.NextAsync())!["subscribed"].ShouldNotBeNull();
        return client;
    }

    public Task SendAsync(object message) => SendAsync(JsonSerializer.Serialize(message));

    public Task SendAsync(string text, WebSocketMessageType type = WebSocketMessageType.Text) =>
        _socket.SendAsync(Encoding.UTF8.GetBytes(text), type, true, TestContext.Current.CancellationToken);

    /// <summary>The next message that is no sign of life; null when the service closes.</summary>
    public async Task<JsonNode?> NextAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        while (true)
        {
            using var message = new MemoryStream();
            var buffer = new byte[8_192];
            WebSocketReceiveResult got;
            do
            {
                got = await _socket.ReceiveAsync(buffer, limit.Token);
                message.Write(buffer, 0, got.Count);
            }
            while (!got.EndOfMessage);
            if (got.MessageType == WebSocketMessageType.Close) return null;
            var json = JsonNode.Parse(message.ToArray())!;
            if (json["heartbeat"] is null) return json;
        }
    }

    /// <summary>The code the service ends with, and the status it closes with.</summary>
    public async Task<(string? Code, int? Status)> EndAsync()
    {
        string? code = null;
        while (await NextAsync() is { } message) code = (string?)message["end"]?["code"] ?? code;
        return (code, CloseStatus);
    }

    public void Dispose() => _socket.Dispose();
}
