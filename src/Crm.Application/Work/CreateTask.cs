using Crm.Application.Abstractions;
using Crm.Application.Resources;
using Crm.Domain.Common;
using Crm.Domain.Work;
using FluentValidation;

namespace Crm.Application.Work;

/// <summary>Plans a task.</summary>
[Requires(Permissions.TasksWrite)]
public sealed record CreateTask(TaskDetails Details) : ICommand<Guid>;

internal sealed class CreateTaskValidator : AbstractValidator<CreateTask>
{
    public CreateTaskValidator(TaskResource tasks) => RuleFor(c => c.Details).Meets(tasks);
}

internal sealed class CreateTaskHandler(IRepository<TaskItem> tasks, IRequestContext context, TimeProvider clock) : ICommandHandler<CreateTask, Guid>
{
    public Task<Guid> Handle(CreateTask command, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var task = TaskItem.Plan(Ids.New(now), command.Details, context.Caller.UserId, now);
        tasks.Add(task);
        return Task.FromResult(task.Id);
    }
}
