namespace Crm.Domain.Common;

/// <summary>Which record of a kind is part of which: all of a tenant, the deleted too, because they may be restored where they were.</summary>
/// <param name="parents">Each record's parent.</param>
public sealed class RecordTree(IReadOnlyDictionary<Guid, Guid?> parents)
{
    /// <summary>The most records from the top to the bottom of a tree.</summary>
    public const int MaxDepth = 10;

    private readonly ILookup<Guid, Guid> _children = parents.Where(p => p.Value is not null).ToLookup(p => p.Value!.Value, p => p.Key);

    /// <summary>No records yet.</summary>
    public static RecordTree Empty { get; } = new(new Dictionary<Guid, Guid?>());

    /// <summary>Refuses to put the record, with all below it, below this parent.</summary>
    /// <exception cref="CrmException">INVALID_STATE on <c>parentId</c>: the parent is the record or below it, or the tree would be deeper than <see cref="MaxDepth"/>.</exception>
    public void Check(Guid record, Guid? parent)
    {
        var above = 0;
        for (var at = parent; at is { } id; at = parents.GetValueOrDefault(id))
        {
            if (id == record) throw Refuse("A record cannot be part of itself or of one below it.", "is the record itself or below it");
            above++;
        }
        if (parent is not null && above + Height(record) > MaxDepth) throw Refuse($"Trees go {MaxDepth} deep.", $"would make the tree deeper than {MaxDepth}");
    }

    private int Height(Guid record) => 1 + _children[record].Select(Height).DefaultIfEmpty().Max();

    private static CrmException Refuse(string message, string member) => new(ErrorKind.Conflict, "INVALID_STATE", message, new Dictionary<string, string[]> { ["parentId"] = [member] });
}
