using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Resources;
using Crm.Domain.Work;

namespace Crm.Application.Work;

/// <summary>The declaration of activities.</summary>
public sealed class ActivityResource : WorkResource<Activity, ActivityDetails>
{
    /// <summary>Declares the members.</summary>
    public ActivityResource() : base("activities", "activity")
    {
        LimitName = "activities";
        OwnerColumn = "created_by";
        AreIndependent = true;
        Choice(x => x.Type).Required().Says("What kind it was.", "\"CALL\"");
        Text(x => x.Subject).Required().Search().Sort().Says("What it was about.", "\"First call\"");
        Text(x => x.Body).Limit(20_000).Search().NoFilter().Says("What was said.", "\"Wants an offer by Friday\"");
        Instant(x => x.OccurredAt).NotNull().Says("When it happened; when it was logged, when absent.", "\"2026-03-01T09:30:00Z\"");
        Integer(x => x.DurationMinutes).Between(0, null).Sort().Says("How long it took, in minutes.", "12");
        Reference(x => x.TaskId, "tasks").Says("The task it was done for.");
        Links();
        Common();
    }

    /// <inheritdoc/>
    protected override ICommand<Guid> Create(ActivityDetails details) => new LogActivity(details);

    /// <inheritdoc/>
    protected override ICommand<Guid> Update(Guid id, Patch<ActivityDetails> patch) => new UpdateActivity(id, patch);
}

/// <summary>An activity's own members, as events carry them.</summary>
public sealed record ActivityState : ActivityDetails;

internal sealed class ActivityStateProfile : StateProfile<Activity, ActivityDetails, ActivityState>;
