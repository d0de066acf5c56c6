using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Application.Members;
using Crm.Domain.Members;

namespace Crm.Application.Invitations;

/// <summary>Sends another link, which is good for 7 days; the one before is worth nothing. An accepted invitation is 409 INVALID_STATE.</summary>
[Requires(Permissions.TeamManage)]
public sealed record ResendInvitation(Guid Id) : ICommand<Guid>, IAuditedSubject
{
    string? IAuditedSubject.Resource => "team/invitations";
    Guid? IAuditedSubject.RecordId => Id;
}

internal sealed class ResendInvitationHandler(IInvitationRepository invitations, IMemberRepository members, IRequestContext context, TimeProvider clock)
    : ICommandHandler<ResendInvitation, Guid>
{
    public async Task<Guid> Handle(ResendInvitation command, CancellationToken ct)
    {
        var invitation = await invitations.GetAsync(command.Id, ct);
        invitation.Resend(context.Caller.Grantor, clock.GetUtcNow());
        if (await members.HasAsync(invitation.Details.Email, ct)) throw MemberErrors.AlreadyMember();
        return invitation.Id;
    }
}
