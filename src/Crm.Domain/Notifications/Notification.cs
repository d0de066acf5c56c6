using Crm.Domain.Common;

namespace Crm.Domain.Notifications;

/// <summary>Something a member is told. It is his alone: nobody else sees it, whatever the role.</summary>
public sealed class Notification : Record<Notification, NotificationDetails>, IPersonal
{
    private Notification() { }

    /// <summary>When he read it; null while he has not.</summary>
    public DateTimeOffset? ReadAt { get; private set; }

    /// <summary>What he is told of once only: a second notification of the same kind, record and occasion is not written.</summary>
    public string? Occasion { get; private set; }

    /// <inheritdoc/>
    public override Guid? OwnerId => Details.MemberId;

    /// <summary>Tells a member something. Raises <see cref="Created{Notification}"/>.</summary>
    /// <param name="readAt">Set where he does not want to see it in the application.</param>
    /// <exception cref="CrmException">VALIDATION_FAILED: no title or no member.</exception>
    public static Notification Tell(Guid id, NotificationDetails details, string? occasion, DateTimeOffset? readAt)
    {
        var notification = new Notification { Id = id, Occasion = occasion, ReadAt = readAt };
        notification.Begin(details with { Title = Cut(details.Title, NotificationDetails.LongestTitle), Body = details.Body is { } body ? Cut(body, NotificationDetails.LongestBody) : null });
        return notification;
    }

    /// <summary>He has read it. Raises <see cref="Updated{Notification}"/>; a second time changes nothing.</summary>
    public void Read(DateTimeOffset now)
    {
        if (ReadAt is not null) return;
        ReadAt = now;
        Raise(new Updated<Notification>(Id, ["readAt"]));
    }

    /// <inheritdoc/>
    protected override void Guard(NotificationDetails? before, NotificationDetails after)
    {
        Require.Text(after.Title, "title");
        if (after.MemberId is null) throw CrmException.Validation("memberId", "is required");
    }

    // Never between the two halves of a character.
    private static string Cut(string text, int longest) => text.Length <= longest ? text : text[..(char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest)];
}
