using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Records;
using Crm.Domain.Work;

namespace Crm.Application.Work;

/// <summary>Changes what is stated about an activity.</summary>
[Requires(Permissions.ActivitiesWrite)]
public sealed record UpdateActivity(Guid Id, Patch<ActivityDetails> Changes) : ChangesRecord<Activity, ActivityDetails>(Id, Changes);

internal sealed class UpdateActivityHandler(IRepository<Activity> activities) : RevisesRecord<UpdateActivity, Activity, ActivityDetails>(activities);
