namespace Crm.Api.Operations;

/// <summary>One time series of durations in seconds. Recording is a few interlocked additions, no lock and no allocation.</summary>
internal sealed class HistogramCell
{
    public static readonly double[] Bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
    private readonly long[] _buckets = new long[Bounds.Length + 1];
    private long _nanoseconds;

    public void Record(double seconds)
    {
        var bucket = 0;
        while (bucket < Bounds.Length && seconds > Bounds[bucket]) bucket++;
        Interlocked.Increment(ref _buckets[bucket]);
        // Summed as whole nanoseconds: interlocked addition knows no fractions, and 2^63 ns are 292 years.
        Interlocked.Add(ref _nanoseconds, (long)(seconds * 1e9));
    }

    /// <summary>The counts at or below each bound, the last one being all.</summary>
    public long[] Cumulative()
    {
        var counts = new long[_buckets.Length];
        long total = 0;
        for (var i = 0; i < counts.Length; i++) counts[i] = total += Volatile.Read(ref _buckets[i]);
        return counts;
    }

    public double Sum => Volatile.Read(ref _nanoseconds) / 1e9;
}
