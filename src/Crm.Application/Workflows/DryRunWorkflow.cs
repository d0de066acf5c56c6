using System.Text.Json;
using System.Text.Json.Nodes;
using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Conditions;
using Crm.Domain.Common;
using Crm.Domain.Workflows;

namespace Crm.Application.Workflows;

/// <summary>What a step would do.</summary>
/// <param name="Index">Its place in the rule's actions, from 0.</param>
/// <param name="Type">What it does.</param>
/// <param name="Effect">In words, with the record's values in their places.</param>
public sealed record PlannedStep(int Index, WorkflowActionType Type, string Effect);

/// <summary>What a rule would do with a record.</summary>
/// <param name="WouldRun">Whether its conditions hold.</param>
/// <param name="Reason">Why it would not run.</param>
/// <param name="Conditions">Each comparison with the value found.</param>
/// <param name="Steps">What its steps would do; none if it would not run.</param>
/// <param name="WouldLoop">Whether a step sets the rule off again on the same record; live, that second run is stopped.</param>
public sealed record DryRun(bool WouldRun, string? Reason, IReadOnlyList<ConditionFinding> Conditions, IReadOnlyList<PlannedStep> Steps, bool WouldLoop);

/// <summary>Says what a rule would do with a record as it is now, were it set off, and does nothing. 422 for a record you cannot see.</summary>
/// <param name="RecordId">The record, of the rule's resource.</param>
[Requires(Permissions.WorkflowRulesRead)]
public sealed record DryRunWorkflow(Guid Id, [Example("\"019ca8d2-7c1f-712f-8ad7-944c163e782a\"")] Guid RecordId) : IQuery<DryRun>;

internal sealed class DryRunWorkflowHandler(ActiveRules rules, WorkflowSteps steps, TimeProvider clock) : IQueryHandler<DryRunWorkflow, DryRun>
{
    public async Task<DryRun> Handle(DryRunWorkflow query, CancellationToken ct)
    {
        var rule = await rules.OneAsync(query.Id, ct);
        var record = await steps.CurrentAsync(rule.Resource, query.RecordId, ct) ?? throw CrmException.Unprocessable("recordId", $"refers to no {rule.Resource.Singular} you can see");
        var state = NewRuns.Of(rule, query.RecordId, null, null, record, record, clock.GetUtcNow());
        if (state.Run.Status != WorkflowRunStatus.Running) return new DryRun(false, state.Run.Reason, state.Run.Conditions, [], false);
        return new DryRun(true, null, state.Run.Conditions, [.. rule.Actions.Select((a, i) => new PlannedStep(i, a.Type, Effects.Of(a, record)))], Effects.WouldLoop(rule, query.RecordId, record));
    }
}

/// <summary>What steps would do.</summary>
internal static class Effects
{
    /// <summary>In words.</summary>
    public static string Of(WorkflowAction action, JsonElement record) => action.Type switch
    {
        WorkflowActionType.SendEmail => $"An e-mail to {Placeholders.Fill(action.To!, record)}: {Placeholders.Fill(action.Subject!, record)}",
        WorkflowActionType.SendNotification => $"A notification: {Placeholders.Fill(action.Title!, record)}",
        WorkflowActionType.RequestApproval => $"A request for approval: {Placeholders.Fill(action.Title!, record)}",
        WorkflowActionType.CallWebhook => $"A call of {action.Url}",
        WorkflowActionType.CreateTask => $"A task: {Placeholders.Fill(action.Title!, record)}",
        WorkflowActionType.UpdateField or WorkflowActionType.ChangeStatus => $"A change: {WorkflowSteps.PatchOf(action, record).ToJsonString(WireJson.Options)}",
        WorkflowActionType.AssignUser => $"Another owner: {Choices.Text(action.Assignment)} of {string.Join(", ", Members(action))}",
        WorkflowActionType.CreateRecord => $"A record of {action.Resource}: {Placeholders.Fill(action.Data!.Element, record)!.ToJsonString(WireJson.Options)}",
        _ => $"A pause of {action.Minutes} min",
    };

    private static IEnumerable<string> Members(WorkflowAction action) => action.UserIds.Concat(action.Territories.SelectMany(t => t.UserIds)).Distinct();

    /// <summary>True when what the steps change about the record would set the rule off again.</summary>
    public static bool WouldLoop(ReadyRule rule, Guid recordId, JsonElement record)
    {
        var before = record;
        foreach (var action in rule.Actions.Where(a => a.Type is WorkflowActionType.UpdateField or WorkflowActionType.ChangeStatus or WorkflowActionType.AssignUser))
        {
            var patch = action.Type == WorkflowActionType.AssignUser
                ? new JsonObject { [RuleChecks.OwnerOf(rule.Resource)!.Name] = Members(action).FirstOrDefault() ?? Guid.Empty.ToString() }
                : WorkflowSteps.PatchOf(action, before);
            var after = JsonSerializer.SerializeToElement(MergePatch.Apply(JsonNode.Parse(before.GetRawText()), JsonSerializer.SerializeToElement(patch)));
            var change = new RecordChange(Guid.Empty, $"{rule.Resource.EventName}.updated", recordId, default, null, after, before);
            if (!JsonElement.DeepEquals(before, after) && rule.IsSetOff(change) && rule.Holds(after, before)) return true;
            before = after;
        }
        return false;
    }
}
