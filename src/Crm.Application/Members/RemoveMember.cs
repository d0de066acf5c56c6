using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Application.Teams;
using Crm.Domain.Common;
using Crm.Domain.Members;

namespace Crm.Application.Members;

/// <summary>
/// Takes a member out of the tenant at once: his sessions end, his token opens nothing here. What he owned goes to
/// <paramref name="ReassignTo"/>, or stays his; the teams he led go there too, or have no manager.
/// </summary>
/// <param name="ReassignTo">The member who gets what the removed one owned.</param>
[Requires(Permissions.TeamManage)]
public sealed record RemoveMember(Guid Id, Guid? ReassignTo = null) : ICommand<Guid>, IAuditedSubject
{
    string? IAuditedSubject.Resource => "team/members";
    Guid? IAuditedSubject.RecordId => Id;
}

internal sealed class RemoveMemberHandler(IMemberRepository members, IOwnership ownership, ITeamRepository teams, IRequestContext context, TimeProvider clock)
    : ICommandHandler<RemoveMember, Guid>
{
    public async Task<Guid> Handle(RemoveMember command, CancellationToken ct)
    {
        if (command.ReassignTo == command.Id) throw CrmException.Validation("reassignTo", "must be another member");
        var owners = await members.LockOwnersAsync(ct);
        var member = await members.GetAsync(command.Id, ct);
        var now = clock.GetUtcNow();
        member.Remove(context.Caller.Role, owners.All(o => o == member.Id), Ids.New(now), now);
        if (command.ReassignTo is { } heir)
        {
            if (await members.FindAsync(heir, ct) is not { Details.IsActive: true }) throw MemberErrors.NoSuchHeir();
            await ownership.ReassignAsync(member.Id, heir, ct);
        }
        foreach (var team in await teams.LedByAsync(member.Id, ct)) team.HandTo(command.ReassignTo);
        return member.Id;
    }
}

/// <summary>Hands over everything a member owns.</summary>
public interface IOwnership
{
    /// <summary>Every living record of every resource that has an owner gets the new one; each with a version and an event of its own.</summary>
    Task ReassignAsync(Guid from, Guid to, CancellationToken ct);
}
