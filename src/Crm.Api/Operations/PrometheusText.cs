using System.Globalization;
using System.Text;

namespace Crm.Api.Operations;

/// <summary>
/// Writes what Prometheus scrapes: the text format 0.0.4, or OpenMetrics 1.0 for those who accept it, which alone has room for exemplars.
/// </summary>
internal sealed class PrometheusText(bool isOpenMetrics = false)
{
    public const string PlainType = "text/plain; version=0.0.4; charset=utf-8";
    public const string OpenMetricsType = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    private const string CounterEnding = "_total";
    private readonly StringBuilder _text = new(16_384);

    public string ContentType => isOpenMetrics ? OpenMetricsType : PlainType;

    public void Head(string name, string type, string help)
    {
        // In OpenMetrics the ending belongs to a counter's sample, not to its family.
        if (isOpenMetrics && type == "counter" && name.EndsWith(CounterEnding, StringComparison.Ordinal)) name = name[..^CounterEnding.Length];
        _text.Append("# HELP ").Append(name).Append(' ').Append(help.Replace("\\", @"\\").Replace("\n", "\\n"))
            .Append("\n# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
    }

    public void Sample(string name, IReadOnlyList<(string Name, string Value)> labels, double value, (string Name, string Value)? extra = null, Exemplar? exemplar = null)
    {
        _text.Append(name);
        if (labels.Count > 0 || extra is not null)
        {
            _text.Append('{');
            foreach (var label in labels) Label(label);
            if (extra is { } last) Label(last);
            _text[^1] = '}';
        }
        _text.Append(' ').Append(Number(value));
        if (isOpenMetrics && exemplar is not null)
            _text.Append(" # {trace_id=\"").Append(exemplar.Trace.ToHexString()).Append("\",span_id=\"").Append(exemplar.Span.ToHexString()).Append("\"} ")
                .Append(Number(exemplar.Seconds)).Append(' ').Append(Number(exemplar.At.ToUnixTimeMilliseconds() / 1e3));
        _text.Append('\n');
    }

    public void Histogram(string name, IReadOnlyList<(string Name, string Value)> labels, HistogramCell cell)
    {
        var counts = cell.Cumulative();
        for (var i = 0; i < HistogramCell.Bounds.Length; i++)
            Sample(name + "_bucket", labels, counts[i], ("le", Number(HistogramCell.Bounds[i])), cell.ExemplarOf(i));
        Sample(name + "_bucket", labels, counts[^1], ("le", "+Inf"), cell.ExemplarOf(counts.Length - 1));
        Sample(name + "_sum", labels, cell.Sum);
        Sample(name + "_count", labels, counts[^1]);
    }

    public override string ToString() => isOpenMetrics ? _text + "# EOF\n" : _text.ToString();

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private void Label((string Name, string Value) label) =>
        _text.Append(label.Name).Append("=\"").Append(label.Value.Replace("\\", @"\\").Replace("\"", "\\\"").Replace("\n", "\\n")).Append("\",");
}
