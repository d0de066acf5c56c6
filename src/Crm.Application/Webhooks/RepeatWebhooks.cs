using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Application.Events;
using Crm.Application.Listing;
using Crm.Application.Resources;
using Crm.Domain.Common;
using Crm.Domain.Webhooks;
using FluentValidation;

namespace Crm.Application.Webhooks;

/// <summary>What was queued for a webhook.</summary>
/// <param name="DeliveryId">Under <c>/webhooks/{id}/deliveries</c>.</param>
public sealed record QueuedDelivery(Guid DeliveryId);

/// <summary>What a replay has queued.</summary>
/// <param name="Queued">How many events are sent again.</param>
/// <param name="Position">Where to go on, as <c>after</c>, when there is more.</param>
/// <param name="More">True when there were more events than one replay takes.</param>
public sealed record WebhookReplay(int Queued, string Position, bool More);

/// <summary>Sends an event that happened to nobody, of type webhook.test, to try a webhook out. 409 INVALID_STATE while it is paused or disabled.</summary>
[Requires(Permissions.WebhooksWrite)]
public sealed record TestWebhook(Guid Id) : ICommand<QueuedDelivery>, IAuditedSubject
{
    string? IAuditedSubject.Resource => "webhooks";
    Guid? IAuditedSubject.RecordId => Id;
}

/// <summary>
/// Gives one delivery all its tries again, from now on, with the same <c>webhook-id</c>. Later events of its record wait for it. 409 INVALID_STATE while the webhook is disabled.
/// </summary>
[Requires(Permissions.WebhooksWrite)]
public sealed record RedeliverWebhookDelivery(Guid Id, Guid DeliveryId) : ICommand<QueuedDelivery>, IAuditedSubject
{
    string? IAuditedSubject.Resource => "webhooks";
    Guid? IAuditedSubject.RecordId => Id;
}

/// <summary>
/// Sends events of the log to a webhook again, or for the first time: those it asks for, from a position on or of a time. At most 10,000 events of the log are gone through; where there are more,
/// go on from <c>position</c>. 409 INVALID_STATE while the webhook is disabled.
/// </summary>
/// <param name="After">A position of the log, such as that of the last event the receiver has; 0 is the beginning.</param>
/// <param name="From">The time from which on, not in the future; instead of <paramref name="After"/>.</param>
/// <param name="To">The time until which, exclusive; now, when absent.</param>
[Requires(Permissions.WebhooksWrite)]
public sealed record ReplayWebhook(Guid Id, [Example("\"0\"")] string? After = null, DateTimeOffset? From = null, DateTimeOffset? To = null) : ICommand<WebhookReplay>, IAuditedSubject
{
    string? IAuditedSubject.Resource => "webhooks";
    Guid? IAuditedSubject.RecordId => Id;
}

internal sealed class ReplayWebhookValidator : AbstractValidator<ReplayWebhook>
{
    public ReplayWebhookValidator()
    {
        RuleFor(c => c.After).Must(after => after is null || LogPosition.TryParse(after, out _)).OverridePropertyName("after").WithMessage("is no position of the log");
        RuleFor(c => c.After).Must((c, after) => after is null != c.From is null).OverridePropertyName("after").WithMessage("either after or from is required, and not both");
        RuleFor(c => c.To).Must((c, to) => to is null || c.From is null || c.From < to).OverridePropertyName("to").WithMessage("must be later than from");
    }
}

internal sealed class TestWebhookHandler(IRepository<Webhook> webhooks, IWebhookStore store, TimeProvider clock) : ICommandHandler<TestWebhook, QueuedDelivery>
{
    public async Task<QueuedDelivery> Handle(TestWebhook command, CancellationToken ct)
    {
        var webhook = await webhooks.GetAsync(command.Id, ct);
        webhook.EnsureActive();
        // No event of the log: its own id stands for the event and for the record, so it waits for nothing.
        var id = Ids.New(clock.GetUtcNow());
        await store.QueueAsync([new NewWebhookDelivery(webhook.Id, id, WebhookEvents.Test, "webhook", id, LogPosition.Beginning)], again: false, ct);
        return new QueuedDelivery(id);
    }
}

internal sealed class RedeliverWebhookDeliveryHandler(IRepository<Webhook> webhooks, IWebhookStore store) : ICommandHandler<RedeliverWebhookDelivery, QueuedDelivery>
{
    public async Task<QueuedDelivery> Handle(RedeliverWebhookDelivery command, CancellationToken ct)
    {
        (await webhooks.GetAsync(command.Id, ct)).EnsureNotDisabled();
        await store.RepeatAsync(command.Id, command.DeliveryId, ct);
        return new QueuedDelivery(command.DeliveryId);
    }
}

internal sealed class ReplayWebhookHandler(IRepository<Webhook> webhooks, IWebhookStore store, IReadDb db, ResourceCatalog resources, IRequestContext context, TimeProvider clock)
    : ICommandHandler<ReplayWebhook, WebhookReplay>
{
    private const int Most = 10_000, Piece = 1_000;
    private static readonly string Sql = LogSql.Of("(@From::timestamptz is null or e.occurred_at >= @From) and (@To::timestamptz is null or e.occurred_at < @To)");

    public async Task<WebhookReplay> Handle(ReplayWebhook command, CancellationToken ct)
    {
        if (command.From > clock.GetUtcNow()) throw CrmException.Validation("from", "must not be in the future");
        var webhook = await webhooks.GetAsync(command.Id, ct);
        webhook.EnsureNotDisabled();
        var subscription = new WebhookSubscription(new WebhookListener(webhook.Id, webhook.Details.Events, webhook.Details.Filter), resources, context.Caller);
        LogPosition.TryParse(command.After ?? "0", out var place);
        var (queued, more) = (0, true);
        for (var gone = 0; more && gone < Most; gone += Piece)
        {
            var parameters = LogSql.Parameters(place, Piece);
            (parameters["From"], parameters["To"]) = (command.From, command.To);
            var rows = await db.QueryAsync<LogRow>(Sql, parameters, ct);
            if (!LogSql.IsWritten(rows, place)) throw CrmException.Validation("after", LogSql.NotReached);
            var page = LogSql.Page(rows, context.Caller, resources, place, Piece);
            var deliveries = page.Events.Where(e => subscription.Includes(e, page.Events)).Select(e => NewWebhookDelivery.Of(webhook.Id, e)).ToList();
            await store.QueueAsync(deliveries, again: true, ct);
            (queued, place, more) = (queued + deliveries.Count, page.Next, page.More);
        }
        return new WebhookReplay(queued, place.ToString(), more);
    }
}
