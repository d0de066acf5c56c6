using Crm.Domain.Commerce;

namespace Crm.Domain.RecurringInvoices;

/// <summary>Where a recurring invoice stands.</summary>
public enum RecurringInvoiceStatus
{
    /// <summary>Its invoices are made when they are due.</summary>
    Active,
    /// <summary>Nothing is made until somebody resumes it.</summary>
    Paused,
    /// <summary>The last one was made, or somebody ended it.</summary>
    Ended,
}

/// <summary>What a period of a recurring invoice is counted in.</summary>
public enum RecurrenceInterval
{
    /// <summary>Seven days.</summary>
    Week,
    /// <summary>A month.</summary>
    Month,
    /// <summary>Three months.</summary>
    Quarter,
    /// <summary>Twelve months.</summary>
    Year,
}

/// <summary>What users state about a recurring invoice: what its invoices say, and when they are made.</summary>
public record RecurringInvoiceDetails : DocumentDetails
{
    /// <summary>What begins the numbers of its invoices, at most 20 characters; the organization's series unless stated.</summary>
    public string? Series { get; init; }
    /// <summary>What a period is counted in.</summary>
    public RecurrenceInterval Interval { get; init; } = RecurrenceInterval.Month;
    /// <summary>How many of these a period has, 1–100.</summary>
    public int Every { get; init; } = 1;
    /// <summary>The day of the first invoice, in the organization's zone; that of its making unless stated.</summary>
    public DateOnly? StartsOn { get; init; }
    /// <summary>The last day on which one may be made.</summary>
    public DateOnly? EndsOn { get; init; }
    /// <summary>How many are made, 1–1,000.</summary>
    public int? Occurrences { get; init; }
    /// <summary>Whether each is issued at once.</summary>
    public bool AutoIssue { get; init; }
    /// <summary>Whether each is sent to the customer at once; only what is issued is sent.</summary>
    public bool AutoSend { get; init; }
}
