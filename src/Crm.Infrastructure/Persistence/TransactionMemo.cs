namespace Crm.Infrastructure.Persistence;

/// <summary>
/// What one transaction has read under a lock, and so need not read again: a batch asks for the same pipeline a thousand times. Undoing
/// a part of the transaction gives its locks back, so everything is forgotten then.
/// </summary>
internal sealed class TransactionMemo
{
    private readonly Dictionary<(Type About, object Key), object?> _known = [];

    /// <summary>The value under the key, read at most once.</summary>
    public async Task<T> GetAsync<T>(Type about, object key, Func<Task<T>> read)
    {
        if (_known.TryGetValue((about, key), out var known)) return (T)known!;
        var value = await read();
        _known[(about, key)] = value;
        return value;
    }

    /// <summary>True the first time it is asked for this key.</summary>
    public bool IsNew(Type about, object key) => !_known.ContainsKey((about, key));

    /// <summary>Remembers a fact.</summary>
    public void Note(Type about, object key) => _known[(about, key)] = null;

    /// <summary>Forgets what is known about aggregates of a type that the transaction itself changes.</summary>
    public void Forget(Type about)
    {
        foreach (var key in _known.Keys.Where(k => k.About == about).ToList()) _known.Remove(key);
    }

    /// <summary>Forgets everything.</summary>
    public void Clear() => _known.Clear();
}
