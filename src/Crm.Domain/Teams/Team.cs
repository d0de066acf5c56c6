using Crm.Domain.Common;

namespace Crm.Domain.Teams;

/// <summary>What users state about a team.</summary>
public record TeamDetails : RecordDetails
{
    /// <summary>The team's name, 1–300 characters.</summary>
    public required string Name { get; init; }
    /// <summary>Where it sells; reports group by it.</summary>
    public string? Region { get; init; }
    /// <summary>The member who leads it, and sees its records.</summary>
    public Guid? ManagerId { get; init; }
}

/// <summary>Members who work together.</summary>
public sealed class Team : Record<Team, TeamDetails>, IUnrestricted
{
    private Team() { }

    /// <summary>Forms a new team. Raises <see cref="Created{Team}"/>.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED: no name.</exception>
    public static Team Form(Guid id, TeamDetails details)
    {
        var team = new Team { Id = id };
        team.Begin(details);
        return team;
    }

    /// <inheritdoc/>
    protected override void Guard(TeamDetails? before, TeamDetails after) => Require.Text(after.Name, "name");
}
