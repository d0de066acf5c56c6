using System.Collections.Concurrent;
using Crm.Application.Abstractions;
using Crm.Application.Events;
using RabbitMQ.Client;

namespace Crm.Infrastructure.Bus;

/// <summary>
/// Takes the log to the broker: each event a persistent message of the topic exchange, with the tenant and the type as routing key. It has arrived when the broker has
/// confirmed it.
/// </summary>
internal sealed class BusForwarder(BusConnection connection) : ILogForwarder, IDisposable
{
    // Lanes of several tenants run side by side; a channel is one's at a time.
    private readonly ConcurrentBag<IChannel> _channels = [];

    public string Name => "bus";

    public bool IsOn => connection.IsOn;

    public async Task ForwardAsync(IReadOnlyList<LoggedEvent> events, CancellationToken ct)
    {
        IChannel? channel = null;
        try
        {
            // The client may wait for ever for what a broker that was killed will not say; we do not.
            channel = await RentAsync(ct).WaitAsync(ct);
            // Sent one after the other, confirmed together.
            var confirmed = new List<Task>(events.Count);
            foreach (var logged in events) confirmed.Add(PublishAsync(channel, logged, ct));
            await Task.WhenAll(confirmed).WaitAsync(ct);
        }
        catch (Exception e)
        {
            if (channel is not null) BusConnection.Leave(channel);
            if (e is OperationCanceledException) connection.Distrust();
            throw;
        }
        _channels.Add(channel);
    }

    public void Dispose()
    {
        while (_channels.TryTake(out var channel)) BusConnection.Leave(channel);
    }

    private async Task<IChannel> RentAsync(CancellationToken ct)
    {
        while (_channels.TryTake(out var channel))
        {
            if (channel.IsOpen) return channel;
            BusConnection.Leave(channel);
        }
        return await connection.ChannelAsync(confirms: true, ct);
    }

    private static async Task PublishAsync(IChannel channel, LoggedEvent logged, CancellationToken ct)
    {
        var properties = new BasicProperties
        {
            Persistent = true, MessageId = logged.Event.Id.ToString(), Type = logged.Event.Type, ContentType = CloudEvent.MediaType, ContentEncoding = "utf-8", AppId = "crm",
            Timestamp = new AmqpTimestamp(logged.Event.OccurredAt.ToUnixTimeSeconds()),
        };
        await channel.BasicPublishAsync(BusSettings.Exchange, $"{logged.TenantId}.{logged.Event.Type}", mandatory: false, properties, CloudEvent.Write(logged), ct);
    }
}
