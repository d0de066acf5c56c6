using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Records;
using Crm.Domain.Work;

namespace Crm.Application.Work;

/// <summary>Changes what is stated about a task; a new assignee is told, a new status may complete it.</summary>
[Requires(Permissions.TasksWrite)]
public sealed record UpdateTask(Guid Id, Patch<TaskDetails> Changes) : ChangesRecord<TaskItem, TaskDetails>(Id, Changes);

internal sealed class UpdateTaskHandler(IRepository<TaskItem> tasks, TimeProvider clock) : ICommandHandler<UpdateTask, Guid>
{
    public async Task<Guid> Handle(UpdateTask command, CancellationToken ct)
    {
        var task = await tasks.GetAsync(command.Id, ct);
        task.Revise(command.Changes.ApplyTo(task.Details), clock.GetUtcNow());
        return task.Id;
    }
}
