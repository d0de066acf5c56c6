using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Records;
using Crm.Domain.Teams;

namespace Crm.Application.Teams;

/// <summary>Changes what is stated about a team.</summary>
[Requires(Permissions.TeamsWrite)]
public sealed record UpdateTeam(Guid Id, Patch<TeamDetails> Changes) : ChangesRecord<Team, TeamDetails>(Id, Changes);

internal sealed class UpdateTeamHandler(IRepository<Team> teams) : RevisesRecord<UpdateTeam, Team, TeamDetails>(teams);
