using System.Text.Json;
using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Resources;
using Crm.Domain.Common;
using Crm.Domain.Workflows;

namespace Crm.Application.Workflows;

/// <summary>A call that was taken.</summary>
/// <param name="RunId">The run of the rule.</param>
public sealed record TakenCall(Guid RunId);

/// <summary>
/// Runs the rule that this secret address belongs to. The body is any JSON object: its recordId, if it has one, names the record; all of it is there for the steps as {{payload.…}}. 404 for an address that leads nowhere
/// and for a rule that is not active, 422 for a record that is not there.
/// </summary>
/// <param name="Token">The secret of the address.</param>
[Public]
public sealed record ReceiveHook(string Token, JsonElement Body) : ICommand<TakenCall>;

internal sealed class ReceiveHookHandler(IWorkflowHooks hooks, ISystemCallers callers, ITenantEntry entry, ActiveRules rules, WorkflowSteps steps, IWorkflowRuns runs, IRequestContext context, TimeProvider clock)
    : ICommandHandler<ReceiveHook, TakenCall>
{
    private static readonly Field Payload = new() { Name = "payload", Kind = FieldKind.Json, Column = "" };

    public async Task<TakenCall> Handle(ReceiveHook command, CancellationToken ct)
    {
        var payload = Read(command.Body);
        if (await hooks.FindAsync(command.Token, ct) is not { } hook || await callers.FindAsync(hook.TenantId, ct) is not { } caller) throw CrmException.NotFound("hook");
        await entry.EnterAsync(caller, ct);
        if (await rules.FindAsync(hook.RuleId, ct) is not { ActiveSince: not null } rule || rule.Trigger.Type is not (WorkflowTriggerType.WebhookReceived or WorkflowTriggerType.Manual)) throw CrmException.NotFound("hook");
        var (recordId, record) = await RecordAsync(rule, command.Body, ct);
        var state = NewRuns.Of(rule, recordId, null, context.CorrelationId, record, record, clock.GetUtcNow()) with { Payload = payload };
        await runs.AddAsync(state, ct);
        return new TakenCall(state.Run.Id);
    }

    private static FreeJson Read(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object) throw CrmException.Validation("$", "must be an object");
        var errors = new BindErrors();
        ValueReader.TryRead(Payload, body, "$", errors, out var read);
        errors.ThrowIfAny();
        return (FreeJson)read!;
    }

    private async Task<(Guid? Id, JsonElement Record)> RecordAsync(ReadyRule rule, JsonElement body, CancellationToken ct)
    {
        if (!body.TryGetProperty("recordId", out var sent) || sent.ValueKind == JsonValueKind.Null) return (null, JsonSerializer.SerializeToElement(new object()));
        if (sent.ValueKind != JsonValueKind.String || !Instants.TryParseUuid(sent.GetString(), out var id)) throw CrmException.Validation("recordId", "must be a UUID");
        return (id, await steps.CurrentAsync(rule.Resource, id, ct) ?? throw CrmException.Unprocessable("recordId", $"refers to no {rule.Resource.Singular}"));
    }
}
