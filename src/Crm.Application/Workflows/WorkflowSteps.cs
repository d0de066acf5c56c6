using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crm.Application.Abstractions;
using Crm.Application.Approvals;
using Crm.Application.Assignments;
using Crm.Application.CustomFields;
using Crm.Application.Listing;
using Crm.Application.Members;
using Crm.Application.Notifications;
using Crm.Application.Outbound;
using Crm.Application.Records;
using Crm.Application.Resources;
using Crm.Application.Subscriptions;
using Crm.Domain.Approvals;
using Crm.Domain.Assignments;
using Crm.Domain.Common;
using Crm.Domain.Workflows;
using MediatR;

namespace Crm.Application.Workflows;

/// <summary>What the steps of rules do, by the same commands that users send.</summary>
public sealed class WorkflowSteps(IMediator sender, RecordReader reader, RecordBinders binders, ResourceCatalog resources, IRecordStore records, Assigner assigner, ApprovalRequests approvals, INotifier notifier, NamedMembers members, IEmailSender email, IPlanUsage usage,
    IOutboundHttp outbound, IReadDb db, IRequestContext context, TimeProvider clock) : ISharedByUseCases
{
    private const string StateSql = "select e.state::text from crm_read.events e where e.tenant_id = @TenantId and e.id = @EventId";

    /// <summary>The record as it is now; one that is gone, as the event left it. With what came with the call as payload. Null when there is nothing.</summary>
    internal async Task<JsonElement?> RecordAsync(WorkflowRunState state, CancellationToken ct)
    {
        var record = await BareRecordAsync(state, ct);
        if (state.Payload is not { } payload) return record;
        var whole = record is { } found ? JsonNode.Parse(found.GetRawText())!.AsObject() : [];
        whole["payload"] = JsonNode.Parse(payload.ToString());
        return JsonSerializer.SerializeToElement(whole);
    }

    private async Task<JsonElement?> BareRecordAsync(WorkflowRunState state, CancellationToken ct)
    {
        var resource = resources[state.Run.Resource];
        if (state.Run.RecordId is { } id && await CurrentAsync(resource, id, ct) is { } current) return current;
        return state.Run.EventId is { } eventId && await db.FirstOrDefaultAsync<string>(StateSql, new { EventId = eventId }, ct) is { } left
            ? CustomFieldNames.Told(context.Caller.CustomFields.Of(resource.Name), $"{{\"record\": {left}}}").GetProperty("record")
            : null;
    }

    /// <summary>The living record as answers have it; null when there is none.</summary>
    internal async Task<JsonElement?> CurrentAsync(Resource resource, Guid id, CancellationToken ct)
    {
        if (await reader.FindAsync(resource, id, new ListRequest(), ct) is not { } row) return null;
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer)) row.Write(writer);
        return JsonSerializer.Deserialize<JsonElement>(buffer.WrittenSpan);
    }

    /// <summary>What the step sends to another system; null when it stays within ours.</summary>
    internal Func<CancellationToken, Task<string>>? Message(WorkflowRunState state, WorkflowAction action, JsonElement? record)
    {
        var about = record ?? default;
        return action.Type switch
        {
            WorkflowActionType.SendEmail => ct => SendEmailAsync(state, action, about, ct),
            WorkflowActionType.CallWebhook => ct => CallAsync(state, action, about, ct),
            _ => null,
        };
    }

    private async Task<string> SendEmailAsync(WorkflowRunState state, WorkflowAction action, JsonElement about, CancellationToken ct)
    {
        var to = Placeholders.Fill(action.To!, about);
        if (!EmailAddress.TryParse(to, out var address)) throw new UndeliverableException("There is no e-mail address to send it to.");
        if (AnswersMachine(state, address)) throw new UndeliverableException("The e-mail it would answer was sent by a machine: two of them would go on for ever.");
        var organization = context.Caller.Tenant.Name;
        // A subject is one line (RFC 5322 §2.2); what fills it may have several.
        var subject = string.Join(' ', Placeholders.Fill(action.Subject!, about).Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries));
        if (!await usage.TryTakeAsync(LimitNames.Emails, ct)) throw new UndeliverableException("The plan allows no more e-mails this month.");
        await email.SendAsync(new EmailMessage(StepId(state), address, null, organization, subject, Placeholders.Fill(action.Body!, about)), ct);
        return $"An e-mail was sent: {subject}";
    }

    /// <summary>What a machine has sent is answered by none (RFC 3834 §2).</summary>
    private static bool AnswersMachine(WorkflowRunState state, EmailAddress to) => state.Run.Trigger == WorkflowTriggerType.EmailReceived
        && state.Payload?.Element is { } email && email.TryGetProperty("isAutomatic", out var isAutomatic) && isAutomatic.ValueKind == JsonValueKind.True
        && email.TryGetProperty("from", out var from) && from.ValueEquals(to.Value);

    private async Task<string> CallAsync(WorkflowRunState state, WorkflowAction action, JsonElement about, CancellationToken ct)
    {
        var body = action.Data is { } data ? Placeholders.Fill(data.Element, about)
            : new JsonObject { ["ruleId"] = state.Run.RuleId, ["runId"] = state.Run.Id, ["resource"] = state.Run.Resource, ["recordId"] = state.Run.RecordId, ["record"] = about.ValueKind == JsonValueKind.Object ? JsonNode.Parse(about.GetRawText()) : null };
        var call = new OutboundCall(action.Url!, new Dictionary<string, string> { ["webhook-id"] = StepId(state).ToString(), ["webhook-timestamp"] = clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture) }, JsonSerializer.SerializeToUtf8Bytes(body, WireJson.Options));
        var answer = await outbound.SendAsync(call, ct);
        return answer.IsSuccess ? $"The address answered {answer.Status}." : throw new UndeliverableException(answer.Error ?? $"The address answered {answer.Status}.");
    }

    /// <summary>Takes a step that stays within our own database; says what it did.</summary>
    /// <exception cref="CrmException">What the command refuses with.</exception>
    internal async Task<string> TakeAsync(WorkflowRunState state, WorkflowAction action, JsonElement? record, CancellationToken ct)
    {
        var (resource, about) = (resources[state.Run.Resource], record ?? default);
        await members.CheckStillAsync([.. NeededBy(action)], ct);
        switch (action.Type)
        {
            case WorkflowActionType.Wait:
                return $"It waits for {action.Minutes} min.";
            case WorkflowActionType.UpdateField or WorkflowActionType.ChangeStatus:
                var patch = PatchOf(action, about);
                await ChangeAsync(resource, state, patch, ct);
                return $"Changed: {patch.ToJsonString(WireJson.Options)}";
            case WorkflowActionType.AssignUser:
                var (owner, member) = (RuleChecks.OwnerOf(resource)!, await NextAsync(resource, state, action, about, ct));
                await ChangeAsync(resource, state, new JsonObject { [owner.Name] = member.ToString() }, ct);
                return $"Given to {member}";
            case WorkflowActionType.CreateTask:
                var task = await CreateAsync(resources["tasks"], TaskOf(resource, state, action, about), ct);
                return $"Made task {task}";
            case WorkflowActionType.SendNotification:
                var told = action.UserIds.Count > 0 ? [.. action.UserIds.Select(Guid.Parse)] : OwnersOf(resource, about);
                foreach (var hearer in told)
                    await notifier.NotifyAsync(new Notice(hearer, NotificationKinds.Workflow, Placeholders.Fill(action.Title!, about), action.Body is { } text ? Placeholders.Fill(text, about) : null, resource.Name, state.Run.RecordId, state.Run.EventId), ct);
                return $"Notified {told.Count} members";
            case WorkflowActionType.RequestApproval:
                var asked = new ApprovalDetails
                {
                    Title = Placeholders.Fill(action.Title!, about), Description = action.Description is { } why ? Placeholders.Fill(why, about) : null,
                    Resource = resource.Name, RecordId = IdOf(state), ApproverIds = Tags.Of(action.UserIds, "approverIds"), Mode = action.Approvals,
                    ExpiresAt = action.Minutes is { } minutes ? clock.GetUtcNow() + TimeSpan.FromMinutes(minutes) : null,
                };
                return $"Asked for approval {await approvals.AskAsync(asked, null, state.Run.Id, ct)}";
            default:
                var made = await CreateAsync(resources[action.Resource!], Placeholders.Fill(action.Data!.Element, about)!.AsObject(), ct);
                return $"Made {resources[action.Resource!].Singular} {made}";
        }
    }

    /// <summary>The members without whom a step cannot be taken; of those who take turns any will do.</summary>
    private static IEnumerable<Named> NeededBy(WorkflowAction action) => action switch
    {
        { Type: WorkflowActionType.SendNotification } => Named.Each(action.UserIds, "userIds"),
        { Type: WorkflowActionType.RequestApproval } => Named.Each(action.UserIds, "userIds", NamedAs.Approver),
        { Type: WorkflowActionType.CreateTask } or { Type: WorkflowActionType.AssignUser, Assignment: WorkflowAssignment.Fixed } => Named.Each(action.UserIds.Take(1), "userIds"),
        _ => [],
    };

    /// <summary>The change that a step makes to the record.</summary>
    internal static JsonObject PatchOf(WorkflowAction action, JsonElement record)
    {
        var value = action.Value is { } stated ? Placeholders.Fill(stated.Element, record) : null;
        var field = action.Type == WorkflowActionType.ChangeStatus ? "status" : action.Field!;
        return field.Split('.', 2) is ["customFields", var name] ? new JsonObject { ["customFields"] = new JsonObject { [name] = value } } : new JsonObject { [field] = value };
    }

    /// <summary>The task that a step plans: linked to the record, and whoever owns that has to do it unless the step says another.</summary>
    internal JsonObject TaskOf(Resource resource, WorkflowRunState state, WorkflowAction action, JsonElement record)
    {
        var task = new JsonObject { ["title"] = Placeholders.Fill(action.Title!, record), [JsonNamingPolicy.CamelCase.ConvertName(Pascal(resource.LinkColumn!))] = state.Run.RecordId?.ToString() };
        if (action.Description is { } description) task["description"] = Placeholders.Fill(description, record);
        if (action.DueInDays is { } days) task["dueAt"] = Instants.FormatInstant(clock.GetUtcNow() + TimeSpan.FromDays(days));
        var owner = RuleChecks.OwnerOf(resource)?.Name;
        task["assigneeId"] = action.UserIds.Count > 0 ? action.UserIds[0]
            : owner is not null && record.TryGetProperty(owner, out var own) && own.ValueKind == JsonValueKind.String ? own.GetString() : null;
        return task;
    }

    private static IReadOnlyList<Guid> OwnersOf(Resource resource, JsonElement record) =>
        RuleChecks.OwnerOf(resource) is { } owner && record.ValueKind == JsonValueKind.Object && record.TryGetProperty(owner.Name, out var own) && own.ValueKind == JsonValueKind.String ? [own.GetGuid()] : [];

    private async Task<Guid> CreateAsync(Resource resource, JsonObject body, CancellationToken ct) =>
        await sender.Send(resource.Create(binders.Of(resource).Details(JsonSerializer.SerializeToElement(Owned(resource, body)), context.Caller)), ct);

    /// <summary>What would be the caller's is nobody's: the service owns nothing.</summary>
    private static JsonObject Owned(Resource resource, JsonObject body)
    {
        foreach (var field in resource.Fields.Where(f => f.DefaultsToCaller && !body.ContainsKey(f.Name))) body[field.Name] = null;
        return body;
    }

    private async Task ChangeAsync(Resource resource, WorkflowRunState state, JsonObject patch, CancellationToken ct) =>
        await sender.Send(resource.Update(IdOf(state), binders.Of(resource).Patch(JsonSerializer.SerializeToElement(patch), context.Caller, replaces: false)), ct);

    private static Guid IdOf(WorkflowRunState state) => state.Run.RecordId ?? throw CrmException.Conflict("INVALID_STATE", "The run is about no record.");

    /// <summary>Who gets the record, which is held before the turn is: everybody who assigns does it so.</summary>
    private async Task<Guid> NextAsync(Resource resource, WorkflowRunState state, WorkflowAction action, JsonElement record, CancellationToken ct)
    {
        if (action.Assignment == WorkflowAssignment.Fixed) return Guid.Parse(action.UserIds[0]);
        await records.GetAsync(resource, IdOf(state), ct);
        return await assigner.NextAsync(PoolOf(resource, state, action, record), resource, ct) ?? throw CrmException.Conflict("INVALID_STATE", "None of those it could be given to is active.");
    }

    private AssignmentPool PoolOf(Resource resource, WorkflowRunState state, WorkflowAction action, JsonElement record)
    {
        if (action.Assignment != WorkflowAssignment.Territory)
            return new AssignmentPool(state.Run.RuleId, state.NextStep, action.Assignment == WorkflowAssignment.LeastLoaded ? AssignmentStrategy.LeastLoaded : AssignmentStrategy.RoundRobin, [.. action.UserIds.Select(Guid.Parse)], null);
        var territory = TerritoryMap.Of(resource, action.TerritoryField!, action.Territories, context.Caller).Find(record) ?? throw CrmException.Conflict("INVALID_STATE", "The record is in none of the territories.");
        // Each territory of each step has turns of its own.
        return AssignmentPool.Of(state.Run.RuleId, -1 - (state.NextStep * Territory.Most) - territory, action.Territories[territory]);
    }

    /// <summary>Names what a step sends, the same each time it is tried.</summary>
    private static Guid StepId(WorkflowRunState state)
    {
        var hash = System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{state.Run.Id:N}/{state.NextStep}")));
        return new Guid(hash.AsSpan(0, 16));
    }

    private static string Pascal(string snake) => string.Concat(snake.Split('_').Select(part => char.ToUpperInvariant(part[0]) + part[1..]));
}
