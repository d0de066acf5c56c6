namespace Crm.Domain.Work;

/// <summary>What kind of work a task is.</summary>
public enum TaskType
{
    /// <summary>A call to make.</summary>
    Call,
    /// <summary>An e-mail to write.</summary>
    Email,
    /// <summary>A meeting to hold.</summary>
    Meeting,
    /// <summary>Something to write down.</summary>
    Note,
    /// <summary>Something to come back to.</summary>
    FollowUp,
}

/// <summary>How much a task matters.</summary>
public enum TaskPriority
{
    /// <summary>Can wait.</summary>
    Low,
    /// <summary>As usual.</summary>
    Medium,
    /// <summary>Before others.</summary>
    High,
    /// <summary>Now.</summary>
    Urgent,
}

/// <summary>Where a task stands.</summary>
public enum TaskState
{
    /// <summary>Nobody has begun.</summary>
    NotStarted,
    /// <summary>Somebody is at it.</summary>
    InProgress,
    /// <summary>Done.</summary>
    Completed,
    /// <summary>Not to be done any more.</summary>
    Cancelled,
}

/// <summary>What users state about a task (product.md §5).</summary>
public record TaskDetails : WorkDetails
{
    /// <summary>What is to be done, 1–300 characters.</summary>
    public required string Title { get; init; }
    /// <summary>More about it, at most 20,000 characters.</summary>
    public string? Description { get; init; }
    /// <summary>What kind of work it is.</summary>
    public TaskType Type { get; init; } = TaskType.FollowUp;
    /// <summary>How much it matters.</summary>
    public TaskPriority Priority { get; init; } = TaskPriority.Medium;
    /// <summary>Where it stands.</summary>
    public TaskState Status { get; init; } = TaskState.NotStarted;
    /// <summary>When it should be done.</summary>
    public DateTimeOffset? DueAt { get; init; }
    /// <summary>Who does it.</summary>
    public Guid? AssigneeId { get; init; }
}
