using System.Globalization;

namespace Crm.Domain.Matching;

/// <summary>An invoice's number as somebody wrote it.</summary>
/// <param name="Key">Year and number without leading zeros, such as <c>2026-17</c>: see <see cref="InvoiceKey"/>.</param>
/// <param name="Before">The letters and digits before the year, in upper case: the number's series ends there, if it was written.</param>
/// <param name="IsWhole">Whether the number was written with all its zeros: six digits at least.</param>
public sealed record InvoiceMention(string Key, string Before, bool IsWhole)
{
    private const int YearDigits = 4, WholeDigits = 6, MostDigits = 12, LongestBefore = 40, MostMentions = 50;

    /// <summary>
    /// All the numbers that a text mentions, each once: in any case, with or without the zeros, with spaces or punctuation between the parts or with nothing between them. What looks like
    /// a calendar day is none. At most 50.
    /// </summary>
    public static IReadOnlyList<InvoiceMention> In(string? text)
    {
        if (string.IsNullOrEmpty(text)) return [];
        var found = new List<InvoiceMention>();
        for (var at = 0; at < text.Length && found.Count < MostMentions;)
        {
            var (start, end) = Digits(text, at);
            if (start < 0) break;
            at = end;
            if (Read(text, start, end) is { } mention && !found.Contains(mention)) found.Add(mention);
        }
        return found;
    }

    private static InvoiceMention? Read(string text, int start, int end)
    {
        // A creditor reference (ISO 11649) puts RF and two check digits before what it refers to.
        if (end - start > 2 && start >= 2 && IsReference(text, start)) start += 2;
        var length = end - start;
        if (length < YearDigits || !IsYear(text, start)) return null;
        if (length > YearDigits) return length is >= YearDigits + WholeDigits and <= YearDigits + MostDigits ? Of(text, start, text[(start + YearDigits)..end]) : null;
        var (from, to) = Digits(text, end);
        if (from < 0 || to - from > MostDigits || !IsBetween(text, end, from)) return null;
        var isWhole = to - from >= WholeDigits;
        return !isWhole && (IsDay(text, start) || IsDayAfter(text, from, to)) ? null : Of(text, start, text[from..to]);
    }

    private static InvoiceMention? Of(string text, int year, string number) =>
        InvoiceKey.Of(text.Substring(year, YearDigits), number) is { } key ? new InvoiceMention(key, Compact(text, year), number.Length >= WholeDigits) : null;

    /// <summary>The letters and digits before a place, without what stands between them.</summary>
    private static string Compact(string text, int end)
    {
        var kept = new List<char>();
        for (var i = end - 1; i >= 0 && kept.Count < LongestBefore; i--)
            if (char.IsLetterOrDigit(text[i])) kept.Add(char.ToUpperInvariant(text[i]));
        kept.Reverse();
        return new string([.. kept]);
    }

    private static (int Start, int End) Digits(string text, int from)
    {
        var start = from;
        while (start < text.Length && !char.IsAsciiDigit(text[start])) start++;
        if (start == text.Length) return (-1, -1);
        var end = start;
        while (end < text.Length && char.IsAsciiDigit(text[end])) end++;
        return (start, end);
    }

    private static bool IsYear(string text, int at) => text[at] == '2' && text[at + 1] == '0';

    private static bool IsReference(string text, int start) => text[(start - 2)..start].Equals("RF", StringComparison.OrdinalIgnoreCase) && (start == 2 || !char.IsLetterOrDigit(text[start - 3]));

    /// <summary>Between year and number stand a few marks or spaces, and no words.</summary>
    private static bool IsBetween(string text, int end, int from) => from - end is >= 1 and <= 3 && text[end..from].All(c => !char.IsLetterOrDigit(c));

    /// <summary>15.01.2026: the year ends a day.</summary>
    private static bool IsDay(string text, int year) => year >= 2 && text[year - 1] is '.' or '/' or '-' && char.IsAsciiDigit(text[year - 2]);

    /// <summary>2026-01-15: the year begins one.</summary>
    private static bool IsDayAfter(string text, int from, int to) => to - from <= 2 && to + 1 < text.Length && text[to] is '.' or '/' or '-' && char.IsAsciiDigit(text[to + 1]);
}

/// <summary>What invoices are looked up by when somebody writes their numbers: <c>INV-2026-000017</c> is <c>2026-17</c>. The database makes the same of the numbers it keeps.</summary>
public static class InvoiceKey
{
    /// <summary>The key of a year's four digits and a number's; null when the number is 0.</summary>
    public static string? Of(string year, string number) => number.TrimStart('0') is { Length: > 0 } bare ? string.Create(CultureInfo.InvariantCulture, $"{year}-{bare}") : null;

    /// <summary>The letters and digits of the series that begins a number, in upper case: all before its last two parts; empty without a series.</summary>
    public static string SeriesOf(string number)
    {
        var dash = number.LastIndexOf('-');
        return dash < 4 ? "" : new string([.. number[..(dash - 4)].Where(char.IsLetterOrDigit).Select(char.ToUpperInvariant)]);
    }
}
