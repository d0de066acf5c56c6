namespace Crm.Application.Workflows;

/// <summary>What the outbox calls those who are woken when a time has come.</summary>
public static class ClockSinks
{
    /// <summary>Sets rules off that go by the clock; the message carries the rule's id.</summary>
    public const string Rule = "workflow.clock";

    /// <summary>Ends approvals whose time is over; the message carries the approval's id.</summary>
    public const string Approval = "approval.expire";
}
