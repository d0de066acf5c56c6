using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Records;
using Crm.Domain.Common;
using Crm.Domain.Teams;

namespace Crm.Application.Teams;

/// <summary>Changes what is stated about a team. A team is never part of itself, and trees go 10 deep: 409 INVALID_STATE.</summary>
[Requires(Permissions.TeamsWrite)]
public sealed record UpdateTeam(Guid Id, Patch<TeamDetails> Changes) : ChangesRecord<Team, TeamDetails>(Id, Changes);

internal sealed class UpdateTeamHandler(IRepository<Team> teams, ITrees trees) : ICommandHandler<UpdateTeam, Guid>
{
    public async Task<Guid> Handle(UpdateTeam command, CancellationToken ct)
    {
        // The tree before the team, as whoever moves another team takes them.
        var tree = command.Changes.Has("parentId") || command.Changes.Replaces ? await trees.HoldAsync<Team>(ct) : RecordTree.Empty;
        var team = await teams.GetAsync(command.Id, ct);
        team.Revise(command.Changes.ApplyTo(team.Details), tree);
        return team.Id;
    }
}
