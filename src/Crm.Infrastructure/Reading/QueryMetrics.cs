using System.Diagnostics;
using System.Diagnostics.Metrics;
using Crm.Application.Behaviors;

namespace Crm.Infrastructure.Reading;

/// <summary>How long the database took, by use case: reads, and the one save of a command.</summary>
internal static class QueryMetrics
{
    private static readonly Meter Meter = new(Telemetry.Name);
    private static readonly Histogram<double> Duration =
        Meter.CreateHistogram<double>("crm.query.duration", "s", "Time a read or a save took in the database, by use case.");

    /// <summary>Records one and answers how long it took.</summary>
    public static TimeSpan Record(string useCase, string operation, long started)
    {
        var elapsed = Stopwatch.GetElapsedTime(started);
        Duration.Record(elapsed.TotalSeconds, new KeyValuePair<string, object?>("query", useCase), new KeyValuePair<string, object?>("operation", operation));
        return elapsed;
    }
}
