using Crm.Application.Abstractions;
using Crm.Application.Members;
using Crm.Domain.Common;
using Crm.Domain.Invitations;
using Crm.Domain.Members;

namespace Crm.Application.Invitations;

/// <summary>What somebody could not promise any more he has not promised: the open invitations of a member who is removed, deactivated or may do less are taken back.</summary>
internal sealed class RevokeInvitationsWhenInviterChanges(IInvitationRepository invitations, IMemberRepository members, TimeProvider clock)
    : IDomainEventHandler<MemberRemoved>, IDomainEventHandler<Updated<Member>>
{
    public Task HandleAsync(MemberRemoved removed, CancellationToken ct) => RevokeAsync(removed.MemberId, _ => false, ct);

    public async Task HandleAsync(Updated<Member> updated, CancellationToken ct)
    {
        if (!updated.Members.Intersect(["role", "permissions", "isActive"]).Any() || await members.FindAsync(updated.Id, ct) is not { } member) return;
        var (role, permissions, isActive) = (member.Details.Role, member.Details.Permissions, member.Details.IsActive);
        var inviter = new Grantor(role, Permissions.Of(role, permissions), Permissions.Of);
        await RevokeAsync(member.Id, i => isActive && inviter.Permissions.Contains(Permissions.TeamManage) && inviter.May(i.Details.Role, i.Details.Permissions), ct);
    }

    private async Task RevokeAsync(Guid inviter, Func<Invitation, bool> mayStay, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        foreach (var invitation in await invitations.PendingByAsync(inviter, ct))
            if (!mayStay(invitation)) invitation.Revoke(Ids.New(now), now);
    }
}
