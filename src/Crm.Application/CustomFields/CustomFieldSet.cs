using System.Collections.Frozen;
using Crm.Domain.Common;

namespace Crm.Application.CustomFields;

/// <summary>
/// The custom fields of a tenant as they were at one moment, which <paramref name="stamp"/> names: it grows with every change of a definition, and is 0 for a
/// tenant that never had one.
/// </summary>
public sealed class CustomFieldSet(long stamp, IEnumerable<CustomFieldDefinition> definitions)
{
    private readonly FrozenDictionary<string, EntityFields> _byEntity =
        definitions.GroupBy(d => d.Details.Entity).ToFrozenDictionary(g => g.Key, g => new EntityFields([.. g]));

    /// <summary>No custom fields, and none there ever were.</summary>
    public static CustomFieldSet None { get; } = new(0, []);

    /// <summary>The moment, as a number.</summary>
    public long Stamp { get; } = stamp;

    /// <summary>The fields of a resource's records.</summary>
    public EntityFields Of(string resource) => _byEntity.GetValueOrDefault(resource, EntityFields.None);
}

/// <summary>The custom fields of one kind of record.</summary>
public sealed class EntityFields
{
    private readonly FrozenDictionary<string, CustomFieldDefinition> _byName;
    private readonly FrozenDictionary<int, CustomFieldDefinition> _byNumber;

    internal EntityFields(IReadOnlyList<CustomFieldDefinition> definitions)
    {
        InUse = [.. definitions.Where(d => d.IsInUse).OrderBy(d => d.Details.Position ?? int.MaxValue).ThenBy(d => d.Number)];
        Kept = definitions.Where(d => d.Details.IsKept()).Select(d => d.Number).ToFrozenSet();
        _byName = InUse.ToFrozenDictionary(d => d.Details.Name, StringComparer.Ordinal);
        _byNumber = definitions.ToFrozenDictionary(d => d.Number);
        Defaults = CustomValues.Of(InUse.Select(d => KeyValuePair.Create(d.Number, d.Details.Default)));
    }

    /// <summary>No custom fields.</summary>
    public static EntityFields None { get; } = new([]);

    /// <summary>Those that records have as members, in the order of answers.</summary>
    public IReadOnlyList<CustomFieldDefinition> InUse { get; }

    /// <summary>The numbers of those whose values are kept in the index, retired ones too: they stay in step.</summary>
    public IReadOnlySet<int> Kept { get; }

    /// <summary>What a new record gets that states nothing.</summary>
    public CustomValues Defaults { get; }

    /// <summary>The field in use with this name, or null.</summary>
    public CustomFieldDefinition? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The field with this number, in use or not; null when there is none.</summary>
    public CustomFieldDefinition? Find(int number) => _byNumber.GetValueOrDefault(number);

    /// <summary>The field in use that is written <c>customFields.name</c>, or null.</summary>
    public CustomFieldDefinition? At(string path) =>
        path.StartsWith("customFields.", StringComparison.Ordinal) ? Find(path["customFields.".Length..]) : null;

    /// <summary>What searches find of these values.</summary>
    public string? Words(CustomValues values)
    {
        var words = InUse.Where(d => d.Details.Searchable).Select(d => values[d.Number]?.Words).OfType<string>().ToList();
        return words.Count == 0 ? null : string.Join(' ', words);
    }
}
