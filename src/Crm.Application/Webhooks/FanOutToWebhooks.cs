using Crm.Application.Abstractions;
using Crm.Application.Events;
using Crm.Application.Resources;

namespace Crm.Application.Webhooks;

/// <summary>Follows the log and queues each event for the webhooks that ask for it. A webhook is sent everything of the tenant, as GET /events shows it to who sees all.</summary>
internal sealed class FanOutToWebhooks(IWebhookStore store, ResourceCatalog resources) : ILogFollower
{
    public string Name => "webhooks";

    public async Task FollowAsync(IReadOnlyList<LoggedEvent> events, CancellationToken ct)
    {
        var listeners = await store.ListenersAsync(ct);
        if (listeners.Count == 0) return;
        await store.QueueAsync([.. events.SelectMany(e => listeners.Where(l => IsFor(l, e, resources)).Select(l => NewWebhookDelivery.Of(l.Id, e)))], again: false, ct);
    }

    /// <summary>True when the webhook asks for the event, and it is about something that anybody can read at all.</summary>
    public static bool IsFor(WebhookListener listener, LoggedEvent logged, ResourceCatalog resources) =>
        resources.ByEventName(logged.Event.AggregateType) is not null && WebhookEvents.Include(listener.Events, logged.Event.Type);
}
