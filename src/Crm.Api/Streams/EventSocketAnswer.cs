using System.Net.WebSockets;
using Crm.Api.Auth;
using Crm.Api.Http;
using Crm.Api.Operations;
using Crm.Application.Abstractions;
using Crm.Application.Events;
using Crm.Application.Identity;
using Crm.Domain.Common;

namespace Crm.Api.Streams;

/// <summary>A WebSocket (RFC 6455) for as long as the client stays.</summary>
internal sealed record EventSocketAnswer() : Answers(101)
{
    public override Task<Answer> RenderAsync(object? result, HttpContext http, IServiceProvider services, CancellationToken ct) => Task.FromResult<Answer>(new OpenSocket(((SocketStart)result!).Ticket));
}

/// <summary>The socket, when it is its turn to be opened.</summary>
internal sealed record OpenSocket(string? Ticket) : WrittenAnswer
{
    // Who says nothing, or not who he is, does not keep a connection.
    private static readonly TimeSpan Greeting = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(1);

    public override async Task WriteAsync(HttpContext http)
    {
        var services = http.RequestServices;
        var (feed, credentials) = (services.GetRequiredService<LiveFeed>(), services.GetRequiredService<Credentials>());
        if (!http.WebSockets.IsWebSocketRequest) throw NoSocket(http.Response);
        feed.EnsureOpen();
        var ticket = Ticket is null ? null : await RedeemAsync(http, Ticket);
        using var accepted = await http.WebSockets.AcceptWebSocketAsync();
        RequestMonitor.Began(http);
        using var socket = new EventSocket(accepted, http);
        try
        {
            if (await GreetAsync(http, socket, ticket, credentials) is not { } greeted) return;
            var (check, subscription) = greeted;
            using var stream = await services.GetRequiredService<IEventStreams>().OpenAsync(await check(http.RequestAborted), subscription.Selection, subscription.After, http.RequestAborted);
            await socket.SubscribedAsync(stream.Position, http.RequestAborted);
            var listening = socket.ListenAsync(http.RequestAborted);
            await feed.RunAsync(stream, socket, check, socket.Gone);
            await CloseAsync(accepted, listening);
            await LeaveAsync(accepted, http.RequestAborted);
        }
        catch (CrmException refusal)
        {
            await feed.EndAsync(socket, refusal.Code, refusal.Message);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException)
        {
            // The client has left, or does not speak the protocol.
            await LeaveAsync(accepted, http.RequestAborted);
        }
    }

    private static HttpRefusal NoSocket(HttpResponse response)
    {
        // Without keep-alive the server would close without a word, and the client's next request on it would be lost.
        (response.Headers.Upgrade, response.Headers.Connection) = ("websocket", "Upgrade, keep-alive");
        return new HttpRefusal(426, "UPGRADE_REQUIRED", "This is a WebSocket; ask for it by Upgrade: websocket.");
    }

    private static async Task<TokenIdentity> RedeemAsync(HttpContext http, string ticket) =>
        await http.RequestServices.GetRequiredService<IStreamTickets>().RedeemAsync(ticket, http.RequestAborted)
        ?? throw http.RequestServices.GetRequiredService<FailedCredentials>().Count(http, IdentityErrors.Unauthenticated("The ticket is none, was used or has expired."));

    /// <summary>Waits for who it is and what he wants; null when he leaves again.</summary>
    private static async Task<(Func<CancellationToken, ValueTask<Caller>> Check, Subscription Subscription)?> GreetAsync(HttpContext http, EventSocket socket, TokenIdentity? ticket, Credentials credentials)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        limit.CancelAfter(Greeting);
        Func<CancellationToken, ValueTask<Caller>>? check = ticket is null ? null : ct => credentials.CallerAsync(ticket, ct);
        if (check is not null) May(await check(limit.Token));
        LogPosition? after = null;
        while (true)
        {
            if (await InTimeAsync(socket, limit.Token, http.RequestAborted) is not { } message) return null;
            // Said before what is subscribed to, it counts for that.
            after = message.After ?? after;
            if (message.Credentials is { } presented)
            {
                if (check is not null) throw CrmException.Conflict("INVALID_STATE", "You have shown your credentials already.");
                check = _ => credentials.CallerAsync(http, presented);
                May(await KnownAsync(http, check));
            }
            if (check is null) throw IdentityErrors.Unauthenticated("The first message must have a token or an apiKey.");
            if (message.Subscribe is { } subscription) return (check, subscription with { After = message.After ?? subscription.After ?? after });
        }
    }

    /// <summary>Guesses are counted, as in headers.</summary>
    private static async ValueTask<Caller> KnownAsync(HttpContext http, Func<CancellationToken, ValueTask<Caller>> check)
    {
        try
        {
            return await check(http.RequestAborted);
        }
        catch (CrmException refusal) when (refusal.Code == "UNAUTHENTICATED")
        {
            throw http.RequestServices.GetRequiredService<FailedCredentials>().Count(http, refusal);
        }
    }

    private static void May(Caller caller)
    {
        if (!caller.May(Permissions.EventsRead)) throw CrmException.Forbidden($"This needs the permission {Permissions.EventsRead}.");
    }

    private static async Task<SocketMessage?> InTimeAsync(EventSocket socket, CancellationToken limit, CancellationToken gone)
    {
        // Not cancelled, which would cut the socket: it is still to be told why.
        var reading = socket.NextAsync(gone);
        await Task.WhenAny(reading, Task.Delay(Timeout.Infinite, limit));
        return reading.IsCompleted ? await reading : throw IdentityErrors.Unauthenticated($"Nothing was asked for within {Greeting.TotalSeconds} s.");
    }

    /// <summary>
    /// Text that is no UTF-8 (RFC 6455 §8.1) and broken frames end the socket by themselves, with a status: the connection stays for a moment, so that the client gets to read it.
    /// </summary>
    private static async Task LeaveAsync(WebSocket accepted, CancellationToken gone)
    {
        if (accepted.State == WebSocketState.Aborted) await Task.WhenAny(Task.Delay(Timeout.Infinite, gone), Task.Delay(Farewell, CancellationToken.None));
    }

    /// <summary>Lets the client answer the farewell, for a moment.</summary>
    private static async Task CloseAsync(WebSocket accepted, Task listening)
    {
        if (accepted.State == WebSocketState.CloseReceived) await accepted.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        await Task.WhenAny(listening, Task.Delay(Farewell));
    }
}
