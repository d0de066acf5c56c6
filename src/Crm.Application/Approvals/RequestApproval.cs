using Crm.Application.Abstractions;
using Crm.Application.Listing;
using Crm.Application.Members;
using Crm.Application.Notifications;
using Crm.Application.Resources;
using Crm.Domain.Approvals;
using Crm.Domain.Common;
using Crm.Domain.Deals;
using FluentValidation;

namespace Crm.Application.Approvals;

/// <summary>Asks members to approve something about a record. 422 for a record you cannot see, and for each approver who is no active member or lacks the permission approvals.decide.</summary>
[Requires(Permissions.ApprovalsWrite)]
public sealed record RequestApproval(ApprovalDetails Details) : ICommand<Guid>;

internal sealed class RequestApprovalValidator : AbstractValidator<RequestApproval>
{
    public RequestApprovalValidator(ApprovalResource approvals) => RuleFor(c => c.Details).Meets(approvals);
}

internal sealed class RequestApprovalHandler(ApprovalRequests requests, IRequestContext context) : ICommandHandler<RequestApproval, Guid>
{
    public Task<Guid> Handle(RequestApproval command, CancellationToken ct) => requests.AskAsync(command.Details, context.Caller.ActorId, null, ct);
}

/// <summary>Asks for approvals: members do, and rules.</summary>
public sealed class ApprovalRequests(IRepository<Approval> approvals, NamedMembers members, RecordReader reader, DealDiscounts discounts, ResourceCatalog resources, IOutbox outbox, INotifier notifier, IRequestContext context, TimeProvider clock) : ISharedByUseCases
{
    /// <summary>Asks; the id of the approval.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED, UNPROCESSABLE: no such record, no such member, or one who may not decide.</exception>
    public async Task<Guid> AskAsync(ApprovalDetails details, Guid? requesterId, Guid? runId, CancellationToken ct)
    {
        var resource = resources[details.Resource];
        if (await reader.FindAsync(resource, details.RecordId!.Value, new ListRequest(), ct) is not { } record) throw CrmException.Unprocessable("recordId", $"refers to no {resource.Singular} you can see");
        // What is approved of a deal is its value and discount of today: when they grow later, it has to be asked about again.
        if (details.Resource == "deals") details = details with
        {
            Amount = details.Amount ?? record["value"] as Money,
            DiscountPercent = details.DiscountPercent ?? DealDiscount.Asked(await discounts.OfAsync(details.RecordId.Value, ct) ?? 0),
        };
        var now = clock.GetUtcNow();
        var approval = Approval.Request(Ids.New(now), details, requesterId, runId, now);
        var asked = details.ApproverIds.Select(Guid.Parse).ToArray();
        // Who may not decide would never be able to answer.
        await members.CheckAsync([.. Named.Each(details.ApproverIds, "approverIds", NamedAs.Approver)], ct);
        approvals.Add(approval);
        foreach (var member in asked)
            await notifier.NotifyAsync(new Notice(member, NotificationKinds.ApprovalRequested, details.Title, details.Description, resource.Name, details.RecordId, null), ct);
        if (details.ExpiresAt is { } due) await outbox.RepeatAtAsync(OutboxMessage.Without(approval.Id, context.Caller.TenantId), ExpireApproval.SinkName, due, ct);
        return approval.Id;
    }
}
