using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Outbound;
using Crm.Application.Resources;
using Crm.Domain.Common;
using Crm.Domain.Webhooks;

namespace Crm.Application.Webhooks;

/// <summary>The declaration of webhooks. Making one shows its secret, so that is a use case of its own: <see cref="CreateWebhook"/>.</summary>
public sealed class WebhookResource : Resource<Webhook, WebhookDetails>
{
    /// <summary>The member that has a value in the answer that makes it only.</summary>
    internal const string Secret = "secret";

    private const string StatusSql = "(case when t.disabled_at is not null then 'DISABLED' when t.is_paused then 'PAUSED' else 'ACTIVE' end)";

    /// <summary>Declares the members.</summary>
    public WebhookResource() : base("webhooks", "webhook")
    {
        HasOwnCreation = true;
        Text(x => x.Url).Required().Limit(OutboundUrl.MaxLength).Must(url => OutboundUrl.Refusal(url) is null, "must be an absolute http or https address without credentials and fragment").Sort()
            .Says("Where events are sent, by POST. Must not lead into a private network.", "\"https://hooks.example/crm\"");
        Words(x => x.Events).OneOf(WebhookEvents.All).Says("Types of events, exact (lead.created), all of a kind of record (lead.*), or all (*).", """["lead.*", "deal.won"]""");
        Other(x => x.Filter, FieldKind.Json).NoFilter().Says("A filter tree as lists take it, asked of the record as it is after the event. Goes with events of one kind of record only.");
        Text(x => x.Description).Limit(2_000).NoFilter().Says("What it is for.", "\"Tells the web shop about deals\"");
        Boolean(x => x.IsPaused).Says("While true events gather, and are sent in order afterwards.", "false");
        Integer(x => x.ConcurrencyLimit).Between(1, Webhook.MostConcurrency)
            .Says($"How many deliveries may be under way at once; {Webhook.UsualConcurrency} when null. One record's events always go one after the other.", "4");
        ReadOnly("status", FieldKind.Choice, typeof(WebhookStatus), StatusSql).NotNull().Says("DISABLED when the service has given it up: see disabledReason.", "\"ACTIVE\"");
        ReadOnly("disabledReason", FieldKind.Choice, typeof(WebhookDisabledReason)).Says("GONE: the receiver answered 410. FAILING: every try of five days failed.");
        ReadOnly("disabledAt", FieldKind.Instant).Sort().Says("When the service gave it up; replay from then on when you resume it.");
        ReadOnly("secretRotatedAt", FieldKind.Instant).Says("When its secret was last changed; null for the first one.");
        ReadOnly(Secret, FieldKind.Text, expression: "null::text").NoFilter().Says("The secret that signatures are made with: only in the answer that makes it, null ever after.");
        Common();
    }

    /// <inheritdoc/>
    protected override ICommand<Guid> Create(WebhookDetails details) => throw CrmException.Validation("op", "must be update or delete: a webhook is created by itself, for its secret is shown once");

    /// <inheritdoc/>
    protected override ICommand<Guid> Update(Guid id, Patch<WebhookDetails> patch) => new UpdateWebhook(id, patch);
}

/// <summary>A webhook's own members, as events carry them. The secret is none of them.</summary>
public sealed record WebhookState : WebhookDetails
{
    /// <summary>Whether events are sent.</summary>
    public WebhookStatus Status { get; init; }
    /// <summary>When the service gave it up.</summary>
    public DateTimeOffset? DisabledAt { get; init; }
    /// <summary>Why the service gave it up.</summary>
    public WebhookDisabledReason? DisabledReason { get; init; }
    /// <summary>When its secret was last changed.</summary>
    public DateTimeOffset? SecretRotatedAt { get; init; }
}

internal sealed class WebhookStateProfile : StateProfile<Webhook, WebhookDetails, WebhookState>;
