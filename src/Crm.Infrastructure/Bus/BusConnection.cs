using System.Diagnostics.Metrics;
using Crm.Application.Behaviors;
using RabbitMQ.Client;

namespace Crm.Infrastructure.Bus;

/// <summary>The one connection to the broker, made when it is needed and anew when it is gone.</summary>
internal sealed class BusConnection : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private readonly ConnectionFactory? _factory;
    private readonly SemaphoreSlim _gate = new(1);
    private readonly Meter _meter = new(Telemetry.Name);
    private IConnection? _connection;

    public BusConnection(BusSettings? settings)
    {
        // Recovery is ours: whoever finds the connection gone begins again from the log, or from the queue.
        if (settings is not null) _factory = new ConnectionFactory { Uri = settings.Uri, AutomaticRecoveryEnabled = false, ClientProvidedName = "crm", RequestedConnectionTimeout = Patience, ContinuationTimeout = Patience, RequestedHeartbeat = TimeSpan.FromSeconds(10) };
        _meter.CreateObservableGauge("crm.bus.down", () => IsOn && !IsOpen ? 1 : 0, "{connection}", "1 while a broker is configured and there is no connection to it.");
    }

    /// <summary>True when a broker is configured.</summary>
    public bool IsOn => _factory is not null;

    public bool IsOpen => _connection is { IsOpen: true };

    /// <summary>An open channel with the exchange declared; where <paramref name="confirms"/>, publishing waits for the broker's confirmation.</summary>
    public async Task<IChannel> ChannelAsync(bool confirms, CancellationToken ct)
    {
        var channel = await (await OpenAsync(ct)).CreateChannelAsync(new CreateChannelOptions(confirms, confirms), ct);
        try
        {
            await channel.ExchangeDeclareAsync(BusSettings.Exchange, ExchangeType.Topic, durable: true, cancellationToken: ct);
            return channel;
        }
        catch
        {
            Leave(channel);
            throw;
        }
    }

    /// <summary>Has the next who asks make a new connection: this one does not answer, though it may not know yet that it is gone.</summary>
    public void Distrust()
    {
        if (Interlocked.Exchange(ref _connection, null) is { } connection) Leave(connection);
    }

    /// <summary>Closes what may be broken without waiting for it: the client may never come to an end with it.</summary>
    public static void Leave(IAsyncDisposable broken) => _ = Task.Run(async () =>
    {
        try
        {
            await broken.DisposeAsync();
        }
        catch (Exception)
        {
            // It is gone either way.
        }
    });

    /// <summary>The connection, made anew if it is gone.</summary>
    public async Task<IConnection> OpenAsync(CancellationToken ct)
    {
        if (_connection is { IsOpen: true } open) return open;
        await _gate.WaitAsync(ct);
        try
        {
            if (_connection is { IsOpen: true } now) return now;
            Distrust();
            return _connection = await _factory!.CreateConnectionAsync(ct);
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _meter.Dispose();
        if (_connection is { } connection) await Task.WhenAny(connection.DisposeAsync().AsTask(), Task.Delay(Patience));
        _gate.Dispose();
    }
}
