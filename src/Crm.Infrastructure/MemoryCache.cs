using System.Collections.Concurrent;
using Crm.Application.Abstractions;

namespace Crm.Infrastructure;

/// <summary>
/// A cache of this instance. Entries are dropped after their age, so what another instance changed is seen within it; the whole is
/// cleared when it grows past its bound, which costs a read each and needs no bookkeeping.
/// </summary>
internal sealed class MemoryCache(TimeProvider clock) : ICache
{
    private const int MaxEntries = 50_000;
    private readonly ConcurrentDictionary<string, (object? Value, long At)> _entries = new(StringComparer.Ordinal);
    private long _generation;

    public ValueTask<T> GetOrAddAsync<T>(string key, TimeSpan age, Func<CancellationToken, Task<T>> make, CancellationToken ct) =>
        _entries.TryGetValue(key, out var entry) && clock.GetElapsedTime(entry.At) < age
            ? new ValueTask<T>((T)entry.Value!)
            : new ValueTask<T>(AddAsync(key, make, ct));

    public void Forget(string prefix)
    {
        Interlocked.Increment(ref _generation);
        foreach (var key in _entries.Keys)
            if (key.StartsWith(prefix, StringComparison.Ordinal)) _entries.TryRemove(key, out _);
    }

    private async Task<T> AddAsync<T>(string key, Func<CancellationToken, Task<T>> make, CancellationToken ct)
    {
        var generation = Interlocked.Read(ref _generation);
        var value = await make(ct);
        if (_entries.Count >= MaxEntries) _entries.Clear();
        // Something was forgotten while this was read: it may be what was read. Use it once, keep it not.
        if (generation == Interlocked.Read(ref _generation)) _entries[key] = (value, clock.GetTimestamp());
        return value;
    }
}
