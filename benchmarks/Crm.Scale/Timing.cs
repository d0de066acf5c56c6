using System.Diagnostics;

namespace Crm.Scale;

/// <summary>
/// Times two things in turns, one request each: whatever else the machine does meanwhile, both feel it. Medians, because it does a lot.
/// </summary>
internal static class Timing
{
    private const int Fewest = 40, Most = 400;

    /// <summary>The durations in milliseconds.</summary>
    public static async Task<(List<double> First, List<double> Second)> InTurnsAsync(Func<int, Task> first, Func<int, Task> second, TimeSpan atMost)
    {
        var (a, b) = (new List<double>(), new List<double>());
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < Most && (i < Fewest || clock.Elapsed < atMost); i++)
        {
            // Which one comes first must not matter either.
            if (i % 2 == 0) a.Add(await OneAsync(first, i));
            b.Add(await OneAsync(second, i));
            if (i % 2 == 1) a.Add(await OneAsync(first, i));
        }
        return (a, b);
    }

    public static async Task<double> OneAsync(Func<int, Task> send, int i)
    {
        var started = Stopwatch.GetTimestamp();
        await send(i);
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
