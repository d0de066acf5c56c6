using Crm.Application.Abstractions;
using Crm.Domain.Banking;
using Crm.Domain.Commerce;
using Crm.Domain.Common;
using Crm.Domain.Payments;

namespace Crm.Application.Banking;

/// <summary>Says what becomes of the entries of a file.</summary>
public sealed class BankEntryIntake(IBankStatementRepository statements) : ISharedByUseCases
{
    private const int LongestName = 300, LongestReference = 2_000;

    /// <summary>Each entry with what becomes of it: what is known already, here or earlier in the file, becomes nothing new.</summary>
    public async Task<IReadOnlyList<KeptBankEntry>> SortAsync(StatementFile file, DateTimeOffset now, CancellationToken ct)
    {
        var keys = BankEntryKey.Of(file.Entries);
        var known = (await statements.KnownAsync(keys, ct)).ToDictionary(StringComparer.Ordinal);
        var kept = new List<KeptBankEntry>(file.Entries.Count);
        foreach (var (position, entry) in file.Entries.Index())
        {
            var (id, key) = (Ids.New(now), keys[position]);
            var isKnown = known.TryGetValue(key, out var former);
            var outcome = isKnown ? BankEntryOutcome.Duplicate : entry.Outcome;
            if (!isKnown) known.Add(key, id);
            kept.Add(new KeptBankEntry(id, position + 1, key, entry, outcome, outcome == BankEntryOutcome.Payment ? Ids.New(now) : null, isKnown ? former : null));
        }
        return kept;
    }

    /// <summary>How many become what.</summary>
    public static BankStatementCounts Count(IReadOnlyList<KeptBankEntry> entries, int skipped) => new(
        entries.Count(e => e.Outcome == BankEntryOutcome.Payment), entries.Count(e => e.Outcome == BankEntryOutcome.Duplicate), entries.Count(e => e.Outcome == BankEntryOutcome.Outgoing),
        entries.Count(e => e.Outcome == BankEntryOutcome.Reversal), skipped);

    /// <summary>The payment that an entry becomes.</summary>
    public static Payment PaymentOf(KeptBankEntry kept, DateOnly today)
    {
        var entry = kept.Entry;
        var details = new PaymentDetails
        {
            Method = PaymentMethod.BankTransfer, Amount = entry.Amount, ReceivedOn = entry.BookedOn < today ? entry.BookedOn : today, Reference = StatementText.Cut(entry.Reference, LongestReference),
            PayerName = StatementText.Cut(entry.CounterpartyName, LongestName), PayerIban = entry.CounterpartyIban is { } iban && SellerRules.IsIban(iban) ? iban : null,
        };
        return Payment.Receive(kept.PaymentId!.Value, details, today, new PaymentOrigin(PaymentSource.BankStatement, kept.Key));
    }
}
