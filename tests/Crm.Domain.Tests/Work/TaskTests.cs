using Crm.Domain.Common;
using Crm.Domain.Work;

namespace Crm.Domain.Tests.Work;

public sealed class TaskTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 9, 30, 0, TimeSpan.Zero);
    private static readonly Guid Ada = Guid.NewGuid();
    private static readonly Guid Bob = Guid.NewGuid();

    [Fact]
    public void A_task_for_oneself_is_not_assigned()
    {
        var task = Plan(Ada, by: Ada);
        task.DrainEvents().ShouldHaveSingleItem().ShouldBeOfType<Created<TaskItem>>();
        task.OwnerId.ShouldBe(Ada);
    }

    [Fact]
    public void A_task_for_somebody_else_is_assigned_at_once()
    {
        var events = Plan(Bob, by: Ada).DrainEvents();
        events[1].ShouldBeOfType<TaskAssigned>().AssigneeId.ShouldBe(Bob);
    }

    [Fact]
    public void A_new_assignee_is_told_and_none_is_told_to_nobody()
    {
        var task = Planned(Ada);
        task.Revise(task.Details with { AssigneeId = Bob }, Now);
        var assigned = task.DrainEvents().OfType<TaskAssigned>().ShouldHaveSingleItem();
        (assigned.AssigneeId, assigned.PreviousAssigneeId).ShouldBe((Bob, Ada));
        task.Revise(task.Details with { AssigneeId = null }, Now);
        task.DrainEvents().ShouldHaveSingleItem().ShouldBeOfType<Updated<TaskItem>>();
    }

    [Fact]
    public void Completing_is_done_once()
    {
        var task = Planned(Ada);
        task.Complete(Now);
        task.CompletedAt.ShouldBe(Now);
        task.Details.Status.ShouldBe(TaskState.Completed);
        task.DrainEvents().ShouldHaveSingleItem().ShouldBeOfType<TaskCompleted>();
        task.Complete(Now.AddHours(1));
        task.DrainEvents().ShouldBeEmpty();
        task.CompletedAt.ShouldBe(Now);
    }

    [Fact]
    public void The_time_of_completion_follows_the_status()
    {
        var task = Planned(Ada);
        task.Revise(task.Details with { Status = TaskState.Completed }, Now);
        task.CompletedAt.ShouldBe(Now);
        task.DrainEvents().Select(e => e.GetType()).ShouldBe([typeof(Updated<TaskItem>), typeof(TaskCompleted)]);
        task.Revise(task.Details with { Status = TaskState.InProgress }, Now);
        task.CompletedAt.ShouldBeNull();
        task.DrainEvents().ShouldHaveSingleItem().ShouldBeOfType<Updated<TaskItem>>();
    }

    [Fact]
    public void A_task_recorded_as_done_is_complete() =>
        TaskItem.Plan(Guid.NewGuid(), new TaskDetails { Title = "Done", Status = TaskState.Completed }, Ada, Now).CompletedAt.ShouldBe(Now);

    [Fact]
    public void Completion_without_a_time_is_a_mistake_of_the_program()
    {
        var task = Planned(Ada);
        Should.Throw<InvalidOperationException>(() => task.Revise(task.Details with { Status = TaskState.Completed }));
    }

    [Fact]
    public void A_task_without_title_is_refused() =>
        Should.Throw<CrmException>(() => TaskItem.Plan(Guid.NewGuid(), new TaskDetails { Title = "" }, Ada, Now)).Errors!.Keys.ShouldContain("title");

    private static TaskItem Plan(Guid assignee, Guid by) => TaskItem.Plan(Guid.NewGuid(), new TaskDetails { Title = "Call back", AssigneeId = assignee }, by, Now);

    private static TaskItem Planned(Guid assignee)
    {
        var task = Plan(assignee, assignee);
        task.DrainEvents();
        return task;
    }
}
