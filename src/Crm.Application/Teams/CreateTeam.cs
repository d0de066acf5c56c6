using Crm.Application.Abstractions;
using Crm.Application.Resources;
using Crm.Domain.Common;
using Crm.Domain.Teams;
using FluentValidation;

namespace Crm.Application.Teams;

/// <summary>Forms a new team.</summary>
[Requires(Permissions.TeamsWrite)]
public sealed record CreateTeam(TeamDetails Details) : ICommand<Guid>;

internal sealed class CreateTeamValidator : AbstractValidator<CreateTeam>
{
    public CreateTeamValidator(TeamResource teams) => RuleFor(c => c.Details).Meets(teams);
}

internal sealed class CreateTeamHandler(IRepository<Team> teams, ITrees trees, TimeProvider clock) : ICommandHandler<CreateTeam, Guid>
{
    public async Task<Guid> Handle(CreateTeam command, CancellationToken ct)
    {
        var tree = command.Details.ParentId is null ? RecordTree.Empty : await trees.HoldAsync<Team>(ct);
        var team = Team.Form(Ids.New(clock.GetUtcNow()), command.Details, tree);
        teams.Add(team);
        return team.Id;
    }
}
