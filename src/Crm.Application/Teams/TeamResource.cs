using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Resources;
using Crm.Domain.Teams;

namespace Crm.Application.Teams;

/// <summary>The declaration of teams.</summary>
public sealed class TeamResource : Resource<Team, TeamDetails>
{
    /// <summary>Declares the members.</summary>
    public TeamResource() : base("teams", "team")
    {
        KeptBy = [("members", "team_id"), ("teams", "parent_id")];
        Text(x => x.Name).Required().Search().Sort().Says("The team's name.", "\"East\"");
        Text(x => x.Region).Search().Sort().Says("Where it sells; reports group by it.", "\"Balkans\"");
        Reference(x => x.ManagerId, "team/members").Says("The member who leads it, and sees its records and those of the teams below.");
        Reference(x => x.ParentId, "teams").InTree().Says("The team it is part of; trees go 10 deep.");
        Common();
    }

    /// <inheritdoc/>
    protected override ICommand<Guid> Create(TeamDetails details) => new CreateTeam(details);

    /// <inheritdoc/>
    protected override ICommand<Guid> Update(Guid id, Patch<TeamDetails> patch) => new UpdateTeam(id, patch);
}

/// <summary>A team's own members, as events carry them.</summary>
public sealed record TeamState : TeamDetails;

internal sealed class TeamStateProfile : StateProfile<Team, TeamDetails, TeamState>;
