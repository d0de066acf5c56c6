using Crm.Application.Abstractions;
using Crm.Domain.Members;

namespace Crm.Application.Members;

/// <summary>Members, with the two questions of their own.</summary>
public interface IMemberRepository : IRepository<Member>
{
    /// <summary>The owners who can act, locked in one order: of two who demote each other one waits, and is then the last.</summary>
    Task<IReadOnlyList<Guid>> LockOwnersAsync(CancellationToken ct);

    /// <summary>The member, living or removed; null when he never was one.</summary>
    Task<Member?> FindEvenRemovedAsync(Guid userId, CancellationToken ct);
}
