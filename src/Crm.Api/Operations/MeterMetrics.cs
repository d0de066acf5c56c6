using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Crm.Api.Operations;

/// <summary>
/// What the application (<c>Crm</c>), the database driver and the runtime publish as .NET meters, for Prometheus. No exporter package
/// is to be had; a listener and a dictionary per instrument are all it takes.
/// </summary>
internal sealed class MeterMetrics : IDisposable
{
    private static readonly string[] Meters = ["Crm", "Npgsql", "System.Runtime"];
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<Instrument, MeterSeries> _series = new();

    public MeterMetrics()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (Meters.Contains(instrument.Meter.Name)) listener.EnableMeasurementEvents(instrument, _series.GetOrAdd(instrument, static i => new MeterSeries(i)));
        };
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, state) => ((MeterSeries)state!).Record(value, tags));
        _listener.SetMeasurementEventCallback<float>(static (_, value, tags, state) => ((MeterSeries)state!).Record(value, tags));
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, state) => ((MeterSeries)state!).Record(value, tags));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, state) => ((MeterSeries)state!).Record(value, tags));
        _listener.Start();
    }

    public void Write(PrometheusText text)
    {
        _listener.RecordObservableInstruments();
        foreach (var byName in _series.Values.Where(s => s.Any).GroupBy(s => s.Name).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            text.Head(byName.Key, byName.First().Type, byName.First().Help);
            foreach (var series in byName) series.Write(text);
        }
    }

    public void Dispose() => _listener.Dispose();
}

/// <summary>The time series of one instrument, by its tags.</summary>
internal sealed class MeterSeries
{
    /// <summary>Bounds what one instrument may take in memory, whatever its tags.</summary>
    private const int MaxCells = 1_000;
    private readonly Instrument _instrument;
    private readonly ConcurrentDictionary<Key, Cell> _cells = new();
    private Cell? _only;
    private readonly Cell _overflow = new([("overflow", "true")]);

    public MeterSeries(Instrument instrument)
    {
        _instrument = instrument;
        var kind = instrument.GetType().Name;
        IsAbsolute = instrument.IsObservable || kind.StartsWith("Gauge", StringComparison.Ordinal);
        Type = kind.StartsWith("Histogram", StringComparison.Ordinal) ? "histogram"
            : kind.StartsWith("Counter", StringComparison.Ordinal) || kind.StartsWith("ObservableCounter", StringComparison.Ordinal) ? "counter" : "gauge";
        var unit = instrument.Unit switch { "s" => "_seconds", "By" => "_bytes", "ms" => "_milliseconds", _ => "" };
        Name = Safe(instrument.Name) + unit + (Type == "counter" ? "_total" : "");
    }

    public string Name { get; }

    public string Type { get; }

    public string Help => _instrument.Description ?? _instrument.Name;

    public bool Any => !_cells.IsEmpty;

    private bool IsAbsolute { get; }

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var (key, varies) = (new Key(), false);
        foreach (var tag in tags)
        {
            if (IsConstant(tag.Key)) continue;
            (key, varies) = (key.Add(tag.Value), true);
        }
        // Most instruments of the driver have one series, and are measured a dozen times per request: these need no look-up.
        var cell = varies ? _cells.TryGetValue(key, out var found) ? found : Add(key, tags) : _only ??= Add(key, tags);
        if (Type == "histogram") cell.Durations.Record(value);
        else if (IsAbsolute) cell.Set(value);
        else cell.Add(value);
    }

    public void Write(PrometheusText text)
    {
        foreach (var cell in _cells.Values)
            if (Type == "histogram") text.Histogram(Name, cell.Labels, cell.Durations);
            else text.Sample(Name, cell.Labels, cell.Value);
    }

    private Cell Add(Key key, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (_cells.Count >= MaxCells) return _cells.GetOrAdd(new Key("overflow", null, null, null), _overflow);
        var labels = new List<(string, string)>();
        foreach (var tag in tags)
            if (!IsConstant(tag.Key) && labels.Count < Key.Most) labels.Add((Safe(tag.Key), tag.Value?.ToString() ?? ""));
        return _cells.GetOrAdd(key, new Cell(labels));
    }

    /// <summary>Tags that are the same in every series of this process, or name hosts and logins.</summary>
    private static bool IsConstant(string tag) => tag is "db.system.name" or "db.client.connection.pool.name" or "db.namespace" || tag.StartsWith("server.", StringComparison.Ordinal);

    private static string Safe(string name) => string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));

    private readonly record struct Key(object? A, object? B, object? C, object? D)
    {
        public const int Most = 4;

        public Key Add(object? value) => A is null ? this with { A = value } : B is null ? this with { B = value } : C is null ? this with { C = value } : this with { D = D ?? value };
    }

    private sealed class Cell(IReadOnlyList<(string, string)> labels)
    {
        private double _value;

        public IReadOnlyList<(string, string)> Labels { get; } = labels;

        public HistogramCell Durations { get; } = new();

        public double Value => Volatile.Read(ref _value);

        public void Set(double value) => Volatile.Write(ref _value, value);

        public void Add(double value)
        {
            double seen;
            do seen = Volatile.Read(ref _value);
            while (BitConverter.DoubleToInt64Bits(Interlocked.CompareExchange(ref _value, seen + value, seen)) != BitConverter.DoubleToInt64Bits(seen));
        }
    }
}
