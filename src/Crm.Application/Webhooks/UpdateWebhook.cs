using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Records;
using Crm.Application.Resources;
using Crm.Domain.Webhooks;

namespace Crm.Application.Webhooks;

/// <summary>Changes a webhook. What is waiting goes to the address it has when its turn comes.</summary>
[Requires(Permissions.WebhooksWrite)]
public sealed record UpdateWebhook(Guid Id, Patch<WebhookDetails> Changes) : ChangesRecord<Webhook, WebhookDetails>(Id, Changes);

internal sealed class UpdateWebhookHandler(IRepository<Webhook> webhooks, WebhookAddresses addresses, ResourceCatalog resources, IRequestContext context) : ICommandHandler<UpdateWebhook, Guid>
{
    public async Task<Guid> Handle(UpdateWebhook command, CancellationToken ct)
    {
        var webhook = await webhooks.GetAsync(command.Id, ct);
        var details = command.Changes.ApplyTo(webhook.Details);
        if (details.Url != webhook.Details.Url) addresses.Ensure(details.Url);
        if (details.Filter != webhook.Details.Filter || details.Events != webhook.Details.Events) WebhookSubscription.Check(details, resources, context.Caller);
        webhook.Revise(details);
        return webhook.Id;
    }
}
