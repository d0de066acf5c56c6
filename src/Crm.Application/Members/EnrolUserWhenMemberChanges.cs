using Crm.Application.Abstractions;
using Crm.Domain.Common;
using Crm.Domain.Members;

namespace Crm.Application.Members;

/// <summary>Which tenants a user reaches follows from his memberships, in the same transaction: who is out is out at once.</summary>
internal sealed class EnrolUserWhenMemberChanges(IUserStore users, IMemberRepository members, IRequestContext context)
    : IDomainEventHandler<MemberAdded>, IDomainEventHandler<MemberRemoved>, IDomainEventHandler<Updated<Member>>
{
    public Task HandleAsync(MemberAdded added, CancellationToken ct) => users.EnrolAsync(added.MemberId, context.Caller.TenantId, active: true, ct);

    public Task HandleAsync(MemberRemoved removed, CancellationToken ct) => users.ExpelAsync(removed.MemberId, context.Caller.TenantId, ct);

    public async Task HandleAsync(Updated<Member> updated, CancellationToken ct)
    {
        if (updated.Members.Contains("isActive") && await members.FindAsync(updated.Id, ct) is { } member)
            await users.EnrolAsync(member.Id, context.Caller.TenantId, member.Details.IsActive, ct);
    }
}
