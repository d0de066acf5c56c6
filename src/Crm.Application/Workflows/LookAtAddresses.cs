using Crm.Application.Abstractions;
using Crm.Application.Outbound;
using Crm.Application.Webhooks;
using Crm.Domain.Common;
using Crm.Domain.Workflows;

namespace Crm.Application.Workflows;

internal sealed class LookAtAddressesBeforeWorkflowRuleIsCreated(WebhookAddresses addresses) : IPreparation<CreateWorkflowRule>
{
    public Task PrepareAsync(CreateWorkflowRule command, CancellationToken ct) => addresses.LookAsync(CalledAddresses.Of(command.Details.Actions), ct);
}

internal sealed class LookAtAddressesBeforeWorkflowRuleIsUpdated(WebhookAddresses addresses) : IPreparation<UpdateWorkflowRule>
{
    public Task PrepareAsync(UpdateWorkflowRule command, CancellationToken ct) =>
        command.Changes.Has("actions") ? addresses.LookAsync(CalledAddresses.Of(command.Changes.ApplyTo(CalledAddresses.Blank).Actions), ct) : Task.CompletedTask;
}

/// <summary>The addresses that steps call. Those of a batch are looked at when they are called, which every call does.</summary>
internal static class CalledAddresses
{
    /// <summary>What a patch is applied to when only the steps in it are of interest.</summary>
    public static WorkflowRuleDetails Blank { get; } = new() { Name = "", Resource = "", Trigger = new WorkflowTrigger { Type = WorkflowTriggerType.Manual }, Actions = ValueList<WorkflowAction>.Empty };

    /// <summary>Those that are addresses at all.</summary>
    public static IEnumerable<string> Of(IEnumerable<WorkflowAction> actions) => actions.Select(a => a.Url).OfType<string>().Where(url => OutboundUrl.Refusal(url) is null);
}
