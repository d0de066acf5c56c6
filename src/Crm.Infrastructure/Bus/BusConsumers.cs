using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Application.Events;
using Crm.Infrastructure.Events;
using Crm.Infrastructure.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Crm.Infrastructure.Bus;

/// <summary>
/// Brings messages of the bus to those who handle them: a durable queue for each, shared by all instances. A message is acknowledged when what it did is committed.
/// One that keeps failing goes to <see cref="BusSettings.Dead"/>.
/// </summary>
internal sealed partial class BusConsumers(BusConnection connection, IServiceScopeFactory scopes, SystemCallers callers, TimeProvider clock, ILogger<BusConsumers> logger) : BackgroundService
{
    private const int Tries = 20;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!connection.IsOn) return;
        await using var scope = scopes.CreateAsyncScope();
        var handlers = scope.ServiceProvider.GetServices<IBusHandler>().ToList();
        await Task.WhenAll(handlers.Select(h => ForEverAsync(h.Queue, h.Keys, stoppingToken)));
    }

    private async Task ForEverAsync(string queue, IReadOnlyList<string> keys, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await ConsumeAsync(queue, keys, stopping);
            }
            catch (Exception e) when (!stopping.IsCancellationRequested)
            {
                Interrupted(queue, e.GetType().Name);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            await Task.Delay(Pause, clock, stopping).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    /// <summary>Until the channel is gone.</summary>
    private async Task ConsumeAsync(string queue, IReadOnlyList<string> keys, CancellationToken stopping)
    {
        await using var channel = await connection.ChannelAsync(confirms: false, stopping);
        await channel.ExchangeDeclareAsync(BusSettings.Dead, ExchangeType.Fanout, durable: true, cancellationToken: stopping);
        await channel.QueueDeclareAsync(BusSettings.Dead, durable: true, exclusive: false, autoDelete: false, cancellationToken: stopping);
        await channel.QueueBindAsync(BusSettings.Dead, BusSettings.Dead, "", cancellationToken: stopping);
        await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false,
            new Dictionary<string, object?> { ["x-queue-type"] = "quorum", ["x-delivery-limit"] = Tries, ["x-dead-letter-exchange"] = BusSettings.Dead }, cancellationToken: stopping);
        foreach (var key in keys) await channel.QueueBindAsync(queue, BusSettings.Exchange, key, cancellationToken: stopping);
        // One at a time, or their order would be lost.
        await channel.BasicQosAsync(0, 1, false, stopping);
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        channel.ChannelShutdownAsync += (_, _) =>
        {
            gone.TrySetResult();
            return Task.CompletedTask;
        };
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += async (_, delivery) =>
        {
            // The bytes are the client's again as soon as this returns.
            var message = CloudEvent.Read(delivery.Body.ToArray());
            if (message is null || await HandleAsync(queue, message, stopping)) await channel.BasicAckAsync(delivery.DeliveryTag, false, CancellationToken.None);
            else await channel.BasicNackAsync(delivery.DeliveryTag, false, requeue: true, CancellationToken.None);
        };
        await channel.BasicConsumeAsync(queue, autoAck: false, consumer, stopping);
        await gone.Task.WaitAsync(stopping);
    }

    /// <summary>False when it is to come again.</summary>
    private async Task<bool> HandleAsync(string queue, BusMessage message, CancellationToken ct)
    {
        try
        {
            // A tenant that is not here is somebody else's.
            if (await callers.FindAsync(message.TenantId, ct) is not { } caller) return true;
            await using var scope = scopes.CreateAsyncScope();
            var (services, unit) = (scope.ServiceProvider, scope.ServiceProvider.GetRequiredService<IUnitOfWork>());
            services.GetRequiredService<CurrentUseCase>().Name = "Bus " + queue;
            services.GetRequiredService<IRequestContext>().ActAs(caller);
            await unit.TransactAsync(async () =>
            {
                if (await services.GetRequiredService<Inbox>().AcceptAsync("bus." + queue, message.Id, ct))
                    await services.GetServices<IBusHandler>().Single(h => h.Queue == queue).HandleAsync(message, ct);
            }, ct);
            return true;
        }
        catch (Exception e)
        {
            if (!ct.IsCancellationRequested) NotHandled(queue, message.Id, e);
            await Task.Delay(Pause, clock, ct).ContinueWith(_ => { }, TaskScheduler.Default);
            return false;
        }
    }

    [LoggerMessage(LogLevel.Warning, "The queue {Queue} is interrupted ({Error}); it goes on in a second")]
    private partial void Interrupted(string queue, string error);

    [LoggerMessage(LogLevel.Error, "{Queue} failed at message {MessageId}; it comes again")]
    private partial void NotHandled(string queue, string messageId, Exception e);
}
