using Crm.Domain.Common;

namespace Crm.Domain.Webhooks;

/// <summary>What users state about a webhook: where events of which kinds go.</summary>
public record WebhookDetails : RecordDetails
{
    /// <summary>Where events are sent: an absolute http or https address, at most 2,000 characters.</summary>
    public required string Url { get; init; }
    /// <summary>The types of events it is sent: exact ones, all of a kind of record (<c>lead.*</c>), or all (<c>*</c>); one at least.</summary>
    public ValueList<string> Events { get; init; } = ["*"];
    /// <summary>A filter tree over the record an event is about; events of others are not sent. Goes with events of one kind of record only.</summary>
    public FreeJson? Filter { get; init; }
    /// <summary>What it is for, at most 2,000 characters.</summary>
    public string? Description { get; init; }
    /// <summary>True while nothing is sent: events gather, and are sent in order when it goes on.</summary>
    public bool IsPaused { get; init; }
    /// <summary>How many deliveries may be under way at once, 1–10; <see cref="Webhook.UsualConcurrency"/> when null. One record's events always go one after the other.</summary>
    public int? ConcurrencyLimit { get; init; }
}

/// <summary>Whether a webhook is sent events.</summary>
public enum WebhookStatus
{
    /// <summary>It is.</summary>
    Active,
    /// <summary>Somebody paused it: events gather.</summary>
    Paused,
    /// <summary>The service gave it up: events pass it by until somebody resumes it.</summary>
    Disabled,
}

/// <summary>Why the service gave a webhook up.</summary>
public enum WebhookDisabledReason
{
    /// <summary>The receiver answered 410: it wants no more.</summary>
    Gone,
    /// <summary>Every try of five days failed.</summary>
    Failing,
}
