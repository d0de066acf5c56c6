using System.Diagnostics;

namespace Crm.Api.Operations;

/// <summary>
/// One time series of durations in seconds. Recording is a few interlocked additions, no lock; and no allocation, unless the request is being
/// traced: then the bucket remembers it as its exemplar, so that a look at a slow bucket leads to a trace of a slow request.
/// </summary>
internal sealed class HistogramCell
{
    public static readonly double[] Bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
    private readonly long[] _buckets = new long[Bounds.Length + 1];
    private readonly Exemplar?[] _exemplars = new Exemplar?[Bounds.Length + 1];
    private long _nanoseconds;

    public void Record(double seconds)
    {
        var bucket = 0;
        while (bucket < Bounds.Length && seconds > Bounds[bucket]) bucket++;
        Interlocked.Increment(ref _buckets[bucket]);
        // Summed as whole nanoseconds: interlocked addition knows no fractions, and 2^63 ns are 292 years.
        Interlocked.Add(ref _nanoseconds, (long)(seconds * 1e9));
        if (Activity.Current is { Recorded: true } traced)
            Volatile.Write(ref _exemplars[bucket], new Exemplar(traced.TraceId, traced.SpanId, seconds, DateTimeOffset.UtcNow));
    }

    /// <summary>The latest traced value of a bucket.</summary>
    public Exemplar? ExemplarOf(int bucket) => Volatile.Read(ref _exemplars[bucket]);

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

/// <summary>A measured value and the trace it was measured in.</summary>
internal sealed record Exemplar(ActivityTraceId Trace, ActivitySpanId Span, double Seconds, DateTimeOffset At);
