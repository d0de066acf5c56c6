using System.Collections.Frozen;
using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Domain.Notifications;

namespace Crm.Application.Notifications;

/// <summary>Tells members things.</summary>
public interface INotifier
{
    /// <summary>
    /// Writes the notification in the open transaction, where the member wants notices of its kind, is active, and may see the record it is about, which is saved
    /// already; else does nothing. E-mail and text message follow after the commit, as the member prefers.
    /// </summary>
    /// <exception cref="ArgumentException">There is no such kind or resource.</exception>
    Task NotifyAsync(Notice notice, CancellationToken ct);
}

/// <summary>What a member is to be told.</summary>
/// <param name="Kind">One of <see cref="NotificationKinds"/>.</param>
/// <param name="Title">What the record is called, or what a rule says; cut at 300 characters. It is shown in every language as it is.</param>
/// <param name="Body">More about it; cut at 1,000 characters.</param>
/// <param name="Resource">The resource of the record it is about, such as <c>tasks</c>.</param>
/// <param name="EventId">The event that caused it.</param>
public sealed record Notice(Guid MemberId, string Kind, string Title, string? Body, string? Resource, Guid? RecordId, Guid? EventId)
{
    /// <summary>What is told once only: a second notice of this kind, record and occasion to the same member is not written. Null = told each time.</summary>
    public string? Occasion { get; init; }
}

/// <summary>The kinds of notifications by their wire names.</summary>
public static class NotificationKinds
{
#pragma warning disable CS1591 // The names say it; see NotificationKind.
    public const string TaskAssigned = "TASK_ASSIGNED", TaskDueSoon = "TASK_DUE_SOON", TaskOverdue = "TASK_OVERDUE", DealWon = "DEAL_WON", DealLost = "DEAL_LOST", Mention = "MENTION",
        LeadRouted = "LEAD_ROUTED", ApprovalRequested = "APPROVAL_REQUESTED", Workflow = "WORKFLOW",
        OfferAccepted = "OFFER_ACCEPTED", OfferDeclined = "OFFER_DECLINED", OfferExpired = "OFFER_EXPIRED", RecurringInvoiceFailed = "RECURRING_INVOICE_FAILED",
        InvoiceReminderFailed = "INVOICE_REMINDER_FAILED",
        SubscriptionDue = "SUBSCRIPTION_DUE", SubscriptionPastDue = "SUBSCRIPTION_PAST_DUE", SubscriptionEnding = "SUBSCRIPTION_ENDING", SubscriptionEnded = "SUBSCRIPTION_ENDED";
#pragma warning restore CS1591

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = Choices.Names(typeof(NotificationKind));
}

/// <summary>How often e-mails about notifications are sent.</summary>
public enum DigestRhythm
{
    /// <summary>One for each, at once.</summary>
    None,
    /// <summary>One a day with what has not been read.</summary>
    Daily,
    /// <summary>One each Monday with what has not been read.</summary>
    Weekly,
}

/// <summary>Which kinds a member is told in which way.</summary>
/// <param name="InApp">The kinds shown in the application.</param>
/// <param name="Email">The kinds that go by e-mail.</param>
/// <param name="Sms">The kinds that go by text message.</param>
/// <param name="Digest">NONE sends each e-mail at once; DAILY and WEEKLY gather them.</param>
/// <param name="DigestHour">The hour (0–23) in the member's time zone at which gathered e-mails are sent.</param>
/// <param name="Phone">Where text messages go; null = nowhere.</param>
public sealed record NotificationPreferences(IReadOnlyList<string> InApp, IReadOnlyList<string> Email, IReadOnlyList<string> Sms, DigestRhythm Digest, int DigestHour, string? Phone)
{
    /// <summary>Those of who has stated none: all in the application, nothing elsewhere.</summary>
    public static NotificationPreferences Default { get; } = new(NotificationKinds.All, [], [], DigestRhythm.None, 8, null);
}

/// <summary>What members have stated about their notifications. Works on the command's transaction where there is one.</summary>
public interface INotificationPreferences
{
    /// <summary>The member's, or the default.</summary>
    Task<NotificationPreferences> FindAsync(Guid memberId, CancellationToken ct);

    /// <summary>Keeps them; a digest gathers what comes from now on.</summary>
    Task SaveAsync(Guid memberId, NotificationPreferences preferences, CancellationToken ct);
}

/// <summary>A member's notifications all at once; each gets a version and an event of its own.</summary>
public interface INotificationSets
{
    /// <summary>Marks all that are unread as read; answers how many.</summary>
    Task<int> ReadAllAsync(Guid memberId, CancellationToken ct);

    /// <summary>Deletes them all, and what the member has stated about them.</summary>
    Task ForgetAsync(Guid memberId, CancellationToken ct);

    /// <summary>Deletes those of all members that were read and came before a time, the oldest first, so many at most.</summary>
    Task ForgetReadAsync(DateTimeOffset before, int most, CancellationToken ct);
}
