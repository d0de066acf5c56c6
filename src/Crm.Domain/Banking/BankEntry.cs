using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Crm.Domain.Common;

namespace Crm.Domain.Banking;

/// <summary>What a file of a bank is.</summary>
public enum BankStatementFormat
{
    /// <summary>ISO 20022 camt.053, bank to customer statement.</summary>
    Camt053,
    /// <summary>A table, read by the columns that were stated.</summary>
    Csv,
}

/// <summary>What became of an entry when its statement was imported.</summary>
public enum BankEntryOutcome
{
    /// <summary>Money came in: it is a payment.</summary>
    Payment,
    /// <summary>Another statement has brought it before.</summary>
    Duplicate,
    /// <summary>Money went out: it is shown, and booked nowhere.</summary>
    Outgoing,
    /// <summary>The bank took back an earlier entry: it is shown, and somebody must look at it.</summary>
    Reversal,
}

/// <summary>One movement of an account, as a statement tells it.</summary>
public sealed record BankEntry
{
    /// <summary>The account: an IBAN, or what the bank calls it.</summary>
    public required string Account { get; init; }
    /// <summary>How much: above 0, whichever way it went.</summary>
    public required Money Amount { get; init; }
    /// <summary>True when it came in (CRDT), false when it went out (DBIT).</summary>
    public required bool IsCredit { get; init; }
    /// <summary>True when it takes back an earlier entry.</summary>
    public bool IsReversal { get; init; }
    /// <summary>The day it was booked.</summary>
    public required DateOnly BookedOn { get; init; }
    /// <summary>The day it counts from.</summary>
    public DateOnly? ValueOn { get; init; }
    /// <summary>The bank's own reference of it.</summary>
    public string? BankReference { get; init; }
    /// <summary>The reference of who ordered it.</summary>
    public string? EndToEndId { get; init; }
    /// <summary>The creditor's structured reference.</summary>
    public string? CreditorReference { get; init; }
    /// <summary>What was written with it.</summary>
    public string? RemittanceText { get; init; }
    /// <summary>Who paid, or was paid.</summary>
    public string? CounterpartyName { get; init; }
    /// <summary>His account.</summary>
    public string? CounterpartyIban { get; init; }

    /// <summary>What it is worth to the account: below zero when it went out.</summary>
    public decimal Change => IsCredit ? Amount.Amount : -Amount.Amount;

    /// <summary>What becomes of it, unless it is known already.</summary>
    public BankEntryOutcome Outcome => IsReversal ? BankEntryOutcome.Reversal : IsCredit ? BankEntryOutcome.Payment : BankEntryOutcome.Outgoing;

    /// <summary>Everything that was written with it, each once: what matching reads.</summary>
    public string? Reference
    {
        get
        {
            var said = new[] { CreditorReference, RemittanceText, EndToEndId }.Where(t => t is { Length: > 0 }).Distinct(StringComparer.Ordinal).ToList();
            return said.Count == 0 ? null : string.Join(" | ", said);
        }
    }
}

/// <summary>Tells entries apart, whichever statement brings them.</summary>
public static class BankEntryKey
{
    /// <summary>
    /// A key for each entry, 64 hexadecimal digits: made of its account, direction, amount and the bank's reference of it; where the bank gives none, of its days and texts. Of entries with the same, as banks
    /// allow them, it counts which one of its day it is, so that statements that overlap bring each once.
    /// </summary>
    public static IReadOnlyList<string> Of(IReadOnlyList<BankEntry> entries)
    {
        var met = new Dictionary<string, int>(StringComparer.Ordinal);
        var keys = new List<string>(entries.Count);
        foreach (var entry in entries)
        {
            var told = Told(entry);
            var occurrence = met[told] = met.GetValueOrDefault(told) + 1;
            keys.Add(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{told}\n{occurrence}")))));
        }
        return keys;
    }

    private static string Told(BankEntry entry)
    {
        string?[] parts = entry.BankReference is { } reference
            ? ["reference", reference]
            : ["entry", entry.BookedOn.ToString("O", CultureInfo.InvariantCulture), entry.ValueOn?.ToString("O", CultureInfo.InvariantCulture), entry.EndToEndId, entry.CreditorReference, entry.RemittanceText,
                entry.CounterpartyName, entry.CounterpartyIban];
        // No part can hold the separator: files with such characters are refused.
        return string.Join('\u001F', [entry.Account, entry.IsCredit ? "C" : "D", entry.IsReversal ? "R" : "", entry.Amount.ToString(), .. parts]);
    }
}
