namespace Crm.Domain.Scoring;

/// <summary>Which leads a model is fitted on, and which are kept to judge it.</summary>
public static class HoldOut
{
    /// <summary>The part that is held out, 0–1.</summary>
    public const double Part = 0.3;

    /// <summary>True for 30 % of all ids, the same ones always: a later fit is judged on leads it has not seen either. FNV-1a over the id's bytes.</summary>
    public static bool Has(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        var hash = 14695981039346656037UL;
        foreach (var b in bytes) hash = (hash ^ b) * 1099511628211UL;
        // The upper bits: the lower ones of FNV are the weaker.
        return (hash >> 40) % 1_000 < Part * 1_000;
    }
}
