using System.Collections;
using System.Runtime.CompilerServices;

namespace Crm.Domain.Common;

/// <summary>An immutable list that equals another with equal elements in the same order.</summary>
[CollectionBuilder(typeof(ValueList), nameof(ValueList.Create))]
public sealed class ValueList<T> : IReadOnlyList<T>, IEquatable<ValueList<T>>
{
    private readonly T[] items;

    internal ValueList(T[] items) => this.items = items;

    /// <summary>The list without elements.</summary>
    public static ValueList<T> Empty { get; } = new([]);

    /// <summary>The number of elements.</summary>
    public int Count => items.Length;

    /// <summary>The element at this position, from 0.</summary>
    public T this[int index] => items[index];

    /// <inheritdoc/>
    public bool Equals(ValueList<T>? other) => other is not null && items.AsSpan().SequenceEqual(other.items);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ValueList<T>);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var item in items)
            hash.Add(item);
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => items.GetEnumerator();

    /// <summary>The elements in brackets.</summary>
    public override string ToString() => $"[{string.Join(", ", items)}]";
}

/// <summary>Makes <see cref="ValueList{T}"/>s; collection expressions work too.</summary>
public static class ValueList
{
    /// <summary>A list of these elements.</summary>
    public static ValueList<T> Create<T>(ReadOnlySpan<T> items) => items.IsEmpty ? ValueList<T>.Empty : new([.. items]);

    /// <summary>A list of these elements; null gives the empty list.</summary>
    public static ValueList<T> Of<T>(IEnumerable<T>? items) => items switch
    {
        null => ValueList<T>.Empty,
        ValueList<T> already => already,
        _ => Create<T>([.. items]),
    };
}
