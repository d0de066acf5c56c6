using System.Text.Json;
using Crm.Application.Abstractions;
using Crm.Application.Assignments;
using Crm.Application.Binding;
using Crm.Application.Conditions;
using Crm.Application.CustomFields;
using Crm.Application.Listing;
using Crm.Application.Members;
using Crm.Application.Records;
using Crm.Application.Resources;
using Crm.Application.Webhooks;
using Crm.Domain.Common;
using Crm.Domain.CustomFields;
using Crm.Domain.Workflows;

namespace Crm.Application.Workflows;

/// <summary>Holds a rule to the declaration of the resource it is about, so that what cannot work is refused when it is saved and not when it runs.</summary>
public sealed class RuleChecks(ResourceCatalog resources, RecordBinders binders, WebhookAddresses addresses, NamedMembers members, ILatestCustomFields fields, IRequestContext context) : ISharedByUseCases
{
    private const int FarthestMinutes = 5_256_000;

    /// <summary>The resources whose records rules look at.</summary>
    public static IReadOnlyList<string> Entities => CustomFieldRules.Entities;

    /// <summary>
    /// Refuses everything that does not fit, at once, and then everybody there is not. Of a rule that is there already only what changes is asked: one whose custom field has
    /// been retired, or who names a member that has left, can still be switched off.
    /// </summary>
    /// <exception cref="CrmException">VALIDATION_FAILED and UNPROCESSABLE by path, such as <c>actions[0].userIds[1]</c>.</exception>
    public async Task CheckAsync(WorkflowRuleDetails? before, WorkflowRuleDetails after, CancellationToken ct)
    {
        await fields.ReadAsync(() => CheckMembers(before, after), ct);
        var known = before is null ? [] : NamedBy(before).Select(n => (n.Id, n.As)).ToHashSet();
        await members.CheckAsync([.. NamedBy(after).Where(n => !known.Contains((n.Id, n.As)))], ct);
    }

    private bool CheckMembers(WorkflowRuleDetails? before, WorkflowRuleDetails rule)
    {
        var errors = new BindErrors();
        var resource = resources[rule.Resource];
        var isTriggerNew = rule.Trigger != before?.Trigger;
        if (isTriggerNew) CheckTrigger(resource, rule.Trigger, errors);
        if (isTriggerNew || !Equals(rule.Conditions, before!.Conditions))
            errors.Collect("conditions", () => ConditionTree.Parse(resource, rule.Conditions?.Element ?? default, context.Caller, "conditions", withBefore: !ClockTriggers.IsOne(rule.Trigger)));
        var placeholders = new KnownPlaceholders(resource, context.Caller.CustomFields.Of(resource.Name), rule.Trigger);
        for (var i = 0; i < rule.Actions.Count; i++)
        {
            // A step that was there stays as it is, wherever it stands now.
            if (!isTriggerNew && before!.Actions.Contains(rule.Actions[i])) continue;
            CheckAction(resource, rule.Actions[i], $"actions[{i}]", errors);
            placeholders.Check(rule.Actions[i], $"actions[{i}]", errors);
        }
        errors.ThrowIfAny();
        return true;
    }

    private IEnumerable<Named> NamedBy(WorkflowRuleDetails rule) => rule.Actions.SelectMany((a, i) => NamedBy(resources[rule.Resource], a, $"actions[{i}]."));

    /// <summary>The members and teams that a step names.</summary>
    private IEnumerable<Named> NamedBy(Resource resource, WorkflowAction action, string path)
    {
        var users = Named.Each(action.UserIds, path + "userIds", action.Type == WorkflowActionType.RequestApproval ? NamedAs.Approver : NamedAs.Member);
        var territories = TerritoryMap.NamedBy(action.Territories, path);
        return users.Concat(territories).Concat(action switch
        {
            { Type: WorkflowActionType.UpdateField, Field: { } name, Value: { } value } => OfMember(resource, name, value.Element, path + "value"),
            { Type: WorkflowActionType.CreateRecord, Resource: { } made, Data.Element: { ValueKind: JsonValueKind.Object } data } when Entities.Contains(made) =>
                data.EnumerateObject().SelectMany(m => OfMember(resources[made], m.Name, m.Value, $"{path}data.{m.Name}")),
            _ => [],
        });
    }

    private static IEnumerable<Named> OfMember(Resource resource, string name, JsonElement value, string path) =>
        resource.Find(name)?.RefersTo == "team/members" && value.ValueKind == JsonValueKind.String && JsonText.TryGet(value, out var text) && Instants.TryParseUuid(text, out var id)
            ? [new Named(path, id, NamedAs.Member)] : [];

