using Crm.Domain.Common;
using Crm.Domain.Workflows;

namespace Crm.Domain.Approvals;

/// <summary>How a request for approval stands.</summary>
public enum ApprovalStatus
{
    /// <summary>It is waited for.</summary>
    Pending,
    /// <summary>As many as it takes have approved.</summary>
    Approved,
    /// <summary>Somebody has rejected.</summary>
    Rejected,
    /// <summary>Nobody decided in time.</summary>
    Expired,
}

/// <summary>What users state about a request for approval.</summary>
public record ApprovalDetails : RecordDetails
{
    /// <summary>The most approvers.</summary>
    public const int MaxApprovers = 50;

    /// <summary>What is asked, 1–300 characters.</summary>
    public required string Title { get; init; }
    /// <summary>More about it, at most 20,000 characters.</summary>
    public string? Description { get; init; }
    /// <summary>The resource of the record it is about, such as <c>deals</c>.</summary>
    public required string Resource { get; init; }
    /// <summary>The record.</summary>
    public required Guid? RecordId { get; init; }
    /// <summary>Up to which amount; of a deal its value, unless stated. None = whatever it is.</summary>
    public Money? Amount { get; init; }
    /// <summary>Up to which discount on list prices, in percent, 0–100 with at most 2 decimals; of a deal its discount, unless stated. None = whatever it is.</summary>
    public decimal? DiscountPercent { get; init; }
    /// <summary>The members who may decide, by id, 1–50.</summary>
    public required Tags ApproverIds { get; init; }
    /// <summary>Whether one of them is enough.</summary>
    public WorkflowApproval Mode { get; init; } = WorkflowApproval.Any;
    /// <summary>When it ends undecided; null = never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}

/// <summary>What one approver did.</summary>
/// <param name="MemberId">The approver.</param>
/// <param name="Act">APPROVED, REJECTED or DELEGATED.</param>
/// <param name="At">When.</param>
/// <param name="Comment">What he said.</param>
/// <param name="ToId">To whom he delegated.</param>
public sealed record ApprovalVote(Guid MemberId, ApprovalAct Act, DateTimeOffset At, string? Comment, Guid? ToId);

/// <summary>What an approver can do.</summary>
public enum ApprovalAct
{
    /// <summary>He agreed.</summary>
    Approved,
    /// <summary>He did not.</summary>
    Rejected,
    /// <summary>He left it to somebody else.</summary>
    Delegated,
}

/// <summary>A request that somebody agrees to something before it is done. It is decided once, whoever is first.</summary>
public sealed class Approval : Record<Approval, ApprovalDetails>, IUnrestricted
{
    private Approval() { }

    /// <summary>How it stands.</summary>
    public ApprovalStatus Status { get; private set; }

    /// <summary>What the approvers did, oldest first.</summary>
    public ValueList<ApprovalVote> Votes { get; private set; } = ValueList<ApprovalVote>.Empty;

    /// <summary>When it was decided or expired.</summary>
    public DateTimeOffset? DecidedAt { get; private set; }

    /// <summary>Who asked; null when a rule did.</summary>
    public Guid? RequesterId { get; private set; }

    /// <summary>The run of a rule that waits for it.</summary>
    public Guid? RunId { get; private set; }

    /// <summary>Asks for an approval. Raises <see cref="Created{Approval}"/>.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED: no title, no approver, a time that is past.</exception>
    public static Approval Request(Guid id, ApprovalDetails details, Guid? requesterId, Guid? runId, DateTimeOffset now)
    {
        if (details.ExpiresAt <= now) throw CrmException.Validation("expiresAt", "must be in the future");
        var approval = new Approval { Id = id, RequesterId = requesterId, RunId = runId };
        approval.Begin(details);
        return approval;
    }

