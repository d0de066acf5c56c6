namespace Crm.Infrastructure.Persistence;

/// <summary>
/// What one transaction has read under a lock, and so need not read again: a batch asks for the same pipeline a thousand times. Undoing
/// a part of the transaction gives its locks back, so what it read is forgotten then.
/// </summary>
internal sealed class TransactionMemo
{
    private readonly Dictionary<(Type About, object Key), object?> _known = [];
    private readonly Stack<List<(Type, object)>> _ofParts = new();

    /// <summary>The value under the key, when it was read before.</summary>
    public bool TryGet<T>(Type about, object key, out T? value)
    {
        var found = _known.TryGetValue((about, key), out var known);
        value = found ? (T?)known : default;
        return found;
    }

    /// <summary>Remembers what was read.</summary>
    public void Keep(Type about, object key, object? value)
    {
        _known[(about, key)] = value;
        if (_ofParts.TryPeek(out var part)) part.Add((about, key));
    }

    /// <summary>A part begins that may be undone alone.</summary>
    public void BeginPart() => _ofParts.Push([]);

    /// <summary>The part ends; what it read is forgotten when it is undone.</summary>
    public void EndPart(bool undone)
    {
        var part = _ofParts.Pop();
        if (undone)
            foreach (var key in part) _known.Remove(key);
        else if (_ofParts.TryPeek(out var around)) around.AddRange(part);
    }

    /// <summary>Forgets what is known about aggregates of a type that the transaction itself changes.</summary>
    public void Forget(Type about)
    {
        foreach (var key in _known.Keys.Where(k => k.About == about).ToList()) _known.Remove(key);
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _known.Clear();
        _ofParts.Clear();
    }
}