    private void CheckTrigger(Resource resource, WorkflowTrigger trigger, BindErrors errors)
    {
        Belongs("field", trigger.Field is not null, trigger.Type is WorkflowTriggerType.FieldChanged or WorkflowTriggerType.DateReached, needed: true);
        Belongs("cron", trigger.Cron is not null, trigger.Type == WorkflowTriggerType.Scheduled, needed: true);
        Belongs("offsetMinutes", trigger.OffsetMinutes is not null, trigger.Type == WorkflowTriggerType.DateReached);
        if (trigger.OffsetMinutes is < -FarthestMinutes or > FarthestMinutes) errors.Add("trigger.offsetMinutes", $"must be between {-FarthestMinutes} and {FarthestMinutes}");
        if (trigger is { Type: WorkflowTriggerType.Scheduled, Cron: { } cron } && !CronSchedule.TryParse(cron, out _)) errors.Add("trigger.cron", "must be five fields as in crontab(5), such as 0 9 * * 1-5");
        if (trigger is { Type: WorkflowTriggerType.DateReached, Field: { } date } && new ResourceMembers(resource, context.Caller.CustomFields.Of(resource.Name)).Find(date) is not { Kind: FieldKind.Date or FieldKind.Instant, Filters: true })
            errors.Add("trigger.field", $"is no date or instant of {resource.Name}");
        Belongs("from", trigger.From is not null, trigger.Type is WorkflowTriggerType.FieldChanged or WorkflowTriggerType.StatusChanged);
        Belongs("to", trigger.To is not null, trigger.Type is WorkflowTriggerType.FieldChanged or WorkflowTriggerType.StatusChanged);
        if (!WorkflowTriggers.Taken.Contains(trigger.Type)) errors.Add("trigger.type", $"must be one of {string.Join(", ", WorkflowTriggers.Taken.Select(t => Choices.Text(t)))}");
        if (errors.Any || WorkflowTriggers.FieldOf(trigger) is not { } name) return;
        if (resource.Find(name) is null && trigger.Field is null) errors.Add("trigger.type", $"{resource.Name} have no {name}");
        else errors.Collect("trigger.field", () => WorkflowTriggers.FromTo(resource, trigger, context.Caller),
            path => path.Contains("and[0]", StringComparison.Ordinal) ? "trigger.field" : trigger.From is not null && path.Contains("and[1]", StringComparison.Ordinal) ? "trigger.from" : "trigger.to");

        void Belongs(string member, bool isSet, bool belongs, bool needed = false)
        {
            if (isSet && !belongs) errors.Add($"trigger.{member}", $"does not belong to {Choices.Text(trigger.Type)}");
            else if (!isSet && belongs && needed) errors.Add($"trigger.{member}", "is required");
        }
    }

    private void CheckAction(Resource resource, WorkflowAction action, string path, BindErrors errors)
    {
        if (!ActionShapes.Check(action, path, errors)) return;
        switch (action.Type)
        {
            case WorkflowActionType.UpdateField: CheckField(resource, action.Field!, action.Value, path, errors); break;
            case WorkflowActionType.ChangeStatus: CheckField(resource, "status", action.Value, path, errors); break;
            case WorkflowActionType.AssignUser when OwnerOf(resource) is null: errors.Add($"{path}.type", $"{resource.Name} belong to nobody"); break;
            case WorkflowActionType.AssignUser when action.TerritoryField is { } field: TerritoryMap.Check(errors, resource, field, action.Territories, context.Caller, path + "."); break;
            case WorkflowActionType.CreateTask when resource.LinkColumn is null: errors.Add($"{path}.type", $"tasks cannot be linked to {resource.Name}"); break;
            case WorkflowActionType.CallWebhook when addresses.Refusal(action.Url!) is { } refusal: errors.Add($"{path}.url", refusal); break;
            case WorkflowActionType.CreateRecord: CheckRecord(action, path, errors); break;
        }
    }

    private void CheckField(Resource resource, string name, FreeJson? value, string path, BindErrors errors)
    {
        var at = name == "status" ? $"{path}.type" : $"{path}.field";
        var field = resource.Find(name) ?? context.Caller.CustomFields.Of(resource.Name).At(name)?.Field;
        if (field is null || field.Kind == FieldKind.CustomFields) errors.Add(at, $"{resource.Name} have no member {name}");
        else if (field.ReadOnly) errors.Add(at, $"{name} is set by the service");
        else if (value is null ? !field.Nullable && field.IsRequired : false) errors.Add($"{path}.value", "is required and must not be null");
        else if (value is not null && !Placeholders.AreIn(value.ToString())) ValueReader.TryRead(field, value.Element, $"{path}.value", errors, out _);
    }

    private void CheckRecord(WorkflowAction action, string path, BindErrors errors)
    {
        if (!Entities.Contains(action.Resource!)) errors.Add($"{path}.resource", $"must be one of {string.Join(", ", Entities)}");
        else if (action.Data!.Element.ValueKind != JsonValueKind.Object) errors.Add($"{path}.data", "must be an object");
        else if (!Placeholders.AreIn(action.Data.ToString()))
            errors.Collect($"{path}.data", () => binders.Of(resources[action.Resource!]).Details(action.Data.Element, context.Caller), member => $"{path}.data.{member}");
    }

    /// <summary>The member that says whose record it is; null when it is nobody's.</summary>
    internal static Field? OwnerOf(Resource resource) => resource.OwnerColumn is { } column ? resource.Fields.FirstOrDefault(f => f.Column == column && !f.ReadOnly) : null;
}
