namespace Crm.Domain.Work;

/// <summary>What kind of activity it was.</summary>
public enum ActivityType
{
    /// <summary>A call.</summary>
    Call,
    /// <summary>An e-mail.</summary>
    Email,
    /// <summary>A meeting.</summary>
    Meeting,
    /// <summary>A note.</summary>
    Note,
}

/// <summary>What users state about an activity (product.md §5).</summary>
public record ActivityDetails : WorkDetails
{
    /// <summary>What kind it was.</summary>
    public required ActivityType Type { get; init; }
    /// <summary>What it was about, 1–300 characters.</summary>
    public required string Subject { get; init; }
    /// <summary>What was said, at most 20,000 characters.</summary>
    public string? Body { get; init; }
    /// <summary>When it happened; when it was logged, unless stated.</summary>
    public DateTimeOffset? OccurredAt { get; init; }
    /// <summary>How long it took, in minutes, never negative.</summary>
    public int? DurationMinutes { get; init; }
    /// <summary>The task it was done for.</summary>
    public Guid? TaskId { get; init; }
}
