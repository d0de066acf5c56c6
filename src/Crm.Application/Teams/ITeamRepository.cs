using Crm.Application.Abstractions;
using Crm.Domain.Teams;

namespace Crm.Application.Teams;

/// <summary>Teams, with the questions of their own.</summary>
public interface ITeamRepository : IRepository<Team>
{
    /// <summary>The living teams this member leads.</summary>
    Task<IReadOnlyList<Team>> LedByAsync(Guid memberId, CancellationToken ct);
}
