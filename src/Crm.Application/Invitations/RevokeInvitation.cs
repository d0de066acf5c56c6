using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Domain.Common;

namespace Crm.Application.Invitations;

/// <summary>Takes an invitation back: its link is worth nothing any more. An accepted one is 409 INVALID_STATE.</summary>
[Requires(Permissions.TeamManage)]
public sealed record RevokeInvitation(Guid Id) : ICommand<Guid>, IAuditedSubject
{
    string? IAuditedSubject.Resource => "team/invitations";
    Guid? IAuditedSubject.RecordId => Id;
}

internal sealed class RevokeInvitationHandler(IInvitationRepository invitations, TimeProvider clock) : ICommandHandler<RevokeInvitation, Guid>
{
    public async Task<Guid> Handle(RevokeInvitation command, CancellationToken ct)
    {
        var (invitation, now) = (await invitations.GetAsync(command.Id, ct), clock.GetUtcNow());
        invitation.Revoke(Ids.New(now), now);
        return invitation.Id;
    }
}
