using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Resources;
using Crm.Domain.Work;

namespace Crm.Application.Work;

/// <summary>The declaration of tasks.</summary>
public sealed class TaskResource : WorkResource<TaskItem, TaskDetails>
{
    /// <summary>Declares the members.</summary>
    public TaskResource() : base("tasks", "task")
    {
        LimitName = "tasks";
        OwnerColumn = "assignee_id";
        CoOwnerColumn = "created_by";
        AreIndependent = true;
        Text(x => x.Title).Required().Search().Sort().Says("What is to be done.", "\"Call back\"");
        Text(x => x.Description).Limit(20_000).Search().NoFilter().Says("More about it.", "\"Asked for the price list\"");
        Choice(x => x.Type).Says("What kind of work it is.", "\"CALL\"");
        Choice(x => x.Priority).Says("How much it matters.", "\"HIGH\"");
        Choice(x => x.Status).Says("COMPLETED sets completedAt; leaving it clears that.", "\"NOT_STARTED\"");
        Instant(x => x.DueAt).Says("When it should be done.", "\"2026-03-02T09:00:00Z\"");
        Reference(x => x.AssigneeId, "team/members").CallerByDefault().Says("Who does it; you, when absent.");
        ReadOnly("completedAt", FieldKind.Instant).Sort().Says("When it was completed.");
        Links();
        Common();
    }

    /// <inheritdoc/>
    protected override ICommand<Guid> Create(TaskDetails details) => new CreateTask(details);

    /// <inheritdoc/>
    protected override ICommand<Guid> Update(Guid id, Patch<TaskDetails> patch) => new UpdateTask(id, patch);
}

/// <summary>A task's own members, as events carry them.</summary>
public sealed record TaskItemState : TaskDetails
{
    /// <summary>When it was completed.</summary>
    public DateTimeOffset? CompletedAt { get; init; }
}

internal sealed class TaskStateProfile : StateProfile<TaskItem, TaskDetails, TaskItemState>;
