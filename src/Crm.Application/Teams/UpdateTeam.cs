using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Records;
using Crm.Domain.Teams;

namespace Crm.Application.Teams;

/// <summary>Changes what is stated about a team.</summary>
[Requires(Permissions.TeamsWrite)]
public sealed record UpdateTeam(Guid Id, Patch<TeamDetails> Changes) : ChangesRecord<Team, TeamDetails>(Id, Changes);

internal sealed class UpdateTeamHandler(IRepository<Team> teams) : ICommandHandler<UpdateTeam, Guid>
{
    public async Task<Guid> Handle(UpdateTeam command, CancellationToken ct)
    {
        var team = await teams.GetAsync(command.Id, ct);
        team.Revise(command.Changes.ApplyTo(team.Details));
        return team.Id;
    }
}
