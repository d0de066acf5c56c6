using Crm.Application.Events;
using Crm.Domain.Common;
using Crm.Domain.Webhooks;

namespace Crm.Application.Webhooks;

/// <summary>A webhook as the fan-out needs it.</summary>
public sealed record WebhookListener(Guid Id, IReadOnlyList<string> Events, FreeJson? Filter);

/// <summary>An event on its way to a webhook.</summary>
/// <param name="EventId">What the receiver tells repetitions by (<c>webhook-id</c>).</param>
/// <param name="Place">Its place in the log: one record's events are sent in this order.</param>
public sealed record NewWebhookDelivery(Guid WebhookId, Guid EventId, string EventType, string AggregateType, Guid AggregateId, LogPosition Place)
{
    /// <summary>The delivery of an event of the log.</summary>
    public static NewWebhookDelivery Of(Guid webhookId, LoggedEvent logged) =>
        new(webhookId, logged.Event.Id, logged.Event.Type, logged.Event.AggregateType, logged.Event.AggregateId, logged.Place);
}

/// <summary>The secrets, the queue and the deliveries of webhooks, on the open transaction. What is queued is sent when it commits.</summary>
public interface IWebhookStore
{
    /// <summary>Makes a secret and keeps it sealed. The one before is good for another 24 h, those before that end.</summary>
    Task<string> IssueSecretAsync(Guid webhookId, CancellationToken ct);

    /// <summary>How many living webhooks there are besides this one. Whoever asks next waits until the transaction ends, so that two do not both take the last place.</summary>
    Task<int> CountOthersAsync(Guid webhookId, CancellationToken ct);

    /// <summary>Tells the queue whether deliveries go out, and how many at once.</summary>
    Task OpenAsync(Guid webhookId, bool isOpen, int concurrency, CancellationToken ct);

    /// <summary>Lets nothing go out any more: what waits is cancelled.</summary>
    Task CloseAsync(Guid webhookId, CancellationToken ct);

    /// <summary>The tenant's webhooks that are not given up.</summary>
    Task<IReadOnlyList<WebhookListener>> ListenersAsync(CancellationToken ct);

    /// <summary>Queues deliveries. An event that was queued for the webhook before is left as it is, or sent once more.</summary>
    Task QueueAsync(IReadOnlyList<NewWebhookDelivery> deliveries, bool again, CancellationToken ct);

    /// <summary>Gives a delivery all its tries again, from now on.</summary>
    /// <exception cref="CrmException">NOT_FOUND: the webhook has no such delivery.</exception>
    Task RepeatAsync(Guid webhookId, Guid deliveryId, CancellationToken ct);
}
