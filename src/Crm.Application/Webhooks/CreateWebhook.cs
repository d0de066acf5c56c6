using Crm.Application.Abstractions;
using Crm.Application.Records;
using Crm.Application.Resources;
using Crm.Domain.Common;
using Crm.Domain.Webhooks;
using FluentValidation;

namespace Crm.Application.Webhooks;

/// <summary>
/// Subscribes an address to the organization's events, whoever may see them. The secret of its signatures is in this answer and nowhere else. 400 when the address leads
/// into a private network.
/// </summary>
[Requires(Permissions.WebhooksWrite)]
public sealed record CreateWebhook(WebhookDetails Details) : ICommand<ShownOnce>;

internal sealed class CreateWebhookValidator : AbstractValidator<CreateWebhook>
{
    public CreateWebhookValidator(WebhookResource webhooks) => RuleFor(c => c.Details).Meets(webhooks);
}

internal sealed class CreateWebhookHandler(IRepository<Webhook> webhooks, IWebhookStore store, WebhookAddresses addresses, ResourceCatalog resources, IRequestContext context, TimeProvider clock)
    : ICommandHandler<CreateWebhook, ShownOnce>
{
    public async Task<ShownOnce> Handle(CreateWebhook command, CancellationToken ct)
    {
        addresses.Ensure(command.Details.Url);
        WebhookSubscription.Check(command.Details, resources, context.Caller);
        var webhook = Webhook.Subscribe(Ids.New(clock.GetUtcNow()), command.Details);
        webhooks.Add(webhook);
        return new ShownOnce(webhook.Id, WebhookResource.Secret, await store.IssueSecretAsync(webhook.Id, ct));
    }
}
