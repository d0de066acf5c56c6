using Crm.Domain.Common;

namespace Crm.Domain.Banking;

/// <summary>What users state about a bank statement when they upload it. All but the name is how to read a CSV file; a CAMT.053 file says everything itself.</summary>
public record BankStatementDetails : RecordDetails
{
    /// <summary>What it is called, 1–300 characters; the file's name unless stated.</summary>
    public required string Name { get; init; }
    /// <summary>The account (ISO 13616), where the file does not tell it in a column of its own.</summary>
    public string? Iban { get; init; }
    /// <summary>ISO 4217: the currency of its amounts, where the file does not tell it.</summary>
    public string? Currency { get; init; }
    /// <summary>Which column of the file holds what: see <see cref="BankColumns"/>.</summary>
    public TextMap Columns { get; init; } = TextMap.Empty;
    /// <summary>What separates columns: one character; found in the first line unless stated.</summary>
    public string? Delimiter { get; init; }
    /// <summary>How days are written, such as <c>dd.MM.yyyy</c>; ISO 8601 unless stated.</summary>
    public string? DateFormat { get; init; }
    /// <summary>What comes before the decimals: a point, unless a comma is stated.</summary>
    public string? DecimalSeparator { get; init; }
}

/// <summary>What the columns of a bank's CSV file may hold; each is named by the file's heading.</summary>
public static class BankColumns
{
    /// <summary>The day of the booking; required.</summary>
    public const string BookingDate = "bookingDate";
    /// <summary>The day of the value.</summary>
    public const string ValueDate = "valueDate";
    /// <summary>What came in, or below zero went out; or else credit and debit.</summary>
    public const string Amount = "amount";
    /// <summary>What came in.</summary>
    public const string Credit = "credit";
    /// <summary>What went out.</summary>
    public const string Debit = "debit";
    /// <summary>ISO 4217.</summary>
    public const string Currency = "currency";
    /// <summary>The account, when the file is of several.</summary>
    public const string Iban = "iban";
    /// <summary>The bank's own reference of the entry.</summary>
    public const string BankReference = "bankReference";
    /// <summary>What was written with it.</summary>
    public const string RemittanceText = "remittanceText";
    /// <summary>The structured reference of the creditor (ISO 11649 or another).</summary>
    public const string CreditorReference = "creditorReference";
    /// <summary>The reference of who ordered it.</summary>
    public const string EndToEndId = "endToEndId";
    /// <summary>Who paid, or was paid.</summary>
    public const string CounterpartyName = "counterpartyName";
    /// <summary>His account.</summary>
    public const string CounterpartyIban = "counterpartyIban";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        BookingDate, ValueDate, Amount, Credit, Debit, Currency, Iban, BankReference, RemittanceText, CreditorReference, EndToEndId, CounterpartyName, CounterpartyIban,
    ];
}
