using Crm.Domain.Banking;
using Crm.Domain.Common;

namespace Crm.Application.Banking;

/// <summary>One entry of a CAMT statement while it is read: its own values, and those of the transactions it stands for.</summary>
internal sealed class CamtEntry
{
    public CamtValues Values { get; } = new();

    public List<CamtValues> Transactions { get; } = [];
}

/// <summary>One statement of a CAMT file while it is read.</summary>
internal sealed class CamtStatement(int index, StatementComplaints complaints)
{
    private readonly List<BankEntry> _entries = [];
    private Money? _opening, _previous, _closing;
    private int _met;
    private decimal _change;

    public CamtValues Values { get; } = new();

    public IReadOnlyList<BankEntry> Entries => _entries;

    /// <summary>Entries that are not booked, or come to nothing.</summary>
    public int Skipped { get; private set; }

    private string? Account => StatementText.Account(Values["Acct/Id/IBAN", "Acct/Id/Othr/Id"]);

    public void AddBalance(CamtValues balance)
    {
        var kind = balance["Tp/CdOrPrtry/Cd"]?.Trim();
        if (kind is not ("OPBD" or "PRCD" or "CLBD")) return;
        if (balance.Amount(out var error, "Amt") is not { } amount || balance.IsCredit is not { } isCredit)
        {
            complaints.Add(Where("a balance"), error ?? "has no amount or no CdtDbtInd");
            return;
        }
        var signed = isCredit ? amount : Money.Of(-amount.Amount, amount.Currency);
        if (kind == "CLBD") _closing ??= signed;
        else if (kind == "OPBD") _opening ??= signed;
        else _previous ??= signed;
    }

    public void AddEntry(CamtEntry entry)
    {
        _met++;
        var values = entry.Values;
        var status = values["Sts/Cd", "Sts"]?.Trim();
        if (status is not null and not "BOOK")
        {
            Skipped++;
            return;
        }
        var amount = values.Amount(out var error, "Amt");
        var booked = values.Day("BookgDt") ?? values.Day("ValDt");
        if (status is null) Wrong("has no status (Sts)");
        if (amount is null) Wrong(error ?? "has no amount (Amt)");
        if (values.IsCredit is null) Wrong("has no CRDT or DBIT (CdtDbtInd)");
        if (booked is null) Wrong("has no day of booking (BookgDt) that is one");
        if (status is null || amount is null || values.IsCredit is not { } isCredit || booked is null) return;
        _change += isCredit ? amount.Amount : -amount.Amount;
        if (amount.Amount == 0) Skipped++;
        else _entries.AddRange(Parts(entry, Read(values, amount, isCredit, booked.Value)));

        void Wrong(string why) => complaints.Add(Where($"entry {_met}"), why);
    }

    /// <summary>Checks that balances and entries add up, and sums the statement up.</summary>
    public AccountStatement Finish()
    {
        var account = Account;
        if (account is null) complaints.Add(Where("the account"), "has no number (Acct/Id)");
        var opening = _opening ?? _previous;
        if (!complaints.Any && opening is not null && _closing is not null && opening.Currency == _closing.Currency && _entries.All(e => e.Amount.Currency == opening.Currency) && opening.Amount + _change != _closing.Amount)
            complaints.Add(Where("the balances"), FormattableString.Invariant($"{opening} and the entries, {_change}, do not come to {_closing}"));
        return new AccountStatement(StatementText.Of(Values["Id"]), account ?? "", _entries.Count == 0 ? null : _entries.Min(e => e.BookedOn), _entries.Count == 0 ? null : _entries.Max(e => e.BookedOn),
            opening, _closing, _entries.Count);
    }

    private BankEntry Read(CamtValues values, Money amount, bool isCredit, DateOnly booked) => new()
    {
        Account = Account ?? "", Amount = amount, IsCredit = isCredit, IsReversal = values["RvslInd"]?.Trim() is "true" or "1", BookedOn = booked, ValueOn = values.Day("ValDt"),
        BankReference = StatementText.Of(values["AcctSvcrRef", "NtryRef"]), RemittanceText = StatementText.Of(values["AddtlNtryInf"]),
    };

    /// <summary>An entry that stands for several transactions falls into them, when their amounts are told and come to its own; else it stays one.</summary>
    private static IEnumerable<BankEntry> Parts(CamtEntry read, BankEntry entry)
    {
        if (read.Transactions.Count == 0) return [entry];
        if (read.Transactions.Count == 1) return [Detailed(entry, read.Transactions[0])];
        var amounts = read.Transactions.Select(t => t.Amount(out _, "Amt", "AmtDtls/TxAmt/Amt")).ToList();
        var isBatch = amounts.All(a => a is { Amount: > 0 } && a.Currency == entry.Amount.Currency) && read.Transactions.All(t => (t.IsCredit ?? entry.IsCredit) == entry.IsCredit)
            && amounts.Sum(a => a!.Amount) == entry.Amount.Amount;
        return isBatch ? read.Transactions.Select((t, i) => Detailed(entry, t) with { Amount = amounts[i]! })
            : [entry with { RemittanceText = StatementText.Of(string.Join(" | ", read.Transactions.Select(t => Detailed(entry, t).Reference).Prepend(entry.RemittanceText).Where(t => t is not null).Distinct())) }];
    }

    private static BankEntry Detailed(BankEntry entry, CamtValues transaction)
    {
        // Who stands on the other side: the debtor of what came in, the creditor of what went out.
        var party = entry.IsCredit ? "Dbtr" : "Cdtr";
        return entry with
        {
            BankReference = StatementText.Of(transaction["Refs/AcctSvcrRef"]) ?? entry.BankReference,
            EndToEndId = StatementText.Of(transaction["Refs/EndToEndId"]),
            CreditorReference = StatementText.Of(transaction["RmtInf/Strd/CdtrRefInf/Ref"]),
            RemittanceText = StatementText.Of(transaction["RmtInf/Ustrd", "RmtInf/Strd/AddtlRmtInf", "AddtlTxInf"]) ?? entry.RemittanceText,
            CounterpartyName = StatementText.Of(transaction[$"RltdPties/{party}/Nm", $"RltdPties/{party}/Pty/Nm", $"RltdPties/Ultmt{party}/Nm", $"RltdPties/Ultmt{party}/Pty/Nm"]),
            CounterpartyIban = StatementText.Account(transaction[$"RltdPties/{party}Acct/Id/IBAN"]),
        };
    }

    private string Where(string what) => FormattableString.Invariant($"statement {index}, {what}");
}
