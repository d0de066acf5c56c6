using Crm.Application.Abstractions;
using Crm.Domain.Teams;

namespace Crm.Application.Teams;

/// <summary>Teams, with the questions of their own.</summary>
public interface ITeamRepository : IRepository<Team>
{
    /// <summary>The tenant's trees, held until the transaction ends: of two who move teams below each other one waits, and sees the other's move.</summary>
    Task<TeamTree> HoldTreeAsync(CancellationToken ct);

    /// <summary>The living teams this member leads.</summary>
    Task<IReadOnlyList<Team>> LedByAsync(Guid memberId, CancellationToken ct);
}
