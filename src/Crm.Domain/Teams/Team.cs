using Crm.Domain.Common;

namespace Crm.Domain.Teams;

/// <summary>What users state about a team.</summary>
public record TeamDetails : RecordDetails
{
    /// <summary>The team's name, 1–300 characters.</summary>
    public required string Name { get; init; }
    /// <summary>Where it sells; reports group by it.</summary>
    public string? Region { get; init; }
    /// <summary>The member who leads it, and sees its records and those of the teams below.</summary>
    public Guid? ManagerId { get; init; }
    /// <summary>The team it is part of.</summary>
    public Guid? ParentId { get; init; }
}

/// <summary>Members who work together; teams form trees.</summary>
public sealed class Team : Record<Team, TeamDetails>, IUnrestricted
{
    private Team() { }

    /// <summary>Forms a new team. Raises <see cref="Created{Team}"/>.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED: no name. INVALID_STATE: <paramref name="tree"/> would be too deep.</exception>
    public static Team Form(Guid id, TeamDetails details, RecordTree tree)
    {
        tree.Check(id, details.ParentId);
        var team = new Team { Id = id };
        team.Begin(details);
        return team;
    }

    /// <summary>Changes what is stated about the team.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED: no name. INVALID_STATE: it would be below itself, or <paramref name="tree"/> too deep.</exception>
    public void Revise(TeamDetails details, RecordTree tree)
    {
        if (details.ParentId != Details.ParentId) tree.Check(Id, details.ParentId);
        Revise(details);
    }

    /// <summary>Gives the team another manager, or none.</summary>
    public void HandTo(Guid? managerId) => Revise(Details with { ManagerId = managerId });

    /// <inheritdoc/>
    protected override void Guard(TeamDetails? before, TeamDetails after) => Require.Text(after.Name, "name");
}
