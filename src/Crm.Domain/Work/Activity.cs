using Crm.Domain.Common;

namespace Crm.Domain.Work;

/// <summary>Something that was done with or for a party: a call, an e-mail, a meeting, a note.</summary>
public sealed class Activity : Record<Activity, ActivityDetails>
{
    private Activity() { }

    /// <summary>Whose activity it is: who logged it.</summary>
    public override Guid? OwnerId => CreatedBy;

    /// <summary>Logs an activity. Raises <see cref="Created{Activity}"/>.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED: no subject, or a negative duration.</exception>
    public static Activity Log(Guid id, ActivityDetails details, DateTimeOffset now)
    {
        var activity = new Activity { Id = id };
        activity.Begin(details with { OccurredAt = details.OccurredAt ?? now });
        return activity;
    }

    /// <summary>Changes what is stated. Without a time of its own it happened when it was logged.</summary>
    public override void Revise(ActivityDetails details) => base.Revise(details with { OccurredAt = details.OccurredAt ?? CreatedAt });

    /// <inheritdoc/>
    protected override void Guard(ActivityDetails? before, ActivityDetails after)
    {
        Require.Text(after.Subject, "subject");
        if (after.DurationMinutes < 0) throw CrmException.Validation("durationMinutes", "must not be negative");
    }
}
