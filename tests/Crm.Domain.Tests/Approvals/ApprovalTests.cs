using Crm.Domain.Approvals;
using Crm.Domain.Common;
using Crm.Domain.Workflows;

namespace Crm.Domain.Tests.Approvals;

public sealed class ApprovalTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 9, 0, 0, TimeSpan.Zero);
    private static readonly Guid One = Ids.New(Now), Two = Ids.New(Now), Stranger = Ids.New(Now);

    [Fact]
    public void Of_any_the_first_who_approves_decides()
    {
        var approval = Asked(WorkflowApproval.Any);
        approval.Approve(Two, "Fine", Now);
        (approval.Status, approval.DecidedAt).ShouldBe((ApprovalStatus.Approved, Now));
        approval.DrainEvents().OfType<ApprovalDecided>().Single().Status.ShouldBe(ApprovalStatus.Approved);
        Should.Throw<CrmException>(() => approval.Reject(One, null, Now)).Code.ShouldBe("INVALID_STATE");
    }

    [Fact]
    public void Of_all_the_last_one_decides_and_a_second_approval_of_one_changes_nothing()
    {
        var approval = Asked(WorkflowApproval.All);
        approval.Approve(One, null, Now);
        approval.Approve(One, null, Now);
        (approval.Status, approval.Votes.Count).ShouldBe((ApprovalStatus.Pending, 1));
        approval.Approve(Two, null, Now);
        approval.Status.ShouldBe(ApprovalStatus.Approved);
    }

    [Fact]
    public void One_who_rejects_decides_in_any_case()
    {
        var approval = Asked(WorkflowApproval.All);
        approval.Approve(One, null, Now);
        approval.Reject(Two, "No", Now);
        approval.Status.ShouldBe(ApprovalStatus.Rejected);
    }

    [Fact]
    public void Who_delegates_is_asked_no_more()
    {
        var approval = Asked(WorkflowApproval.Any);
        approval.Delegate(One, Stranger, null, Now);
        Should.Throw<CrmException>(() => approval.Approve(One, null, Now)).Code.ShouldBe("FORBIDDEN");
        approval.Approve(Stranger, null, Now);
        approval.Status.ShouldBe(ApprovalStatus.Approved);
    }

    [Fact]
    public void Who_was_not_asked_decides_nothing() =>
        Should.Throw<CrmException>(() => Asked(WorkflowApproval.Any).Approve(Stranger, null, Now)).Code.ShouldBe("FORBIDDEN");

    [Fact]
    public void It_expires_when_its_time_is_over_and_not_before()
    {
        var approval = Asked(WorkflowApproval.Any, Now.AddHours(1));
        approval.Expire(Now.AddMinutes(59));
        approval.Status.ShouldBe(ApprovalStatus.Pending);
        Should.Throw<CrmException>(() => approval.Approve(One, null, Now.AddHours(1))).Code.ShouldBe("INVALID_STATE");
        approval.Expire(Now.AddHours(1));
        approval.Expire(Now.AddHours(2));
        (approval.Status, approval.DecidedAt).ShouldBe((ApprovalStatus.Expired, Now.AddHours(1)));
    }

    [Fact]
    public void One_that_is_approved_does_not_expire()
    {
        var approval = Asked(WorkflowApproval.Any, Now.AddHours(1));
        approval.Approve(One, null, Now);
        approval.Expire(Now.AddHours(2));
        approval.Status.ShouldBe(ApprovalStatus.Approved);
    }

    [Fact]
    public void Nobody_is_asked_about_nothing_or_too_late()
    {
        Should.Throw<CrmException>(() => Approval.Request(One, Details(WorkflowApproval.Any) with { Title = "" }, null, null, Now)).Errors!.Keys.ShouldBe(["title"]);
        Should.Throw<CrmException>(() => Approval.Request(One, Details(WorkflowApproval.Any) with { ApproverIds = Tags.None }, null, null, Now)).Errors!.Keys.ShouldBe(["approverIds"]);
        Should.Throw<CrmException>(() => Approval.Request(One, Details(WorkflowApproval.Any) with { ApproverIds = Tags.Of(["x"]) }, null, null, Now)).Errors!.Keys.ShouldBe(["approverIds[0]"]);
        Should.Throw<CrmException>(() => Asked(WorkflowApproval.Any, Now)).Errors!.Keys.ShouldBe(["expiresAt"]);
    }

    private static Approval Asked(WorkflowApproval mode, DateTimeOffset? expiresAt = null) => Approval.Request(Ids.New(Now), Details(mode) with { ExpiresAt = expiresAt }, Stranger, null, Now);

    private static ApprovalDetails Details(WorkflowApproval mode) =>
        new() { Title = "May I?", Resource = "deals", RecordId = Ids.New(Now), ApproverIds = Tags.Of([One.ToString(), Two.ToString()]), Mode = mode };
}
