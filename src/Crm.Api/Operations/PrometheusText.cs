using System.Globalization;
using System.Text;

namespace Crm.Api.Operations;

/// <summary>Writes the text format 0.0.4 that Prometheus scrapes.</summary>
internal sealed class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";
    private readonly StringBuilder _text = new(16_384);

    public void Head(string name, string type, string help) =>
        _text.Append("# HELP ").Append(name).Append(' ').Append(help.Replace("\\", @"\\").Replace("\n", "\\n"))
            .Append("\n# TYPE ").Append(name).Append(' ').Append(type).Append('\n');

    public void Sample(string name, IReadOnlyList<(string Name, string Value)> labels, double value, (string Name, string Value)? extra = null)
    {
        _text.Append(name);
        if (labels.Count > 0 || extra is not null)
        {
            _text.Append('{');
            foreach (var label in labels) Label(label);
            if (extra is { } last) Label(last);
            _text[^1] = '}';
        }
        _text.Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
    }

    public void Histogram(string name, IReadOnlyList<(string Name, string Value)> labels, HistogramCell cell)
    {
        var counts = cell.Cumulative();
        for (var i = 0; i < HistogramCell.Bounds.Length; i++)
            Sample(name + "_bucket", labels, counts[i], ("le", HistogramCell.Bounds[i].ToString("R", CultureInfo.InvariantCulture)));
        Sample(name + "_bucket", labels, counts[^1], ("le", "+Inf"));
        Sample(name + "_sum", labels, cell.Sum);
        Sample(name + "_count", labels, counts[^1]);
    }

    public override string ToString() => _text.ToString();

    private void Label((string Name, string Value) label) =>
        _text.Append(label.Name).Append("=\"").Append(label.Value.Replace("\\", @"\\").Replace("\"", "\\\"").Replace("\n", "\\n")).Append("\",");
}
