using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Resources;
using Crm.Application.Workflows;
using Crm.Domain.Approvals;
using Crm.Domain.Common;

namespace Crm.Application.Approvals;

/// <summary>The declaration of approvals. They are asked for and decided, never changed.</summary>
public sealed class ApprovalResource : Resource<Approval, ApprovalDetails>
{
    /// <summary>Declares the members.</summary>
    public ApprovalResource() : base("approvals", "approval")
    {
        HasOwnCreation = true;
        Text(x => x.Title).Required().Search().Sort().Says("What is asked.", "\"Discount for Analytical Ltd\"");
        Text(x => x.Description).Limit(20_000).Search().NoFilter().Says("More about it.");
        Text(x => x.Resource).Required().OneOf(RuleChecks.Entities).Says("The resource of the record it is about.", "\"leads\"");
        Other(x => x.RecordId, FieldKind.Id).Required().Says("The record it is about.", "\"019ca8d2-7c1f-712f-8ad7-944c163e782a\"");
        Money(x => x.Amount).Sort().Says("Up to which amount; of a deal its value, when absent.");
        Other(x => x.DiscountPercent, FieldKind.Decimal).Between(0, 100).Sort().Says("Up to which discount on list prices, in percent; of a deal its discount, when absent.", "12.5");
        Other(x => x.ApproverIds, FieldKind.Tags).Required().Says("The members who may decide, by id.", "[\"019ca8d2-7c1f-7d00-9d55-0e1b1018f4c1\"]");
        Choice(x => x.Mode).Says("ANY: one of them is enough. ALL: each must approve. One who rejects decides in either case.", "\"ANY\"");
        Instant(x => x.ExpiresAt).Says("When it ends undecided; null = never.");
        ReadOnly("status", FieldKind.Choice, typeof(ApprovalStatus), "case when t.status = 'PENDING' and t.expires_at <= now() then 'EXPIRED' else t.status end").NotNull().Says("How it stands.", "\"PENDING\"");
        ReadOnly("votes", FieldKind.Json, expression: "t.votes::text").NotNull().NoFilter().Says("What the approvers did: memberId, act (APPROVED, REJECTED, DELEGATED), at, comment, toId.", "[]");
        ReadOnly("requesterId", FieldKind.Id).Refers("team/members").Says("Who asked; null when a rule did.");
        ReadOnly("decidedAt", FieldKind.Instant).Sort().Says("When it was decided.");
        Common();
    }

    /// <inheritdoc/>
    protected override ICommand<Guid> Create(ApprovalDetails details) => new RequestApproval(details);

    /// <inheritdoc/>
    protected override ICommand<Guid> Update(Guid id, Patch<ApprovalDetails> patch) => throw CrmException.Conflict("INVALID_STATE", "An approval is decided, never changed.");
}

/// <summary>An approval's own members, as events carry them.</summary>
public sealed record ApprovalState : ApprovalDetails
{
    /// <summary>How it stands.</summary>
    public ApprovalStatus Status { get; init; }
    /// <summary>What the approvers did.</summary>
    public ValueList<ApprovalVote> Votes { get; init; } = ValueList<ApprovalVote>.Empty;
    /// <summary>When it was decided.</summary>
    public DateTimeOffset? DecidedAt { get; init; }
    /// <summary>Who asked.</summary>
    public Guid? RequesterId { get; init; }
    /// <summary>The run that waits for it.</summary>
    public Guid? RunId { get; init; }
}

internal sealed class ApprovalStateProfile : StateProfile<Approval, ApprovalDetails, ApprovalState>;
