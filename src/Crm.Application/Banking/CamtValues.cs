using System.Globalization;
using Crm.Domain.Common;

namespace Crm.Application.Banking;

/// <summary>The values of a part of a CAMT statement by their paths. Of an element that comes again the first counts; lines of remittance are one text.</summary>
internal sealed class CamtValues
{
    private const string CurrencyOf = "@Ccy";
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <summary>The first of these paths that has a value.</summary>
    public string? this[params ReadOnlySpan<string> paths]
    {
        get
        {
            foreach (var path in paths)
                if (_values.TryGetValue(path, out var value)) return value;
            return null;
        }
    }

    public void Add(string path, string text, string? currency)
    {
        if (currency is not null) _values.TryAdd(path + CurrencyOf, currency);
        if (_values.TryAdd(path, text) || !(path.EndsWith("/Ustrd", StringComparison.Ordinal) || path.EndsWith("/CdtrRefInf/Ref", StringComparison.Ordinal))) return;
        if (_values[path].Length + text.Length < StatementLimits.Text) _values[path] += " " + text;
    }

    /// <summary>The amount at the first path that has one.</summary>
    /// <param name="error">Why it is none; null when there is none to be read.</param>
    public Money? Amount(out string? error, params ReadOnlySpan<string> paths)
    {
        error = null;
        foreach (var path in paths)
        {
            if (!_values.TryGetValue(path, out var text)) continue;
            if (!decimal.TryParse(text.Trim(), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)) error = "the amount is no number of a size that is taken";
            else if (number < 0) error = "the amount is below zero; CdtDbtInd tells which way it went";
            else if (Money.TryOf(number, _values.GetValueOrDefault(path + CurrencyOf), out var money, out error)) return money;
            return null;
        }
        return null;
    }

    /// <summary>The day at a path, stated as a day or as an instant.</summary>
    public DateOnly? Day(string path) =>
        this[path + "/Dt", path + "/DtTm"]?.Trim() is { Length: >= 10 } text && DateOnly.TryParseExact(text[..10], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            && (text.Length == 10 || text[10] is 'T' or '+' or '-' or 'Z') ? day : null;

    /// <summary>Whether the part says CRDT or DBIT; null when it says neither.</summary>
    public bool? IsCredit => this["CdtDbtInd"]?.Trim() switch { "CRDT" => true, "DBIT" => false, _ => null };
}