    /// <summary>Approves. Of ALL the last one decides; who has approved already changes nothing. Raises <see cref="ApprovalDecided"/> once it is decided.</summary>
    /// <exception cref="CrmException">FORBIDDEN: not an approver. INVALID_STATE: it is decided or has expired.</exception>
    public void Approve(Guid memberId, string? comment, DateTimeOffset now)
    {
        Check(memberId, now);
        if (Votes.Any(v => v.MemberId == memberId && v.Act == ApprovalAct.Approved)) return;
        Votes = ValueList.Of(Votes.Append(new ApprovalVote(memberId, ApprovalAct.Approved, now, comment, null)));
        var agreed = Votes.Where(v => v.Act == ApprovalAct.Approved).Select(v => v.MemberId).ToHashSet();
        if (Details.Mode == WorkflowApproval.Any || Approvers().All(agreed.Contains)) Decide(ApprovalStatus.Approved, now);
        else Raise(new ApprovalVoted(Id, memberId, ApprovalAct.Approved, null));
    }

    /// <summary>Rejects, which decides it. Raises <see cref="ApprovalDecided"/>.</summary>
    /// <exception cref="CrmException">FORBIDDEN: not an approver. INVALID_STATE: it is decided or has expired.</exception>
    public void Reject(Guid memberId, string? comment, DateTimeOffset now)
    {
        Check(memberId, now);
        Votes = ValueList.Of(Votes.Append(new ApprovalVote(memberId, ApprovalAct.Rejected, now, comment, null)));
        Decide(ApprovalStatus.Rejected, now);
    }

    /// <summary>Leaves the decision to another member, who takes the approver's place. Raises <see cref="ApprovalVoted"/>.</summary>
    /// <exception cref="CrmException">FORBIDDEN: not an approver. INVALID_STATE: it is decided or has expired.</exception>
    public void Delegate(Guid memberId, Guid toId, string? comment, DateTimeOffset now)
    {
        Check(memberId, now);
        Votes = ValueList.Of(Votes.Append(new ApprovalVote(memberId, ApprovalAct.Delegated, now, comment, toId)));
        Set(Details with { ApproverIds = Tags.Of(Approvers().Select(a => (a == memberId ? toId : a).ToString()), "approverIds") });
        Raise(new ApprovalVoted(Id, memberId, ApprovalAct.Delegated, toId));
    }

    /// <summary>Ends it when its time is over; before, and once it is decided, nothing changes. Raises <see cref="ApprovalDecided"/>.</summary>
    public void Expire(DateTimeOffset now)
    {
        if (Status == ApprovalStatus.Pending && Details.ExpiresAt <= now) Decide(ApprovalStatus.Expired, now);
    }

    /// <inheritdoc/>
    protected override void Guard(ApprovalDetails? before, ApprovalDetails after)
    {
        Require.Text(after.Title, "title");
        Deals.DealDiscount.Check(after.DiscountPercent, "discountPercent");
        if (after.ApproverIds.Count is 0 or > ApprovalDetails.MaxApprovers) throw CrmException.Validation("approverIds", $"must be 1 to {ApprovalDetails.MaxApprovers} members");
        for (var i = 0; i < after.ApproverIds.Count; i++)
            if (!Instants.TryParseUuid(after.ApproverIds[i], out _)) throw CrmException.Validation($"approverIds[{i}]", "must be a UUID");
    }

    private IReadOnlyList<Guid> Approvers() => [.. Details.ApproverIds.Select(Guid.Parse)];

    private void Check(Guid memberId, DateTimeOffset now)
    {
        if (!Approvers().Contains(memberId)) throw CrmException.Forbidden("Only its approvers decide about it.");
        if (Status != ApprovalStatus.Pending) throw CrmException.Conflict("INVALID_STATE", "It has been decided already.");
        if (Details.ExpiresAt <= now) throw CrmException.Conflict("INVALID_STATE", "It has expired.");
    }

    private void Decide(ApprovalStatus status, DateTimeOffset now)
    {
        (Status, DecidedAt) = (status, now);
        Raise(new ApprovalDecided(Id, status, RunId));
    }
}

/// <summary>An approver did something that did not decide it.</summary>
public sealed record ApprovalVoted(Guid ApprovalId, Guid MemberId, ApprovalAct Act, Guid? ToId) : IDomainEvent;

/// <summary>It was approved or rejected, or it expired.</summary>
public sealed record ApprovalDecided(Guid ApprovalId, ApprovalStatus Status, Guid? RunId) : IDomainEvent;
