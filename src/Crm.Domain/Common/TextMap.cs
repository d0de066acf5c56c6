using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Crm.Domain.Common;

/// <summary>
/// An immutable map of texts, such as the social links of a contact: at most 50 entries, keys of at most 50 and values of at most 2000
/// characters. Two maps with the same entries are equal; entries are listed in ordinal order of their keys, since JSON objects have none.
/// </summary>
public sealed class TextMap : IReadOnlyDictionary<string, string>, IEquatable<TextMap>
{
    /// <summary>The most entries a map can have.</summary>
    public const int MaxCount = 50;

    /// <summary>The most characters a key can have.</summary>
    public const int MaxKeyLength = 50;

    /// <summary>The most characters a value can have.</summary>
    public const int MaxValueLength = 2000;

    private readonly SortedList<string, string> entries;

    private TextMap(SortedList<string, string> entries) => this.entries = entries;

    /// <summary>The map without entries.</summary>
    public static TextMap Empty { get; } = new(new SortedList<string, string>(StringComparer.Ordinal));

    /// <summary>The number of entries.</summary>
    public int Count => entries.Count;

    /// <inheritdoc/>
    public IEnumerable<string> Keys => entries.Keys.AsReadOnly();

    /// <inheritdoc/>
    public IEnumerable<string> Values => entries.Values.AsReadOnly();

    /// <inheritdoc/>
    public string this[string key] => entries[key];

    /// <summary>These entries; null gives the empty map, of two entries with one key the last counts. Errors: validation on <paramref name="member"/> or <c>member.key</c>.</summary>
    public static TextMap Of(IEnumerable<KeyValuePair<string, string>>? entries, string member = "socialLinks")
    {
        if (entries is null or TextMap)
            return entries as TextMap ?? Empty;
        var kept = new SortedList<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in entries)
        {
            if (Characters.Exceed(key, MaxKeyLength))
                throw CrmException.Validation(member, $"A key has at most {MaxKeyLength} characters.");
            if (value is null || Characters.Exceed(value, MaxValueLength))
                throw CrmException.Validation($"{member}.{key}", $"A value is a text of at most {MaxValueLength} characters.");
            kept[key] = value;
            if (kept.Count > MaxCount)
                throw CrmException.Validation(member, $"There can be at most {MaxCount} entries.");
        }
        return kept.Count == 0 ? Empty : new TextMap(kept);
    }

    /// <inheritdoc/>
    public bool ContainsKey(string key) => entries.ContainsKey(key);

    /// <inheritdoc/>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out string value) => entries.TryGetValue(key, out value);

    /// <inheritdoc/>
    public bool Equals(TextMap? other) => other is not null && entries.SequenceEqual(other.entries);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as TextMap);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var (key, value) in entries)
        {
            hash.Add(key);
            hash.Add(value);
        }
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
