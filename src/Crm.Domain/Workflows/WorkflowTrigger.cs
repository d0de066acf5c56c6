namespace Crm.Domain.Workflows;

/// <summary>What sets a rule off.</summary>
public enum WorkflowTriggerType
{
    /// <summary>A record of the resource was created.</summary>
    RecordCreated,
    /// <summary>A record was changed.</summary>
    RecordUpdated,
    /// <summary>A record was deleted.</summary>
    RecordDeleted,
    /// <summary>One member changed, from and to what is named, if it is.</summary>
    FieldChanged,
    /// <summary>The status changed, from and to what is named, if it is.</summary>
    StatusChanged,
    /// <summary>A date or instant of the record is reached, or is so far ahead or behind.</summary>
    DateReached,
    /// <summary>An e-mail arrived.</summary>
    EmailReceived,
    /// <summary>Another system called the rule's secret address.</summary>
    WebhookReceived,
    /// <summary>A time of the calendar has come.</summary>
    Scheduled,
    /// <summary>Somebody runs it.</summary>
    Manual,
}

/// <summary>What sets a rule off, exactly.</summary>
public sealed record WorkflowTrigger
{
    /// <summary>The kind.</summary>
    public required WorkflowTriggerType Type { get; init; }
    /// <summary>The member it looks at: of FIELD_CHANGED any that records have, of DATE_REACHED a date or an instant.</summary>
    public string? Field { get; init; }
    /// <summary>What the member was before: of FIELD_CHANGED and STATUS_CHANGED; any, when absent.</summary>
    public string? From { get; init; }
    /// <summary>What the member has become: of FIELD_CHANGED and STATUS_CHANGED; any, when absent.</summary>
    public string? To { get; init; }
    /// <summary>Of DATE_REACHED: how many minutes after the date it is, negative = before; 0, when absent.</summary>
    public int? OffsetMinutes { get; init; }
    /// <summary>Of SCHEDULED: five fields as crontab(5) has them, such as <c>0 9 * * 1-5</c>, in the organization's time zone.</summary>
    public string? Cron { get; init; }
}
