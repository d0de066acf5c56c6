using System.Collections;

namespace Crm.Domain.Common;

/// <summary>
/// The tags of a record: at most 100 of at most 50 characters, each once (the first counts), in the order given and compared exactly.
/// </summary>
public sealed class Tags : IReadOnlyList<string>, IEquatable<Tags>
{
    /// <summary>The most tags a record can have.</summary>
    public const int MaxCount = 100;

    /// <summary>The most characters a tag can have.</summary>
    public const int MaxLength = 50;

    private readonly ValueList<string> items;

    private Tags(ValueList<string> items) => this.items = items;

    /// <summary>No tags.</summary>
    public static Tags None { get; } = new(ValueList<string>.Empty);

    /// <summary>The number of tags.</summary>
    public int Count => items.Count;

    /// <summary>The tag at this position, from 0.</summary>
    public string this[int index] => items[index];

    /// <summary>These tags; null gives none. Errors: validation on <paramref name="member"/> or <c>member[n]</c>; the count is that of what was sent.</summary>
    public static Tags Of(IEnumerable<string>? tags, string member = "tags")
    {
        if (tags is null or Tags)
            return tags as Tags ?? None;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var kept = new List<string>();
        var n = 0;
        foreach (var tag in tags)
        {
            if (n == MaxCount)
                throw CrmException.Validation(member, $"There can be at most {MaxCount} tags.");
            if (tag is null || Characters.Exceed(tag, MaxLength))
                throw CrmException.Validation($"{member}[{n}]", $"A tag is a text of at most {MaxLength} characters.");
            if (seen.Add(tag))
                kept.Add(tag);
            n++;
        }
        return kept.Count == 0 ? None : new Tags(ValueList.Of(kept));
    }

    /// <inheritdoc/>
    public bool Equals(Tags? other) => other is not null && items.Equals(other.items);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Tags);

    /// <inheritdoc/>
    public override int GetHashCode() => items.GetHashCode();

    /// <inheritdoc/>
    public IEnumerator<string> GetEnumerator() => items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The tags in brackets.</summary>
    public override string ToString() => items.ToString();
}
