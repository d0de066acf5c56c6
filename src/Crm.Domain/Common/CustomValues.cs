using System.Diagnostics.CodeAnalysis;

namespace Crm.Domain.Common;

/// <summary>
/// The values of a record's custom fields by the number of the field, which never changes: a field may be renamed, retired and
/// reinstated without any record being written. Two with the same entries are equal.
/// </summary>
public sealed class CustomValues : IEquatable<CustomValues>
{
    private readonly SortedList<int, CustomValue> _entries;

    private CustomValues(SortedList<int, CustomValue> entries) => _entries = entries;

    /// <summary>
    /// The values of a record made by the service itself, which nobody was asked about: when it is kept, its fields get their defaults.
    /// Equal to every other empty one, and told from them by being this very one.
    /// </summary>
    public static CustomValues Unstated { get; } = new([]);

    /// <summary>True for <see cref="Unstated"/> alone.</summary>
    public bool IsUnstated => ReferenceEquals(this, Unstated);

    /// <summary>How many fields have a value.</summary>
    public int Count => _entries.Count;

    /// <summary>The numbers of the fields that have a value, ascending.</summary>
    public IReadOnlyList<int> Numbers => _entries.Keys.AsReadOnly();

    /// <summary>The entries, by number.</summary>
    public IEnumerable<KeyValuePair<int, CustomValue>> Entries => _entries;

    /// <summary>The value of a field, or null.</summary>
    public CustomValue? this[int number] => _entries.GetValueOrDefault(number);

    /// <summary>These values; those that are null are left out.</summary>
    public static CustomValues Of(IEnumerable<KeyValuePair<int, CustomValue?>> entries)
    {
        var kept = new SortedList<int, CustomValue>();
        foreach (var (number, value) in entries)
            if (value is not null) kept[number] = value;
        return new CustomValues(kept);
    }

    /// <summary>The same with these changed: null takes a value away.</summary>
    public CustomValues With(IEnumerable<KeyValuePair<int, CustomValue?>> changes)
    {
        var changed = new SortedList<int, CustomValue>(_entries);
        foreach (var (number, value) in changes)
        {
            if (value is null) changed.Remove(number);
            else changed[number] = value;
        }
        return new CustomValues(changed);
    }

    /// <summary>True when both say the same about these fields.</summary>
    public bool AgreesWith(CustomValues other, IEnumerable<int> numbers) => numbers.All(n => Equals(this[n], other[n]));

    /// <inheritdoc/>
    public bool Equals([NotNullWhen(true)] CustomValues? other) =>
        other is not null && _entries.Keys.SequenceEqual(other._entries.Keys) && _entries.Values.SequenceEqual(other._entries.Values);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as CustomValues);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var (number, value) in _entries)
        {
            hash.Add(number);
            hash.Add(value);
        }
        return hash.ToHashCode();
    }

    /// <summary>The entries in braces.</summary>
    public override string ToString() => $"{{{string.Join(", ", _entries.Select(e => $"{e.Key}: {e.Value}"))}}}";
}
