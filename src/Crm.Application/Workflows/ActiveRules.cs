using System.Text.Json;
using Crm.Application.Abstractions;
using Crm.Application.Conditions;
using Crm.Application.Resources;
using Crm.Domain.Common;
using Crm.Domain.Workflows;

namespace Crm.Application.Workflows;

/// <summary>A rule made ready to be asked: its trees are read once.</summary>
internal sealed class ReadyRule
{
    private readonly ConditionTree? _fromTo;
    private readonly ConditionTree? _conditions;

    public ReadyRule(Guid id, int version, Resource resource, WorkflowTrigger trigger, FreeJson? conditions, ValueList<WorkflowAction> actions, WorkflowBulkPolicy bulk, DateTimeOffset? activeSince, Caller caller)
    {
        (Id, Version, Resource, Trigger, Conditions, Actions, Bulk, ActiveSince) = (id, version, resource, trigger, conditions, actions, bulk, activeSince);
        DateField = trigger.Type == WorkflowTriggerType.DateReached ? new Listing.ResourceMembers(resource, caller.CustomFields.Of(resource.Name)).Find(trigger.Field!) : null;
        try
        {
            _fromTo = WorkflowTriggers.FieldOf(trigger) is null ? null : WorkflowTriggers.FromTo(resource, trigger, caller);
            _conditions = ConditionTree.Parse(resource, conditions?.Element ?? default, caller, "conditions", withBefore: true, isSaved: true);
        }
        catch (CrmException refusal)
        {
            // It fitted when it was saved; a custom field has been retired or renamed since.
            Broken = refusal.Message;
        }
    }

    public Guid Id { get; }
    public int Version { get; }
    public Resource Resource { get; }
    public WorkflowTrigger Trigger { get; }
    public FreeJson? Conditions { get; }
    public ValueList<WorkflowAction> Actions { get; }
    public WorkflowBulkPolicy Bulk { get; }
    public DateTimeOffset? ActiveSince { get; }

    /// <summary>The date it waits for; null when it waits for none, or the tenant has none of that name any more.</summary>
    public Field? DateField { get; }

    /// <summary>Why it cannot be asked; null when it can.</summary>
    public string? Broken { get; }

    /// <summary>True when the change sets it off; a broken rule is, so that a run says what is wrong.</summary>
    public bool IsSetOff(RecordChange change) => Broken is not null && WorkflowTriggers.FieldOf(Trigger) is { } field ? change.Changed(field) : WorkflowTriggers.IsSetOff(Trigger, _fromTo, change);

    /// <summary>True when its conditions hold.</summary>
    public bool Holds(JsonElement after, JsonElement? before) => _conditions!.Matches(after, before);

    /// <summary>Each comparison of its conditions.</summary>
    public IReadOnlyList<ConditionFinding> Explain(JsonElement after, JsonElement? before) => _conditions?.Explain(after, before) ?? [];
}

/// <summary>Reads rules to ask them.</summary>
public sealed class ActiveRules(IReadDb db, ResourceCatalog resources, IRequestContext context) : ISharedByUseCases
{
    private const string Columns = """
        r.id as Id, r.version as Version, r.resource as Resource, r.trigger::text as Trigger, r.conditions::text as Conditions, r.actions::text as Actions,
        r.bulk_policy as BulkPolicy, r.active_since as ActiveSince
        """;

    private const string ActiveSql = $"""
        select {Columns} from crm_read.workflow_rules r
        where r.tenant_id = @TenantId and r.is_active and r.deleted_at is null order by r.created_at, r.id
        """;

    private const string OneSql = $"select {Columns} from crm_read.workflow_rules r where r.tenant_id = @TenantId and r.id = @Id and r.deleted_at is null";

    /// <summary>Those that react, oldest first.</summary>
    internal async Task<IReadOnlyList<ReadyRule>> AllAsync(CancellationToken ct) => [.. (await db.QueryAsync<Row>(ActiveSql, null, ct)).Select(Ready)];

    /// <summary>One, active or not.</summary>
    /// <exception cref="CrmException">NOT_FOUND.</exception>
    internal async Task<ReadyRule> OneAsync(Guid id, CancellationToken ct) =>
        await FindAsync(id, ct) ?? throw CrmException.NotFound("workflow rule");

    /// <summary>One, active or not; null when there is none.</summary>
    internal async Task<ReadyRule?> FindAsync(Guid id, CancellationToken ct) => await db.FirstOrDefaultAsync<Row>(OneSql, new { Id = id }, ct) is { } row ? Ready(row) : null;

    private ReadyRule Ready(Row row)
    {
        Binding.Choices.TryParse(typeof(WorkflowBulkPolicy), row.BulkPolicy, out var bulk);
        return new ReadyRule(row.Id, row.Version, resources[row.Resource], JsonSerializer.Deserialize<WorkflowTrigger>(row.Trigger, WireJson.Options)!,
            row.Conditions is null ? null : FreeJson.Of(JsonSerializer.Deserialize<JsonElement>(row.Conditions)),
            ValueList.Of(JsonSerializer.Deserialize<WorkflowAction[]>(row.Actions, WireJson.Options)), (WorkflowBulkPolicy)bulk, row.ActiveSince, context.Caller);
    }

    private sealed record Row(Guid Id, int Version, string Resource, string Trigger, string? Conditions, string Actions, string BulkPolicy, DateTime? ActiveSince);
}
