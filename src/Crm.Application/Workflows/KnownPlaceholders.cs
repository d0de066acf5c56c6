using System.Text.Json;
using Crm.Application.Binding;
using Crm.Application.CustomFields;
using Crm.Application.Resources;
using Crm.Domain.Workflows;

namespace Crm.Application.Workflows;

/// <summary>Which placeholders the steps of a rule can be filled from: the members of its resource, and of what comes with what sets it off.</summary>
internal sealed class KnownPlaceholders(Resource resource, EntityFields custom, WorkflowTrigger trigger)
{
    private static readonly HashSet<string> OfEmails = [.. typeof(ReceivedEmail).GetProperties().Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name))];

    /// <summary>Adds those of a step that stand for nothing.</summary>
    public void Check(WorkflowAction action, string path, BindErrors errors)
    {
        Check(action.To, $"{path}.to", errors);
        Check(action.Subject, $"{path}.subject", errors);
        Check(action.Body, $"{path}.body", errors);
        Check(action.Title, $"{path}.title", errors);
        Check(action.Description, $"{path}.description", errors);
        if (action.Value is { } value) Check(value.Element, $"{path}.value", errors);
        if (action.Data is { } data) Check(data.Element, $"{path}.data", errors);
    }

    private void Check(JsonElement json, string path, BindErrors errors)
    {
        if (json.ValueKind == JsonValueKind.Object)
            foreach (var member in json.EnumerateObject()) Check(member.Value, $"{path}.{member.Name}", errors);
        else if (json.ValueKind == JsonValueKind.Array)
            for (var i = 0; i < json.GetArrayLength(); i++) Check(json[i], $"{path}[{i}]", errors);
        else if (json.ValueKind == JsonValueKind.String) Check(json.GetString(), path, errors);
    }

    private void Check(string? text, string path, BindErrors errors)
    {
        foreach (var (written, name) in text is null ? [] : Placeholders.In(text))
            if (name is null || !Knows(name)) errors.Add(path, $"{written} stands for no member of {resource.Name}{(BringsPayload ? "" : ", and what sets the rule off brings no payload")}");
    }

    private bool BringsPayload => trigger.Type is WorkflowTriggerType.WebhookReceived or WorkflowTriggerType.Manual or WorkflowTriggerType.EmailReceived;

    private bool Knows(string name)
    {
        var parts = name.Split('.');
        if (parts[0] == "payload") return BringsPayload && (trigger.Type != WorkflowTriggerType.EmailReceived || parts is [_] || (parts is [_, var member] && OfEmails.Contains(member)));
        var (field, within) = parts is ["customFields", var own, ..] ? (custom.At($"customFields.{own}")?.Field, parts[2..]) : (resource.Find(parts[0]), parts[1..]);
        return field is not null && (within.Length == 0 || field.Kind switch
        {
            FieldKind.Money => within is ["amount" or "currency"],
            FieldKind.Map or FieldKind.Object or FieldKind.Json => true,
            _ => false,
        });
    }
}
