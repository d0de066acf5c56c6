using Crm.Domain.Common;

namespace Crm.Domain.Webhooks;

/// <summary>
/// An address outside that is sent the tenant's events, signed. It belongs to the tenant: it is sent what happens whoever may see it, so only those who may do everything make one.
/// Its secret is shown once and is no part of the record.
/// </summary>
public sealed class Webhook : Record<Webhook, WebhookDetails>, IUnrestricted
{
    /// <summary>The most deliveries that may be under way at once.</summary>
    public const int MostConcurrency = 10;

    /// <summary>How many may be when nothing is stated.</summary>
    public const int UsualConcurrency = 4;

    /// <summary>The most webhooks an organization has: each event is looked at for each of them.</summary>
    public const int MostPerTenant = 100;

    private Webhook() { }

    /// <summary>When the service gave it up; null while it has not.</summary>
    public DateTimeOffset? DisabledAt { get; private set; }

    /// <summary>Why the service gave it up.</summary>
    public WebhookDisabledReason? DisabledReason { get; private set; }

    /// <summary>When its secret was last changed; null for the first one.</summary>
    public DateTimeOffset? SecretRotatedAt { get; private set; }

    /// <summary>What of it holds at the moment.</summary>
    public WebhookStatus Status => DisabledAt is not null ? WebhookStatus.Disabled : Details.IsPaused ? WebhookStatus.Paused : WebhookStatus.Active;

    /// <summary>Subscribes an address. Raises <see cref="Created{Webhook}"/>.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED: no address, no kind of event, or a limit out of range.</exception>
    public static Webhook Subscribe(Guid id, WebhookDetails details)
    {
        var webhook = new Webhook { Id = id };
        webhook.Begin(details);
        return webhook;
    }

    /// <summary>Sends nothing for the time being; events gather. A paused one stays as it is.</summary>
    public void Pause() => Revise(Details with { IsPaused = true });

    /// <summary>Sends again, whether somebody paused it or the service gave it up (<see cref="WebhookEnabled"/>). An active one stays as it is.</summary>
    public void Resume()
    {
        if (DisabledAt is not null)
        {
            (DisabledAt, DisabledReason) = (null, null);
            Raise(new WebhookEnabled(Id));
        }
        Revise(Details with { IsPaused = false });
    }

    /// <summary>Gives it up. Raises <see cref="WebhookDisabled"/>; one that was given up stays as it is.</summary>
    public void Disable(WebhookDisabledReason reason, DateTimeOffset now)
    {
        if (DisabledAt is not null) return;
        (DisabledAt, DisabledReason) = (now, reason);
        Raise(new WebhookDisabled(Id, reason));
    }

    /// <summary>It has got another secret. Raises <see cref="WebhookSecretRotated"/>.</summary>
    public void SecretRotates(DateTimeOffset now)
    {
        SecretRotatedAt = now;
        Raise(new WebhookSecretRotated(Id));
    }

    /// <summary>Refuses what makes sense only while events are sent.</summary>
    /// <exception cref="CrmException">INVALID_STATE: it is paused or was given up.</exception>
    public void EnsureActive()
    {
        if (Status != WebhookStatus.Active) throw WebhookErrors.NotActive();
    }

    /// <summary>Refuses what makes sense only for one that was not given up.</summary>
    /// <exception cref="CrmException">INVALID_STATE: it was.</exception>
    public void EnsureNotDisabled()
    {
        if (Status == WebhookStatus.Disabled) throw WebhookErrors.Disabled();
    }

    /// <inheritdoc/>
    protected override void Guard(WebhookDetails? before, WebhookDetails after)
    {
        Require.Text(after.Url, "url");
        if (after.Events.Count == 0) throw CrmException.Validation("events", "must name at least one kind of event");
        if (after.ConcurrencyLimit is < 1 or > MostConcurrency) throw CrmException.Validation("concurrencyLimit", $"must be between 1 and {MostConcurrency}");
    }
}

/// <summary>A webhook was given up: its receiver is gone, or failed for days.</summary>
public sealed record WebhookDisabled(Guid WebhookId, WebhookDisabledReason Reason) : IDomainEvent;

/// <summary>A webhook that was given up is sent events again.</summary>
public sealed record WebhookEnabled(Guid WebhookId) : IDomainEvent;

/// <summary>A webhook has another secret; the one before is good for a while.</summary>
public sealed record WebhookSecretRotated(Guid WebhookId) : IDomainEvent;

/// <summary>The ways in which webhooks refuse.</summary>
public static class WebhookErrors
{
    /// <summary>409: nothing is sent at the moment.</summary>
    public static CrmException NotActive() => CrmException.Conflict("INVALID_STATE", "The webhook is paused or disabled. Resume it first.");

    /// <summary>409: the organization has as many webhooks as it may have.</summary>
    public static CrmException TooMany() => CrmException.Conflict("INVALID_STATE", $"There are {Webhook.MostPerTenant} webhooks already. Delete one first.");

    /// <summary>409: nothing is sent before somebody resumes it.</summary>
    public static CrmException Disabled() => CrmException.Conflict("INVALID_STATE", "The webhook is disabled. Resume it first.");

    /// <summary>404: no such delivery, or not of this webhook.</summary>
    public static CrmException NoSuchDelivery() => CrmException.NotFound("webhook delivery");
}
