namespace Crm.Infrastructure.Persistence;

/// <summary>
/// What one transaction has read under a lock, and so need not read again: a batch asks for the same pipeline a thousand times. Undoing
/// a part of the transaction gives its locks back, so everything is forgotten then.
/// </summary>
internal sealed class TransactionMemo
{
    private readonly Dictionary<(Type About, object Key), object?> _known = [];

    /// <summary>The value under the key, when it was read before.</summary>
    public bool TryGet<T>(Type about, object key, out T? value)
    {
        var found = _known.TryGetValue((about, key), out var known);
        value = (T?)known;
        return found;
    }

    /// <summary>Remembers what was read.</summary>
    public void Keep(Type about, object key, object? value) => _known[(about, key)] = value;

    /// <summary>Forgets what is known about aggregates of a type that the transaction itself changes.</summary>
    public void Forget(Type about)
    {
        foreach (var key in _known.Keys.Where(k => k.About == about).ToList()) _known.Remove(key);
    }

    /// <summary>Forgets everything.</summary>
    public void Clear() => _known.Clear();
}
