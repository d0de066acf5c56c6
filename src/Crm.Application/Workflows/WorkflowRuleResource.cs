using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Resources;
using Crm.Domain.Workflows;

namespace Crm.Application.Workflows;

/// <summary>The declaration of workflow rules.</summary>
public sealed class WorkflowRuleResource : Resource<WorkflowRule, WorkflowRuleDetails>
{
    private const string RunsSql = "(select count(*) from crm_read.workflow_runs r where r.tenant_id = @TenantId and r.rule_id = t.id and r.has_fired)";
    private const string LastRunSql = "(select max(r.created_at) from crm_read.workflow_runs r where r.tenant_id = @TenantId and r.rule_id = t.id and r.has_fired)";

    /// <summary>The member that has a value in the answer that makes the address only.</summary>
    internal const string HookUrl = "hookUrl";

    /// <summary>Declares the members.</summary>
    public WorkflowRuleResource() : base("workflow-rules", "workflow rule")
    {
        Text(x => x.Name).Required().Search().Sort().Says("What it is called.", "\"Greet new leads\"");
        Text(x => x.Description).Limit(20_000).Search().NoFilter().Says("What it is for.", "\"A task for whoever owns the lead\"");
        Boolean(x => x.IsActive).Says("Whether it reacts; to what happens from then on.", "true");
        Text(x => x.Resource).Required().OneOf(RuleChecks.Entities).Sort().Says("The resource whose records it looks at. Never changes.", "\"leads\"");
        Other(x => x.Trigger, FieldKind.Object).Required().NoFilter().Says("What sets it off.", """{"type": "MANUAL", "field": null, "from": null, "to": null, "offsetMinutes": null, "cron": null}""");
        Other(x => x.Conditions, FieldKind.Json).NoFilter()
            .Says("A filter tree as lists take it, asked of the record after the change; before.name is a member before it. Without one it always holds.", """{"field": "source", "value": "REFERRAL"}""");
        Other(x => x.Actions, FieldKind.Embedded).Required().NoFilter().Reads("t.actions::text").Says("What it does, step by step, replaced whole.", """[{"type": "CREATE_TASK", "title": "Call {{name}}"}]""");
        Choice(x => x.BulkPolicy).Says("What becomes of it when one request changes more than 50 records: RUN for each, THROTTLE to ten a second, or SUPPRESS.", "\"RUN\"");
        ReadOnly("executionCount", FieldKind.Integer, expression: RunsSql).NotNull().NoFilter().Says("How often it has run.", "0");
        ReadOnly("lastRunAt", FieldKind.Instant, expression: LastRunSql).NoFilter().Says("When it last ran.");
        ReadOnly(HookUrl, FieldKind.Text, expression: "null::text").NoFilter().Says("The secret address that runs it: only in the answer that makes one, null ever after.");
        Common();
    }

    /// <inheritdoc/>
    protected override ICommand<Guid> Create(WorkflowRuleDetails details) => new CreateWorkflowRule(details);

    /// <inheritdoc/>
    protected override ICommand<Guid> Update(Guid id, Patch<WorkflowRuleDetails> patch) => new UpdateWorkflowRule(id, patch);
}

/// <summary>A rule's own members, as events carry them.</summary>
public sealed record WorkflowRuleState : WorkflowRuleDetails
{
    /// <summary>Since when it has been active.</summary>
    public DateTimeOffset? ActiveSince { get; init; }
}

internal sealed class WorkflowRuleStateProfile : StateProfile<WorkflowRule, WorkflowRuleDetails, WorkflowRuleState>;
