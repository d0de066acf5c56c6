using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Records;
using Crm.Domain.Members;

namespace Crm.Application.Members;

/// <summary>Changes a member's role, permissions, team, name or standing. Nobody grants more than he has. The last owner stays one; owners are changed by owners only.</summary>
[Requires(Permissions.TeamManage)]
public sealed record UpdateMember(Guid Id, Patch<MemberDetails> Changes) : ChangesRecord<Member, MemberDetails>(Id, Changes);

internal sealed class UpdateMemberHandler(IMemberRepository members, IRequestContext context) : ICommandHandler<UpdateMember, Guid>
{
    public async Task<Guid> Handle(UpdateMember command, CancellationToken ct)
    {
        var owners = await members.LockOwnersAsync(ct);
        var member = await members.GetAsync(command.Id, ct);
        member.Change(command.Changes.ApplyTo(member.Details), context.Caller.Grantor, owners.All(o => o == member.Id));
        return member.Id;
    }
}
