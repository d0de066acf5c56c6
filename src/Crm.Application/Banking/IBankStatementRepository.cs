using Crm.Application.Abstractions;
using Crm.Domain.Banking;

namespace Crm.Application.Banking;

/// <summary>An entry as it is kept.</summary>
/// <param name="Key">See <see cref="BankEntryKey"/>.</param>
/// <param name="PaymentId">The payment it became.</param>
/// <param name="DuplicateOfId">The entry that another statement, or the same, had brought before.</param>
public sealed record KeptBankEntry(Guid Id, int Position, string Key, BankEntry Entry, BankEntryOutcome Outcome, Guid? PaymentId, Guid? DuplicateOfId);

/// <summary>Bank statements with their entries, which are many and so no part of the aggregate.</summary>
public interface IBankStatementRepository : IRepository<BankStatement>
{
    /// <summary>Holds the tenant's imports until the transaction ends: of two that bring the same, one waits and sees what the other has brought.</summary>
    Task HoldAsync(CancellationToken ct);

    /// <summary>The statement that this file was imported as, if it was.</summary>
    Task<Guid?> FindByChecksumAsync(string checksum, CancellationToken ct);

    /// <summary>Which entries are known already, by their keys.</summary>
    Task<IReadOnlyDictionary<string, Guid>> KnownAsync(IReadOnlyCollection<string> keys, CancellationToken ct);

    /// <summary>Keeps a statement's entries, in one statement to the database.</summary>
    Task AddEntriesAsync(Guid statementId, IReadOnlyList<KeptBankEntry> entries, CancellationToken ct);
}
