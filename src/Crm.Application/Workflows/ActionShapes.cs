using Crm.Application.Binding;
using Crm.Application.Outbound;
using Crm.Domain.Assignments;
using Crm.Domain.Common;
using Crm.Domain.Workflows;

namespace Crm.Application.Workflows;

/// <summary>Which members the steps of each type have, and within which limits.</summary>
internal static class ActionShapes
{
    private const int MinutesOfAYear = 525_600;

    private static readonly Dictionary<string, Func<WorkflowAction, bool>> Set = new()
    {
        ["to"] = a => a.To is not null, ["subject"] = a => a.Subject is not null, ["body"] = a => a.Body is not null, ["title"] = a => a.Title is not null,
        ["description"] = a => a.Description is not null, ["dueInDays"] = a => a.DueInDays is not null, ["field"] = a => a.Field is not null, ["value"] = a => a.Value is not null,
        ["userIds"] = a => a.UserIds.Count > 0, ["assignment"] = a => a.Assignment != WorkflowAssignment.Fixed, ["url"] = a => a.Url is not null,
        ["territoryField"] = a => a.TerritoryField is not null, ["territories"] = a => a.Territories.Count > 0, ["resource"] = a => a.Resource is not null, ["data"] = a => a.Data is not null, ["minutes"] = a => a.Minutes is not null, ["approvals"] = a => a.Approvals != WorkflowApproval.Any,
    };

    private static readonly Dictionary<WorkflowActionType, (string[] Needs, string[] Takes)> Members = new()
    {
        [WorkflowActionType.SendEmail] = (["to", "subject", "body"], []),
        [WorkflowActionType.CreateTask] = (["title"], ["description", "dueInDays", "userIds"]),
        [WorkflowActionType.UpdateField] = (["field"], ["value"]),
        [WorkflowActionType.ChangeStatus] = (["value"], []),
        [WorkflowActionType.AssignUser] = (["userIds"], ["assignment"]),
        [WorkflowActionType.CreateRecord] = (["resource", "data"], []),
        [WorkflowActionType.SendNotification] = (["title"], ["body", "userIds"]),
        [WorkflowActionType.RequestApproval] = (["title", "userIds"], ["description", "approvals", "minutes"]),
        [WorkflowActionType.CallWebhook] = (["url"], ["data"]),
        [WorkflowActionType.Wait] = (["minutes"], []),
    };

    private static readonly (string[] Needs, string[] Takes) ToTerritory = (["territoryField", "territories"], ["assignment"]);

    /// <summary>The types of steps there are.</summary>
    public static IReadOnlyCollection<WorkflowActionType> Taken => Members.Keys;

    /// <summary>Adds what is missing, too much or out of range; false when there is something.</summary>
    public static bool Check(WorkflowAction action, string path, BindErrors errors)
    {
        var before = errors.Count;
        if (!Members.TryGetValue(action.Type, out var members))
        {
            errors.Add($"{path}.type", $"must be one of {string.Join(", ", Taken.Select(t => Choices.Text(t)))}");
            return false;
        }
        if (action is { Type: WorkflowActionType.AssignUser, Assignment: WorkflowAssignment.Territory }) members = ToTerritory;
        foreach (var (name, isSet) in Set)
        {
            if (members.Needs.Contains(name) && !isSet(action)) errors.Add($"{path}.{name}", "is required");
            else if (isSet(action) && !members.Needs.Contains(name) && !members.Takes.Contains(name)) errors.Add($"{path}.{name}", $"does not belong to {Choices.Text(action.Type)}");
        }
        Text("to", action.To, 300);
        Text("subject", action.Subject, 300);
        Text("title", action.Title, 300);
        Text("body", action.Body, 20_000);
        Text("description", action.Description, 20_000);
        Range("dueInDays", action.DueInDays, 0, 3_650);
        Range("minutes", action.Minutes, 1, MinutesOfAYear);
        Range("retries", action.Retries, 0, 10);
        if (action.UserIds.Count > WorkflowAction.MaxUsers) errors.Add($"{path}.userIds", $"must be at most {WorkflowAction.MaxUsers}");
        for (var i = 0; i < action.UserIds.Count; i++)
            if (!Instants.TryParseUuid(action.UserIds[i], out _)) errors.Add($"{path}.userIds[{i}]", "must be a UUID");
        foreach (var (at, message) in Territory.Refusals(action.Territories, path + ".")) errors.Add(at, message);
        if (action.To is { } to && !Placeholders.AreIn(to) && !EmailAddress.TryParse(to, out _)) errors.Add($"{path}.to", "must be an e-mail address, or a placeholder of one");
        if (action.Url is { } url && OutboundUrl.Refusal(url) is { } refusal) errors.Add($"{path}.url", refusal);
        return errors.Count == before;

        void Text(string name, string? value, int longest)
        {
            if (value is { Length: 0 }) errors.Add($"{path}.{name}", "must not be empty");
            else if (value is not null && value.EnumerateRunes().Count() > longest) errors.Add($"{path}.{name}", $"must be at most {longest} characters");
        }

        void Range(string name, int? value, int min, int max)
        {
            if (value < min || value > max) errors.Add($"{path}.{name}", $"must be between {min} and {max}");
        }
    }
}
