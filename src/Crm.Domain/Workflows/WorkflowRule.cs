using Crm.Domain.Assignments;
using Crm.Domain.Common;

namespace Crm.Domain.Workflows;

/// <summary>What becomes of a rule when many records change at once.</summary>
public enum WorkflowBulkPolicy
{
    /// <summary>It runs as for single changes.</summary>
    Run,
    /// <summary>It runs for each, ten a second at most.</summary>
    Throttle,
    /// <summary>It does not run.</summary>
    Suppress,
}

/// <summary>What users state about a rule.</summary>
public record WorkflowRuleDetails : RecordDetails
{
    /// <summary>The most steps a rule has.</summary>
    public const int MaxActions = 50;

    /// <summary>What it is called, 1–300 characters.</summary>
    public required string Name { get; init; }
    /// <summary>What it is for, at most 20,000 characters.</summary>
    public string? Description { get; init; }
    /// <summary>Whether it reacts.</summary>
    public bool IsActive { get; init; } = true;
    /// <summary>The resource whose records it looks at, such as <c>leads</c>. Never changes.</summary>
    public required string Resource { get; init; }
    /// <summary>What sets it off.</summary>
    public required WorkflowTrigger Trigger { get; init; }
    /// <summary>A filter tree over the record, and over <c>before.</c> its members before the change; none = always.</summary>
    public FreeJson? Conditions { get; init; }
    /// <summary>The steps, in order, 1–50.</summary>
    public required ValueList<WorkflowAction> Actions { get; init; }
    /// <summary>What becomes of it when many records change at once.</summary>
    public WorkflowBulkPolicy BulkPolicy { get; init; } = WorkflowBulkPolicy.Run;
}

/// <summary>A rule by which the service acts when something happens; every member who may read rules sees it.</summary>
public sealed class WorkflowRule : Record<WorkflowRule, WorkflowRuleDetails>, IUnrestricted
{
    private WorkflowRule() { }

    /// <summary>Since when it has been active without a break; what happened before does not concern it. Null while it is not.</summary>
    public DateTimeOffset? ActiveSince { get; private set; }

    /// <summary>Makes a rule; a member that a step names twice is named once. Raises <see cref="Created{WorkflowRule}"/>.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED: no name, no or too many steps.</exception>
    public static WorkflowRule Define(Guid id, WorkflowRuleDetails details, DateTimeOffset now)
    {
        var rule = new WorkflowRule { Id = id, ActiveSince = details.IsActive ? now : null };
        rule.Begin(Once(details));
        return rule;
    }

    /// <summary>Changes what is stated about it. Another trigger, or being switched on, counts from now on.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED: no name, no or too many steps, another resource.</exception>
    public void Revise(WorkflowRuleDetails details, DateTimeOffset now)
    {
        if (!details.IsActive) ActiveSince = null;
        else if (!Details.IsActive || details.Trigger != Details.Trigger) ActiveSince = now;
        Revise(Once(details));
    }

    private static WorkflowRuleDetails Once(WorkflowRuleDetails details) =>
        details with { Actions = ValueList.Of(details.Actions.Select(a => a with { UserIds = MemberIds.Once(a.UserIds), Territories = ValueList.Of(a.Territories.Select(t => t.Once())) })) };

    /// <inheritdoc/>
    protected override void Guard(WorkflowRuleDetails? before, WorkflowRuleDetails after)
    {
        Require.Text(after.Name, "name");
        if (before is not null && before.Resource != after.Resource) throw CrmException.Validation("resource", "cannot be changed; make another rule");
        if (after.Actions.Count is 0 or > WorkflowRuleDetails.MaxActions) throw CrmException.Validation("actions", $"must be 1 to {WorkflowRuleDetails.MaxActions} steps");
    }
}
