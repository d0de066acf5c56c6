using Crm.Domain.Common;

namespace Crm.Domain.Work;

/// <summary>Something somebody is to do; called a task everywhere but in code, where that word is taken.</summary>
[RecordName("task")]
public sealed class TaskItem : Record<TaskItem, TaskDetails>
{
    private TaskItem() { }

    /// <summary>When it was completed; null while it is not.</summary>
    public DateTimeOffset? CompletedAt { get; private set; }

    /// <summary>Whose task it is: the assignee's.</summary>
    public override Guid? OwnerId => Details.AssigneeId;

    /// <summary>Who gave the task to somebody else still sees it.</summary>
    public override Guid? CoOwnerId => CreatedBy;

    /// <summary>
    /// Plans a task. Raises <see cref="Created{TaskItem}"/>, <see cref="TaskAssigned"/> when it is given to another than
    /// <paramref name="plannedBy"/>, and <see cref="TaskCompleted"/> when it is recorded as done already.
    /// </summary>
    /// <exception cref="CrmException">VALIDATION_FAILED: no title.</exception>
    public static TaskItem Plan(Guid id, TaskDetails details, Guid? plannedBy, DateTimeOffset now)
    {
        var task = new TaskItem { Id = id };
        task.Begin(details);
        if (details.AssigneeId is { } assignee && assignee != plannedBy) task.Raise(new TaskAssigned(id, assignee, null));
        task.Follow(now);
        return task;
    }

    /// <summary>Changes what is stated; entering or leaving COMPLETED is completing or taking up again.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED: no title.</exception>
    public void Revise(TaskDetails details, DateTimeOffset now)
    {
        var before = Details.AssigneeId;
        base.Revise(details);
        if (details.AssigneeId is { } assignee && assignee != before) Raise(new TaskAssigned(Id, assignee, before));
        Follow(now);
    }

    /// <summary>Changes what needs no time: anything but whether the task is completed.</summary>
    public override void Revise(TaskDetails details)
    {
        if ((details.Status == TaskState.Completed) != CompletedAt is not null) throw new InvalidOperationException("A task is completed, or taken up again, at a time.");
        base.Revise(details);
    }

    /// <summary>Completes the task. Raises <see cref="TaskCompleted"/>; a completed one stays as it is.</summary>
    public void Complete(DateTimeOffset now)
    {
        Set(Details with { Status = TaskState.Completed });
        Follow(now);
    }

    /// <inheritdoc/>
    protected override void Guard(TaskDetails? before, TaskDetails after) => Require.Text(after.Title, "title");

    /// <summary>Lets the time of completion follow the status.</summary>
    private void Follow(DateTimeOffset now)
    {
        var completed = Details.Status == TaskState.Completed;
        if (completed == CompletedAt is not null) return;
        CompletedAt = completed ? now : null;
        if (completed) Raise(new TaskCompleted(Id, now));
    }
}

/// <summary>A task was done.</summary>
public sealed record TaskCompleted(Guid TaskId, DateTimeOffset CompletedAt) : IDomainEvent;

/// <summary>A task was given to somebody; <paramref name="PreviousAssigneeId"/> had it before.</summary>
public sealed record TaskAssigned(Guid TaskId, Guid AssigneeId, Guid? PreviousAssigneeId) : IDomainEvent;
