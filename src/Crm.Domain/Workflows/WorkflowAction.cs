using Crm.Domain.Assignments;
using Crm.Domain.Common;

namespace Crm.Domain.Workflows;

/// <summary>What a step of a rule does.</summary>
public enum WorkflowActionType
{
    /// <summary>Sends an e-mail: to, subject, body.</summary>
    SendEmail,
    /// <summary>Plans a task linked to the record: title, description, dueInDays, userIds (the first is whose it is).</summary>
    CreateTask,
    /// <summary>Changes a member of the record: field, value.</summary>
    UpdateField,
    /// <summary>Changes the record's status: value.</summary>
    ChangeStatus,
    /// <summary>Gives the record to somebody: userIds, assignment; of TERRITORY territoryField and territories.</summary>
    AssignUser,
    /// <summary>Notifies members: userIds (the owner, when empty), title, body.</summary>
    SendNotification,
    /// <summary>Calls another system: url, data.</summary>
    CallWebhook,
    /// <summary>Makes a record: resource, data.</summary>
    CreateRecord,
    /// <summary>Goes on later: minutes.</summary>
    Wait,
    /// <summary>Goes on once it is approved: userIds, title, approvals, minutes (after which it expires).</summary>
    RequestApproval,
}

/// <summary>Who of several gets a record.</summary>
public enum WorkflowAssignment
{
    /// <summary>The first.</summary>
    Fixed,
    /// <summary>Each in turn.</summary>
    RoundRobin,
    /// <summary>Who has the fewest open records of the kind.</summary>
    LeastLoaded,
    /// <summary>Those of the record's territory, each in turn.</summary>
    Territory,
}

/// <summary>One step of a rule. Which members belong to it, its type says; texts may have placeholders such as <c>{{name}}</c> or <c>{{before.status}}</c>.</summary>
public sealed record WorkflowAction
{
    /// <summary>The most users a step names.</summary>
    public const int MaxUsers = 100;

    /// <summary>What it does.</summary>
    public required WorkflowActionType Type { get; init; }
    /// <summary>Whom an e-mail goes to: an address or a placeholder of one; at most 300 characters.</summary>
    public string? To { get; init; }
    /// <summary>An e-mail's subject, at most 300 characters.</summary>
    public string? Subject { get; init; }
    /// <summary>The text of an e-mail or notification, at most 20,000 characters.</summary>
    public string? Body { get; init; }
    /// <summary>The title of a task, notification or approval, at most 300 characters.</summary>
    public string? Title { get; init; }
    /// <summary>What a task is about, at most 20,000 characters.</summary>
    public string? Description { get; init; }
    /// <summary>In how many days a task is due, 0–3,650.</summary>
    public int? DueInDays { get; init; }
    /// <summary>The member to change.</summary>
    public string? Field { get; init; }
    /// <summary>What it becomes; null clears it.</summary>
    public FreeJson? Value { get; init; }
    /// <summary>Members by id, at most 100.</summary>
    public ValueList<string> UserIds { get; init; } = ValueList<string>.Empty;
    /// <summary>Who of them gets the record; the first, when absent.</summary>
    public WorkflowAssignment Assignment { get; init; } = WorkflowAssignment.Fixed;
    /// <summary>Of TERRITORY: the member of the record that says where it belongs.</summary>
    public string? TerritoryField { get; init; }
    /// <summary>Of TERRITORY: the territories, each with its values and members; the first that has the record's value counts. At most 100.</summary>
    public ValueList<Territory> Territories { get; init; } = ValueList<Territory>.Empty;
    /// <summary>An https address to call, at most 2,000 characters.</summary>
    public string? Url { get; init; }
    /// <summary>The resource of a record to make.</summary>
    public string? Resource { get; init; }
    /// <summary>The members of a record to make, or the body of a call.</summary>
    public FreeJson? Data { get; init; }
    /// <summary>How long to wait, 1–525,600.</summary>
    public int? Minutes { get; init; }
    /// <summary>How many must approve: ANY or ALL of userIds.</summary>
    public WorkflowApproval Approvals { get; init; } = WorkflowApproval.Any;
    /// <summary>How often it is tried again when it fails, 0–10.</summary>
    public int Retries { get; init; }
    /// <summary>Whether the next step is taken although this one failed.</summary>
    public bool ContinueOnError { get; init; }
}

/// <summary>How many of several approvers must agree.</summary>
public enum WorkflowApproval
{
    /// <summary>One of them.</summary>
    Any,
    /// <summary>Each of them.</summary>
    All,
}
