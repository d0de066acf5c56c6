using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Resources;
using Crm.Domain.Notifications;

namespace Crm.Application.Notifications;

/// <summary>The declaration of notifications. The service writes them, and each is its member's alone.</summary>
public sealed class NotificationResource : Resource<Notification, NotificationDetails>
{
    /// <summary>Declares the members.</summary>
    public NotificationResource() : base("notifications", "notification")
    {
        OwnerColumn = "member_id";
        ReadOnly("memberId", FieldKind.Id).NotNull().Says("Whom it is for: you.");
        Choice(x => x.Kind).Says("What it is about.", "\"TASK_ASSIGNED\"");
        Text(x => x.Title).Required().Says("What the record is called, or what a rule says.", "\"Call back\"");
        Text(x => x.Body).Limit(NotificationDetails.LongestBody).NoFilter().Says("More about it: the text around a mention, when a task is due.", "\"2026-03-02 11:00 (Europe/Sofia)\"");
        Text(x => x.Resource).Says("The resource of the record it is about.", "\"tasks\"");
        ReadOnly("recordId", FieldKind.Id).Says("The record it is about.");
        ReadOnly("causationId", FieldKind.Id).Says("The event it was caused by.");
        ReadOnly("isRead", FieldKind.Boolean, expression: "(t.read_at is not null)").NotNull().Says("True once it was read; from the beginning where you do not want its kind in the application.", "false");
        ReadOnly("readAt", FieldKind.Instant).Sort().Says("When it was read.");
        Common();
    }

    /// <inheritdoc/>
    protected override ICommand<Guid> Create(NotificationDetails details) => throw new NotSupportedException("The service writes notifications.");

    /// <inheritdoc/>
    protected override ICommand<Guid> Update(Guid id, Patch<NotificationDetails> patch) => throw new NotSupportedException("Notifications never change.");
}

/// <summary>A notification's own members, as events carry them.</summary>
public sealed record NotificationState : NotificationDetails
{
    /// <summary>When it was read.</summary>
    public DateTimeOffset? ReadAt { get; init; }
}

internal sealed class NotificationStateProfile : StateProfile<Notification, NotificationDetails, NotificationState>;
