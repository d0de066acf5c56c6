using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Domain.Work;

namespace Crm.Application.Work;

/// <summary>Completes a task. A completed one stays as it is.</summary>
[Requires(Permissions.TasksWrite)]
public sealed record CompleteTask(Guid Id) : ICommand<Guid>, IAuditedSubject
{
    string? IAuditedSubject.Resource => "tasks";
    Guid? IAuditedSubject.RecordId => Id;
}

internal sealed class CompleteTaskHandler(IRepository<TaskItem> tasks, TimeProvider clock) : ICommandHandler<CompleteTask, Guid>
{
    public async Task<Guid> Handle(CompleteTask command, CancellationToken ct)
    {
        var task = await tasks.GetAsync(command.Id, ct);
        task.Complete(clock.GetUtcNow());
        return task.Id;
    }
}
