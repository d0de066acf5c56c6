using System.Diagnostics;
using System.Globalization;

namespace Crm.Demo;

/// <summary>What the user reads.</summary>
internal static class Out
{
    internal static void Line(string text = "") => Console.WriteLine(text);

    internal static void Note(string text) => Console.Error.WriteLine($"  … {text}");

    internal static void Error(string text) => Console.Error.WriteLine(text);

    internal static string Seconds(Stopwatch since) => string.Create(CultureInfo.InvariantCulture, $"{since.Elapsed.TotalSeconds,6:0.00} s");

    internal static string Number(decimal? value, string format = "#,0.##") =>
        value is { } number ? number.ToString(format, CultureInfo.InvariantCulture) : "–";

    /// <summary>Prints rows in columns; the first is text, the others are numbers and stand to the right.</summary>
    internal static void Table(string[] head, IReadOnlyList<string[]> rows)
    {
        var widths = head.Select((h, i) => rows.Select(r => r[i].Length).Append(h.Length).Max()).ToArray();
        foreach (var row in rows.Prepend(head))
            Line("  " + string.Join("  ", row.Select((cell, i) => i == 0 ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i]))).TrimEnd());
    }
}
