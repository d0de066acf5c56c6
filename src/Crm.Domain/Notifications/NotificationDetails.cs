using Crm.Domain.Common;

namespace Crm.Domain.Notifications;

/// <summary>What members are told about.</summary>
public enum NotificationKind
{
    /// <summary>Somebody else gave you a task.</summary>
    TaskAssigned,
    /// <summary>A task of yours is due within a day, or within the hour.</summary>
    TaskDueSoon,
    /// <summary>A task of yours was due and is not done.</summary>
    TaskOverdue,
    /// <summary>A deal of yours, or of a team you lead, was won.</summary>
    DealWon,
    /// <summary>A deal of yours, or of a team you lead, was lost.</summary>
    DealLost,
    /// <summary>Somebody named you in a text.</summary>
    Mention,
    /// <summary>A lead was given to you by a rule.</summary>
    LeadRouted,
    /// <summary>Somebody asks for your approval.</summary>
    ApprovalRequested,
    /// <summary>A workflow rule tells you something.</summary>
    Workflow,
    /// <summary>The customer accepted an offer of yours.</summary>
    OfferAccepted,
    /// <summary>The customer declined an offer of yours.</summary>
    OfferDeclined,
    /// <summary>The last day of an offer of yours is over.</summary>
    OfferExpired,
    /// <summary>An invoice of a recurring one of yours stayed a draft, or was not sent.</summary>
    RecurringInvoiceFailed,
    /// <summary>A late invoice of yours could not be reminded of.</summary>
    InvoiceReminderFailed,
    /// <summary>A charge for the organization's plan is to be paid.</summary>
    SubscriptionDue,
    /// <summary>A charge for the organization's plan was not paid in time.</summary>
    SubscriptionPastDue,
    /// <summary>The organization is about to fall back to FREE, because a charge was not paid.</summary>
    SubscriptionEnding,
    /// <summary>The organization has fallen back to FREE, because a charge was not paid.</summary>
    SubscriptionEnded,
}

/// <summary>What a notification says. It never changes.</summary>
public record NotificationDetails : RecordDetails
{
    /// <summary>The longest title, in characters; a longer one is cut.</summary>
    public const int LongestTitle = 300;
    /// <summary>The longest body, in characters; a longer one is cut.</summary>
    public const int LongestBody = 1_000;
    /// <summary>Whom it is for.</summary>
    public Guid? MemberId { get; init; }
    /// <summary>What it is about.</summary>
    public NotificationKind Kind { get; init; }
    /// <summary>What the record it is about is called, or what a rule says.</summary>
    public required string Title { get; init; }
    /// <summary>More about it: the text around a mention, when a task is due.</summary>
    public string? Body { get; init; }
    /// <summary>The resource of the record it is about, such as <c>tasks</c>.</summary>
    public string? Resource { get; init; }
    /// <summary>The record it is about.</summary>
    public Guid? RecordId { get; init; }
    /// <summary>The event it was caused by.</summary>
    public Guid? CausationId { get; init; }
}
