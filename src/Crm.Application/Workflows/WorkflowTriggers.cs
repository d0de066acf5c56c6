using System.Text.Json;
using System.Text.Json.Nodes;
using Crm.Application.Abstractions;
using Crm.Application.Conditions;
using Crm.Application.Resources;
using Crm.Domain.Workflows;

namespace Crm.Application.Workflows;

/// <summary>Whether a change sets a trigger off. Live, in a dry run and in a backtest it is the same question.</summary>
internal static class WorkflowTriggers
{
    /// <summary>The triggers there are.</summary>
    public static readonly IReadOnlyList<WorkflowTriggerType> Taken =
    [
        WorkflowTriggerType.RecordCreated, WorkflowTriggerType.RecordUpdated, WorkflowTriggerType.RecordDeleted, WorkflowTriggerType.FieldChanged,
        WorkflowTriggerType.StatusChanged, WorkflowTriggerType.DateReached, WorkflowTriggerType.Scheduled, WorkflowTriggerType.WebhookReceived, WorkflowTriggerType.EmailReceived, WorkflowTriggerType.Manual,
    ];

    /// <summary>The member whose change it waits for, if it does.</summary>
    public static string? FieldOf(WorkflowTrigger trigger) => trigger.Type switch
    {
        WorkflowTriggerType.FieldChanged => trigger.Field,
        WorkflowTriggerType.StatusChanged => "status",
        _ => null,
    };

    /// <summary>What the member must have been and become, by the rules of filters.</summary>
    /// <exception cref="Domain.Common.CrmException">INVALID_QUERY: no such member, or a value it cannot have.</exception>
    public static ConditionTree FromTo(Resource resource, WorkflowTrigger trigger, Caller caller)
    {
        var field = FieldOf(trigger)!;
        // Asked for in any case, so that a member that states do not have is refused.
        var nodes = new JsonArray(new JsonObject { ["or"] = new JsonArray(Null(field, true), Null(field, false)) });
        if (trigger.From is { } from) nodes.Add(new JsonObject { ["field"] = "before." + field, ["value"] = from });
        if (trigger.To is { } to) nodes.Add(new JsonObject { ["field"] = field, ["value"] = to });
        return ConditionTree.Parse(resource, JsonSerializer.SerializeToElement(new JsonObject { ["and"] = nodes }), caller, "trigger", withBefore: true);
    }

    /// <summary>True when the change sets it off.</summary>
    public static bool IsSetOff(WorkflowTrigger trigger, ConditionTree? fromTo, RecordChange change) => trigger.Type switch
    {
        WorkflowTriggerType.RecordCreated => change.Before is null,
        WorkflowTriggerType.RecordUpdated => change.Before is not null && !change.Is("deleted") && !change.Is("restored"),
        WorkflowTriggerType.RecordDeleted => change.Is("deleted"),
        WorkflowTriggerType.FieldChanged or WorkflowTriggerType.StatusChanged => change.Changed(FieldOf(trigger)!) && fromTo!.Matches(change.After, change.Before),
        _ => false,
    };

    private static JsonObject Null(string field, bool isNull) => new() { ["field"] = field, ["op"] = "null", ["value"] = isNull };
}

/// <summary>What an event of the log did to a record.</summary>
/// <param name="EventId">The event.</param>
/// <param name="Type">Its type, such as lead.updated.</param>
/// <param name="After">The record's state after it.</param>
/// <param name="Before">Its state before; null when it is new.</param>
internal sealed record RecordChange(Guid EventId, string Type, Guid RecordId, DateTimeOffset OccurredAt, string? CorrelationId, JsonElement After, JsonElement? Before)
{
    /// <summary>True when the event is of this act, such as deleted.</summary>
    public bool Is(string act) => Type.EndsWith("." + act, StringComparison.Ordinal);

    /// <summary>True when the member, which may be a custom field, was another before.</summary>
    public bool Changed(string member) => Before is { } before && !Same(Value(before, member), Value(After, member));

    private static JsonElement? Value(JsonElement state, string member)
    {
        var at = state;
        foreach (var name in member.Split('.'))
            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(name, out at)) return null;
        return at.ValueKind == JsonValueKind.Null ? null : at;
    }

    private static bool Same(JsonElement? one, JsonElement? other) => one is null || other is null ? one is null && other is null : JsonElement.DeepEquals(one.Value, other.Value);
}
