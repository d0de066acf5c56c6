using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Application.Records;
using Crm.Domain.Webhooks;

namespace Crm.Application.Webhooks;

/// <summary>Sends nothing for the time being: events gather, and are sent in order when it is resumed. A paused webhook stays as it is.</summary>
[Requires(Permissions.WebhooksWrite)]
public sealed record PauseWebhook(Guid Id) : ICommand<Guid>, IAuditedSubject
{
    string? IAuditedSubject.Resource => "webhooks";
    Guid? IAuditedSubject.RecordId => Id;
}

/// <summary>Sends again, what has gathered first; one that was disabled, too. What passed a disabled one by can be replayed. An active webhook stays as it is.</summary>
[Requires(Permissions.WebhooksWrite)]
public sealed record ResumeWebhook(Guid Id) : ICommand<Guid>, IAuditedSubject
{
    string? IAuditedSubject.Resource => "webhooks";
    Guid? IAuditedSubject.RecordId => Id;
}

/// <summary>Gives a webhook up, because of what its receiver answers. The service does it, nobody asks for it.</summary>
[Requires(Permissions.WebhooksWrite)]
public sealed record DisableWebhook(Guid Id, WebhookDisabledReason Reason) : ICommand<Guid>;

/// <summary>Gives a webhook another secret, which is in this answer and nowhere else. For 24 hours everything is signed with both it and the one before.</summary>
[Requires(Permissions.WebhooksWrite)]
public sealed record RotateWebhookSecret(Guid Id) : ICommand<ShownOnce>, IAuditedSubject
{
    string? IAuditedSubject.Resource => "webhooks";
    Guid? IAuditedSubject.RecordId => Id;
}

internal sealed class PauseWebhookHandler(IRepository<Webhook> webhooks) : ICommandHandler<PauseWebhook, Guid>
{
    public async Task<Guid> Handle(PauseWebhook command, CancellationToken ct)
    {
        var webhook = await webhooks.GetAsync(command.Id, ct);
        webhook.Pause();
        return webhook.Id;
    }
}

internal sealed class ResumeWebhookHandler(IRepository<Webhook> webhooks) : ICommandHandler<ResumeWebhook, Guid>
{
    public async Task<Guid> Handle(ResumeWebhook command, CancellationToken ct)
    {
        var webhook = await webhooks.GetAsync(command.Id, ct);
        webhook.Resume();
        return webhook.Id;
    }
}

internal sealed class DisableWebhookHandler(IRepository<Webhook> webhooks, TimeProvider clock) : ICommandHandler<DisableWebhook, Guid>
{
    public async Task<Guid> Handle(DisableWebhook command, CancellationToken ct)
    {
        // Deleted meanwhile, it is sent nothing anyway.
        if (await webhooks.FindAsync(command.Id, ct) is { } webhook) webhook.Disable(command.Reason, clock.GetUtcNow());
        return command.Id;
    }
}

internal sealed class RotateWebhookSecretHandler(IRepository<Webhook> webhooks, IWebhookStore store, TimeProvider clock) : ICommandHandler<RotateWebhookSecret, ShownOnce>
{
    public async Task<ShownOnce> Handle(RotateWebhookSecret command, CancellationToken ct)
    {
        var webhook = await webhooks.GetAsync(command.Id, ct);
        webhook.SecretRotates(clock.GetUtcNow());
        return new ShownOnce(webhook.Id, WebhookResource.Secret, await store.IssueSecretAsync(webhook.Id, ct));
    }
}
