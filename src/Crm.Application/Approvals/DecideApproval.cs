using Crm.Application.Abstractions;
using Crm.Application.Members;
using Crm.Domain.Approvals;
using FluentValidation;

namespace Crm.Application.Approvals;

/// <summary>Approves what you were asked about; of several the first who decides does. 403 when you were not asked, 409 INVALID_STATE when it is decided or has expired.</summary>
/// <param name="Comment">What you say to it; at most 2,000 characters.</param>
[Requires(Permissions.ApprovalsDecide)]
public sealed record ApproveApproval(Guid Id, string? Comment = null) : ICommand<Guid>, IComments;

/// <summary>Rejects what you were asked about, which decides it. 403 when you were not asked, 409 INVALID_STATE when it is decided or has expired.</summary>
/// <param name="Comment">What you say to it; at most 2,000 characters.</param>
[Requires(Permissions.ApprovalsDecide)]
public sealed record RejectApproval(Guid Id, string? Comment = null) : ICommand<Guid>, IComments;

/// <summary>Leaves the decision to another member, who takes your place. 403 when you were not asked, 409 INVALID_STATE when it is decided or has expired, 422 for no active member, or one without the permission approvals.decide.</summary>
/// <param name="ToId">The member.</param>
/// <param name="Comment">What you say to it; at most 2,000 characters.</param>
[Requires(Permissions.ApprovalsDecide)]
public sealed record DelegateApproval(Guid Id, [Example("\"019ca8d2-7c1f-7d00-9d55-0e1b1018f4c1\"")] Guid ToId, string? Comment = null) : ICommand<Guid>, IComments;

/// <summary>An act with a comment.</summary>
public interface IComments
{
    /// <summary>What is said to it.</summary>
    string? Comment { get; }
}

internal abstract class CommentValidator<T> : AbstractValidator<T> where T : IComments
{
    protected CommentValidator() => RuleFor(c => c.Comment).MaximumLength(2_000).WithMessage("must be at most 2000 characters").OverridePropertyName("comment");
}

internal sealed class ApproveApprovalValidator : CommentValidator<ApproveApproval>;

internal sealed class RejectApprovalValidator : CommentValidator<RejectApproval>;

internal sealed class DelegateApprovalValidator : CommentValidator<DelegateApproval>;

internal sealed class ApproveApprovalHandler(IRepository<Approval> approvals, IRequestContext context, TimeProvider clock) : ICommandHandler<ApproveApproval, Guid>
{
    public async Task<Guid> Handle(ApproveApproval command, CancellationToken ct)
    {
        var approval = await approvals.GetAsync(command.Id, ct);
        approval.Approve(context.Caller.UserId, command.Comment, clock.GetUtcNow());
        return approval.Id;
    }
}

internal sealed class RejectApprovalHandler(IRepository<Approval> approvals, IRequestContext context, TimeProvider clock) : ICommandHandler<RejectApproval, Guid>
{
    public async Task<Guid> Handle(RejectApproval command, CancellationToken ct)
    {
        var approval = await approvals.GetAsync(command.Id, ct);
        approval.Reject(context.Caller.UserId, command.Comment, clock.GetUtcNow());
        return approval.Id;
    }
}

internal sealed class DelegateApprovalHandler(IRepository<Approval> approvals, NamedMembers members, IRequestContext context, TimeProvider clock) : ICommandHandler<DelegateApproval, Guid>
{
    public async Task<Guid> Handle(DelegateApproval command, CancellationToken ct)
    {
        var approval = await approvals.GetAsync(command.Id, ct);
        approval.Delegate(context.Caller.UserId, command.ToId, command.Comment, clock.GetUtcNow());
        await members.CheckAsync([new Named("toId", command.ToId, NamedAs.Approver)], ct);
        return approval.Id;
    }
}
