using Crm.Domain.Common;

namespace Crm.Domain.Teams;

/// <summary>Which team is part of which: all teams of a tenant, the deleted too, because they may be restored where they were.</summary>
/// <param name="parents">Each team's parent.</param>
public sealed class TeamTree(IReadOnlyDictionary<Guid, Guid?> parents)
{
    /// <summary>The most teams from the top to the bottom of a tree.</summary>
    public const int MaxDepth = 10;

    private readonly ILookup<Guid, Guid> _children = parents.Where(p => p.Value is not null).ToLookup(p => p.Value!.Value, p => p.Key);

    /// <summary>No teams yet.</summary>
    public static TeamTree Empty { get; } = new(new Dictionary<Guid, Guid?>());

    /// <summary>Refuses to put the team, with all below it, below this parent.</summary>
    /// <exception cref="CrmException">INVALID_STATE: the parent is the team or below it, or the tree would be deeper than <see cref="MaxDepth"/>.</exception>
    public void Check(Guid team, Guid? parent)
    {
        var above = 0;
        for (var at = parent; at is { } id; at = parents.GetValueOrDefault(id))
        {
            if (id == team) throw TeamErrors.BelowItself();
            above++;
        }
        if (parent is not null && above + Height(team) > MaxDepth) throw TeamErrors.TooDeep();
    }

    private int Height(Guid team) => 1 + _children[team].Select(Height).DefaultIfEmpty().Max();
}

/// <summary>The ways in which teams refuse.</summary>
public static class TeamErrors
{
    /// <summary>409: a ring has no top.</summary>
    public static CrmException BelowItself() => Refuse("A team cannot be part of itself or of a team below it.", "is the team itself or below it");

    /// <summary>409: deeper than <see cref="TeamTree.MaxDepth"/>.</summary>
    public static CrmException TooDeep() => Refuse($"Teams go {TeamTree.MaxDepth} deep.", $"would make the tree deeper than {TeamTree.MaxDepth}");

    private static CrmException Refuse(string message, string member) => new(ErrorKind.Conflict, "INVALID_STATE", message, new Dictionary<string, string[]> { ["parentId"] = [member] });
}
