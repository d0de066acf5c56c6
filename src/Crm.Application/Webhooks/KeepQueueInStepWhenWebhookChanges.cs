using Crm.Application.Abstractions;
using Crm.Domain.Common;
using Crm.Domain.Webhooks;

namespace Crm.Application.Webhooks;

/// <summary>The queue is one for all tenants and sees none of their records: it is told what it must know of a webhook, in the transaction that changes it.</summary>
internal sealed class KeepQueueInStepWhenWebhookChanges(IRepository<Webhook> webhooks, IWebhookStore store)
    : IDomainEventHandler<Created<Webhook>>, IDomainEventHandler<Updated<Webhook>>, IDomainEventHandler<Restored<Webhook>>, IDomainEventHandler<Deleted<Webhook>>,
        IDomainEventHandler<WebhookDisabled>, IDomainEventHandler<WebhookEnabled>
{
    public Task HandleAsync(Created<Webhook> created, CancellationToken ct) => ComeAsync(created.Id, ct);

    public Task HandleAsync(Updated<Webhook> updated, CancellationToken ct) => TellAsync(updated.Id, ct);

    public Task HandleAsync(Restored<Webhook> restored, CancellationToken ct) => ComeAsync(restored.Id, ct);

    public Task HandleAsync(WebhookDisabled disabled, CancellationToken ct) => TellAsync(disabled.WebhookId, ct);

    public Task HandleAsync(WebhookEnabled enabled, CancellationToken ct) => TellAsync(enabled.WebhookId, ct);

    public Task HandleAsync(Deleted<Webhook> deleted, CancellationToken ct) => store.CloseAsync(deleted.Id, ct);

    private async Task ComeAsync(Guid id, CancellationToken ct)
    {
        if (await store.CountOthersAsync(id, ct) >= Webhook.MostPerTenant) throw WebhookErrors.TooMany();
        await TellAsync(id, ct);
    }

    private async Task TellAsync(Guid id, CancellationToken ct)
    {
        if (await webhooks.FindAsync(id, ct) is { } webhook)
            await store.OpenAsync(id, webhook.Status == WebhookStatus.Active, webhook.Details.ConcurrencyLimit ?? Webhook.UsualConcurrency, ct);
    }
}
