using System.Collections.Concurrent;
using System.Collections.Frozen;

namespace Crm.Api.Operations;

/// <summary>
/// Requests by method, route template and status. Our own instead of the server's meter: one dictionary look-up a request instead
/// of a list of tags, and never a label that a caller chooses.
/// </summary>
internal sealed class HttpMetrics
{
    private static readonly FrozenSet<string> Methods = FrozenSet.ToFrozenSet(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);
    private readonly ConcurrentDictionary<(string Method, string Route, int Status), HistogramCell> _cells = new();
    private long _inFlight;

    public long InFlight => Volatile.Read(ref _inFlight);

    public void Begin() => Interlocked.Increment(ref _inFlight);

    /// <summary>The method, or _OTHER for one that HTTP APIs do not use: callers may send any word.</summary>
    public static string Known(string method) => Methods.Contains(method) ? method : "_OTHER";

    public void End(string method, string route, int status, double seconds)
    {
        Interlocked.Decrement(ref _inFlight);
        _cells.GetOrAdd((method, route, status), static _ => new HistogramCell()).Record(seconds);
    }

    public void Write(PrometheusText text)
    {
        text.Head("http_server_active_requests", "gauge", "Requests being served.");
        text.Sample("http_server_active_requests", [], InFlight);
        text.Head("http_server_request_duration_seconds", "histogram", "Requests by method, route and status, and how long they took.");
        foreach (var ((method, route, status), cell) in _cells.OrderBy(c => c.Key.Route, StringComparer.Ordinal).ThenBy(c => c.Key.Method, StringComparer.Ordinal).ThenBy(c => c.Key.Status))
            text.Histogram("http_server_request_duration_seconds",
                [("method", method), ("route", route), ("status", status.ToString(System.Globalization.CultureInfo.InvariantCulture))], cell);
    }
}
