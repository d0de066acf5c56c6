using Crm.Application.Abstractions;
using Crm.Application.Events;
using Crm.Application.Resources;

namespace Crm.Application.Webhooks;

/// <summary>Follows the log and queues each event for the webhooks that ask for it. A webhook is sent everything of the tenant, as GET /events shows it to who sees all.</summary>
internal sealed class FanOutToWebhooks(IWebhookStore store, ResourceCatalog resources, IRequestContext context) : ILogFollower
{
    public string Name => "webhooks";

    public async Task FollowAsync(IReadOnlyList<LoggedEvent> events, CancellationToken ct)
    {
        var listeners = await store.ListenersAsync(ct);
        if (listeners.Count == 0) return;
        var subscriptions = listeners.Select(l => new WebhookSubscription(l, resources, context.Caller)).ToList();
        await store.QueueAsync([.. events.SelectMany(e => subscriptions.Where(s => s.Includes(e, events)).Select(s => NewWebhookDelivery.Of(s.WebhookId, e)))], again: false, ct);
    }
}
