using System.Globalization;
using Crm.Domain.Banking;
using Crm.Domain.Commerce;
using Crm.Domain.Common;

namespace Crm.Application.Banking;

/// <summary>Reads a bank's CSV file by the columns that are stated; the first line names them.</summary>
internal sealed class BankCsvReader
{
    private readonly BankStatementDetails _form;
    private readonly StatementComplaints _complaints = new();
    private readonly Dictionary<string, int> _columns = new(StringComparer.Ordinal);
    private readonly string _dateFormat;
    private readonly char _decimalSeparator;

    private BankCsvReader(BankStatementDetails form) =>
        (_form, _dateFormat, _decimalSeparator) = (form, form.DateFormat ?? "yyyy-MM-dd", form.DecimalSeparator is { Length: 1 } separator ? separator[0] : '.');

    /// <summary>Reads a whole file.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED on <c>file</c> or <c>columns</c>; PAYLOAD_TOO_LARGE: it has too many rows.</exception>
    public static StatementFile Read(byte[] content, BankStatementDetails form) => new BankCsvReader(form).Read(CsvRows.TextOf(content));

    private StatementFile Read(string text)
    {
        var rows = CsvRows.Read(text, _form.Delimiter is { Length: 1 } stated ? stated[0] : CsvRows.SeparatorOf(text)).GetEnumerator();
        using (rows)
        {
            if (!rows.MoveNext()) throw BankStatementErrors.Unreadable("has no line of headings");
            Head(rows.Current);
            var (entries, skipped) = (new List<BankEntry>(), 0);
            while (rows.MoveNext())
            {
                if (entries.Count + skipped == StatementLimits.Entries) throw BankStatementErrors.TooLarge($"A file may have at most {StatementLimits.Entries} entries: ask your bank for shorter periods.");
                if (Entry(rows.Current) is { } entry) entries.Add(entry);
                else skipped++;
            }
            _complaints.Throw();
            return new StatementFile(BankStatementFormat.Csv, [.. entries.GroupBy(e => e.Account, StringComparer.Ordinal).Select(Sum)], entries, skipped);
        }
    }

    private static AccountStatement Sum(IGrouping<string, BankEntry> account) =>
        new(null, account.Key, account.Min(e => e.BookedOn), account.Max(e => e.BookedOn), null, null, account.Count());

    /// <summary>Finds the columns; what is stated and not there is told, each at its place.</summary>
    private void Head(CsvRow headings)
    {
        var errors = new Dictionary<string, string[]>();
        foreach (var (column, heading) in _form.Columns)
        {
            var places = Enumerable.Range(0, headings.Cells.Count).Where(i => headings.Cells[i].Trim().Equals(heading.Trim(), StringComparison.OrdinalIgnoreCase)).ToList();
            if (places.Count == 1) _columns[column] = places[0];
            else errors[$"columns.{column}"] = [places.Count == 0 ? "names no column of the file" : "names more than one column of the file"];
        }
        if (errors.Count > 0) throw CrmException.Validation(errors);
    }

    /// <summary>Null for a row that comes to nothing, and for one that is wrong, which is complained of.</summary>
    private BankEntry? Entry(CsvRow row)
    {
        var (booked, value) = (Day(row, BankColumns.BookingDate), Day(row, BankColumns.ValueDate));
        var change = Change(row);
        var account = StatementText.Account(Cell(row, BankColumns.Iban)) ?? _form.Iban;
        if (booked is null && Cell(row, BankColumns.BookingDate) is null) Wrong(row, "has no day of booking");
        if (account is null) Wrong(row, "has no account: state iban, or the column that holds it");
        if (account is not null && !SellerRules.IsIban(account)) Wrong(row, "the account is no IBAN");
        if (change is not { } signed || booked is null || account is null || signed == 0) return null;
        var currency = StatementText.Of(Cell(row, BankColumns.Currency))?.ToUpperInvariant() ?? _form.Currency;
        if (currency is null) Wrong(row, "has no currency: state currency, or the column that holds it");
        else if (!Money.TryOf(Math.Abs(signed), currency, out var amount, out var error)) Wrong(row, error);
        else
            return new BankEntry
            {
                Account = account, Amount = amount, IsCredit = signed > 0, BookedOn = booked.Value, ValueOn = value, BankReference = StatementText.Of(Cell(row, BankColumns.BankReference)),
                EndToEndId = StatementText.Of(Cell(row, BankColumns.EndToEndId)), CreditorReference = StatementText.Of(Cell(row, BankColumns.CreditorReference)),
                RemittanceText = StatementText.Of(Cell(row, BankColumns.RemittanceText)), CounterpartyName = StatementText.Of(Cell(row, BankColumns.CounterpartyName)),
                CounterpartyIban = StatementText.Account(Cell(row, BankColumns.CounterpartyIban)),
            };
        return null;
    }

    /// <summary>What came in, less what went out; null when it cannot be read.</summary>
    private decimal? Change(CsvRow row)
    {
        if (_columns.ContainsKey(BankColumns.Amount)) return Number(row, BankColumns.Amount) ?? (Cell(row, BankColumns.Amount) is null ? Missing(row) : null);
        var (credit, debit) = (Cell(row, BankColumns.Credit), Cell(row, BankColumns.Debit));
        if (credit is null && debit is null) return Missing(row);
        // Banks write what goes out with or without its sign; what goes out is never more than nothing either way.
        var (came, went) = (credit is null ? 0 : Number(row, BankColumns.Credit), debit is null ? 0 : Number(row, BankColumns.Debit));
        if (came < 0) Wrong(row, "what came in is below zero");
        if (came != 0 && went != 0 && came is not null && went is not null) Wrong(row, "has both what came in and what went out");
        return came is null || went is null || came < 0 ? null : came - Math.Abs(went.Value);
    }

    private decimal? Missing(CsvRow row)
    {
        Wrong(row, "has no amount");
        return null;
    }

    private decimal? Number(CsvRow row, string column)
    {
        if (Cell(row, column) is not { } text) return null;
        if (CsvAmounts.TryRead(text, _decimalSeparator, out var number)) return number;
        Wrong(row, $"the {column} is no number with {(_decimalSeparator == ',' ? "a comma" : "a point")} before its decimals: state decimalSeparator if it is written in another way");
        return null;
    }

    private DateOnly? Day(CsvRow row, string column)
    {
        if (Cell(row, column) is not { } text) return null;
        if (DateOnly.TryParseExact(text.Trim(), _dateFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is >= 1900 and <= 9000) return day;
        Wrong(row, $"the {column} is no day written as {_dateFormat}");
        return null;
    }

    private string? Cell(CsvRow row, string column) => _columns.TryGetValue(column, out var place) && place < row.Cells.Count && !string.IsNullOrWhiteSpace(row.Cells[place]) ? row.Cells[place] : null;

    private void Wrong(CsvRow row, string why) => _complaints.Add(FormattableString.Invariant($"line {row.Line}"), why);
}
