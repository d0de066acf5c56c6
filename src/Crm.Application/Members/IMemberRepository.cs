using Crm.Application.Abstractions;
using Crm.Domain.Common;
using Crm.Domain.Members;

namespace Crm.Application.Members;

/// <summary>Members, with the questions of their own.</summary>
public interface IMemberRepository : IRepository<Member>
{
    /// <summary>The owners who can act and are denied nothing, locked in one order: of two who demote each other one waits, and is then the last.</summary>
    Task<IReadOnlyList<Guid>> LockOwnersAsync(CancellationToken ct);

    /// <summary>Whether a living member has this address.</summary>
    Task<bool> HasAsync(EmailAddress email, CancellationToken ct);

    /// <summary>The member, living or removed; null when he never was one.</summary>
    Task<Member?> FindEvenRemovedAsync(Guid userId, CancellationToken ct);
}
