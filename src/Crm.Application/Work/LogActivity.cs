using Crm.Application.Abstractions;
using Crm.Application.Resources;
using Crm.Domain.Common;
using Crm.Domain.Work;
using FluentValidation;

namespace Crm.Application.Work;

/// <summary>Logs an activity.</summary>
[Requires(Permissions.ActivitiesWrite)]
public sealed record LogActivity(ActivityDetails Details) : ICommand<Guid>;

internal sealed class LogActivityValidator : AbstractValidator<LogActivity>
{
    public LogActivityValidator(ActivityResource activities) => RuleFor(c => c.Details).Meets(activities);
}

internal sealed class LogActivityHandler(IRepository<Activity> activities, TimeProvider clock) : ICommandHandler<LogActivity, Guid>
{
    public Task<Guid> Handle(LogActivity command, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var activity = Activity.Log(Ids.New(now), command.Details, now);
        activities.Add(activity);
        return Task.FromResult(activity.Id);
    }
}
