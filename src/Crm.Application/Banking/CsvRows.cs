using System.Text;
using Crm.Domain.Banking;
using Crm.Domain.Common;

namespace Crm.Application.Banking;

/// <summary>One row of a CSV file.</summary>
/// <param name="Line">The line it begins in, from 1.</param>
internal sealed record CsvRow(int Line, IReadOnlyList<string> Cells);

/// <summary>Reads CSV (RFC 4180): cells may stand in quotes, and then hold the separator, line ends and quotes, which are doubled.</summary>
internal static class CsvRows
{
    private const int MostCells = 200;
    private static readonly char[] Separators = [';', ',', '\t', '|'];
    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>The text of a file: in the encoding that its byte order mark tells, else UTF-8. Nothing is guessed: a wrong guess would change names silently.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED on <c>file</c>: it is in another encoding, or holds what no text does.</exception>
    public static string TextOf(byte[] content)
    {
        var (encoding, mark) = content switch
        {
            [0xEF, 0xBB, 0xBF, ..] => ((Encoding)Utf8, 3),
            [0xFF, 0xFE, ..] => (new UnicodeEncoding(bigEndian: false, byteOrderMark: false, throwOnInvalidBytes: true), 2),
            [0xFE, 0xFF, ..] => (new UnicodeEncoding(bigEndian: true, byteOrderMark: false, throwOnInvalidBytes: true), 2),
            _ => (Utf8, 0),
        };
        try
        {
            var text = encoding.GetString(content.AsSpan(mark));
            return StatementText.IsStorable(text) ? text : throw BankStatementErrors.Unreadable("holds control characters, which no text does");
        }
        catch (ArgumentException)
        {
            throw BankStatementErrors.Unreadable("is neither UTF-8 nor in the encoding that its byte order mark tells: save it as UTF-8");
        }
    }

    /// <summary>What separates cells in the first line that has any: what stands in it most often.</summary>
    public static char SeparatorOf(string text)
    {
        var line = text.AsSpan();
        if (line.IndexOfAny('\r', '\n') is var end and >= 0) line = line[..end];
        var (best, most) = (';', 0);
        foreach (var separator in Separators)
            if (line.Count(separator) is var count && count > most) (best, most) = (separator, count);
        return best;
    }

    /// <summary>All rows but the empty ones.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED on <c>file</c>: quotes that do not end, too many cells, a cell that is too long.</exception>
    public static IEnumerable<CsvRow> Read(string text, char separator)
    {
        var (cells, cell, line, start, at) = (new List<string>(), new StringBuilder(), 1, 1, 0);
        while (at < text.Length)
        {
            if (text[at] == '"' && cell.Length == 0) ReadQuoted();
            else if (text[at] == separator)
            {
                End();
                at++;
            }
            else if (text[at] is '\r' or '\n')
            {
                End();
                if (Row() is { } row) yield return row;
                at += text[at] == '\r' && at + 1 < text.Length && text[at + 1] == '\n' ? 2 : 1;
                start = ++line;
            }
            else cell.Append(text[at++]);
            if (cell.Length > StatementLimits.Text) throw BankStatementErrors.Unreadable(FormattableString.Invariant($"line {line}: a cell has more than {StatementLimits.Text} characters"));
        }
        End();
        if (Row() is { } last) yield return last;

        void End()
        {
            if (cells.Count == MostCells) throw BankStatementErrors.Unreadable(FormattableString.Invariant($"line {line}: has more than {MostCells} cells"));
            cells.Add(cell.ToString());
            cell.Clear();
        }

        CsvRow? Row()
        {
            var row = cells.All(string.IsNullOrWhiteSpace) ? null : new CsvRow(start, [.. cells]);
            cells.Clear();
            return row;
        }

        void ReadQuoted()
        {
            for (at++; ; at++)
            {
                if (at == text.Length) throw BankStatementErrors.Unreadable(FormattableString.Invariant($"line {start}: a quote does not end"));
                if (text[at] == '"' && !(at + 1 < text.Length && text[at + 1] == '"')) break;
                if (text[at] == '\n') line++;
                if (text[at] == '"') at++;
                cell.Append(text[at]);
                if (cell.Length > StatementLimits.Text) throw BankStatementErrors.Unreadable(FormattableString.Invariant($"line {start}: a cell has more than {StatementLimits.Text} characters"));
            }
            at++;
        }
    }
}
