using Crm.Application.Abstractions;
using Crm.Application.Members;
using Crm.Application.Resources;
using Crm.Application.Subscriptions;
using Crm.Domain.Common;
using Crm.Domain.Invitations;
using Crm.Domain.Members;
using FluentValidation;

namespace Crm.Application.Invitations;

/// <summary>
/// Invites somebody by e-mail. Nobody invites above his own role and permissions: 403. Who is a member already, or has an invitation that is still
/// good, is 409 DUPLICATE; an expired one gives way.
/// Where the plan has no room for another user it is 402 PLAN_LIMIT_REACHED; the place itself is taken by who accepts.
/// </summary>
[Requires(Permissions.TeamManage)]
public sealed record InviteMember(InvitationDetails Details) : ICommand<Guid>;

internal sealed class InviteMemberValidator : AbstractValidator<InviteMember>
{
    public InviteMemberValidator(InvitationResource invitations) => RuleFor(c => c.Details).Meets(invitations);
}

internal sealed class InviteMemberHandler(IInvitationRepository invitations, IMemberRepository members, IPlanUsage usage, IRequestContext context, TimeProvider clock)
    : ICommandHandler<InviteMember, Guid>
{
    public async Task<Guid> Handle(InviteMember command, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var invitation = Invitation.Send(Ids.New(now), command.Details, context.Caller.Grantor, now);
        if (await members.HasAsync(command.Details.Email, ct)) throw MemberErrors.AlreadyMember();
        if (await invitations.FindPendingAsync(command.Details.Email, ct) is { } earlier) earlier.GiveWay(now);
        await usage.EnsureRoomAsync(LimitNames.Users, ct);
        invitations.Add(invitation);
        return invitation.Id;
    }
}
