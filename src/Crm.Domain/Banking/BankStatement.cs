using Crm.Domain.Common;

namespace Crm.Domain.Banking;

/// <summary>One statement of one account within a file.</summary>
/// <param name="Reference">The bank's identification of it.</param>
/// <param name="Account">An IBAN, or what the bank calls the account.</param>
/// <param name="FromDate">The day of its first entry.</param>
/// <param name="ToDate">The day of its last entry.</param>
/// <param name="OpeningBalance">Before its entries, when told.</param>
/// <param name="ClosingBalance">After them, when told.</param>
/// <param name="Entries">How many entries it has.</param>
public sealed record AccountStatement(string? Reference, string Account, DateOnly? FromDate, DateOnly? ToDate, Money? OpeningBalance, Money? ClosingBalance, int Entries);

/// <summary>How many entries became what.</summary>
/// <param name="Payments">Became payments.</param>
/// <param name="Duplicates">Were known already.</param>
/// <param name="Outgoing">Went out.</param>
/// <param name="Reversals">Took back earlier ones.</param>
/// <param name="Skipped">Are in the file but not booked yet, or come to nothing.</param>
public sealed record BankStatementCounts(int Payments, int Duplicates, int Outgoing, int Reversals, int Skipped);

/// <summary>A file of a bank that was imported, once. It and its entries never change nor go.</summary>
public sealed class BankStatement : Record<BankStatement, BankStatementDetails>, IUnrestricted
{
    private BankStatement() { }

    /// <summary>What kind of file it was.</summary>
    public BankStatementFormat Format { get; private set; }

    /// <summary>SHA-256 of the file, 64 hexadecimal digits in lower case: no file is imported twice.</summary>
    public string Checksum { get; private set; } = "";

    /// <summary>The statements in it.</summary>
    public ValueList<AccountStatement> Statements { get; private set; } = [];

    /// <summary>How many entries it has.</summary>
    public int EntryCount { get; private set; }

    /// <summary>How many of them became payments.</summary>
    public int PaymentCount { get; private set; }

    /// <summary>How many another statement had brought before.</summary>
    public int DuplicateCount { get; private set; }

    /// <summary>How many went out.</summary>
    public int OutgoingCount { get; private set; }

    /// <summary>How many took back earlier ones.</summary>
    public int ReversalCount { get; private set; }

    /// <summary>How many were passed over because they were not booked yet or came to nothing.</summary>
    public int SkippedCount { get; private set; }

    /// <summary>Imports a file. Raises <see cref="BankStatementImported"/>.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED: no name.</exception>
    public static BankStatement Import(Guid id, BankStatementDetails details, BankStatementFormat format, string checksum, IEnumerable<AccountStatement> statements, BankStatementCounts counts)
    {
        var statement = new BankStatement
        {
            Id = id, Format = format, Checksum = checksum, Statements = ValueList.Of(statements), EntryCount = counts.Payments + counts.Duplicates + counts.Outgoing + counts.Reversals,
            PaymentCount = counts.Payments, DuplicateCount = counts.Duplicates, OutgoingCount = counts.Outgoing, ReversalCount = counts.Reversals, SkippedCount = counts.Skipped,
        };
        statement.Begin(details, new BankStatementImported(id, format, statement.EntryCount, counts.Payments, counts.Duplicates));
        return statement;
    }

    /// <inheritdoc/>
    protected override void Guard(BankStatementDetails? before, BankStatementDetails after) => Require.Text(after.Name, "name");
}

/// <summary>A file of a bank was imported.</summary>
/// <param name="Entries">How many entries it has.</param>
/// <param name="Payments">How many of them became payments.</param>
/// <param name="Duplicates">How many were known already.</param>
public sealed record BankStatementImported(Guid BankStatementId, BankStatementFormat Format, int Entries, int Payments, int Duplicates) : IDomainEvent;

/// <summary>The ways in which bank statements refuse.</summary>
public static class BankStatementErrors
{
    /// <summary>400: the file cannot be read; each message says where and why.</summary>
    public static CrmException Unreadable(params IReadOnlyList<string> messages) => CrmException.Validation(new Dictionary<string, string[]> { ["file"] = [.. messages] });

    /// <summary>413: the file is larger, or has more entries, than one may.</summary>
    public static CrmException TooLarge(string message) => new(ErrorKind.TooLarge, "PAYLOAD_TOO_LARGE", message, new Dictionary<string, string[]> { ["file"] = [message] });

    /// <summary>409: the file was imported before.</summary>
    public static CrmException Imported(Guid existingId) =>
        new(ErrorKind.Conflict, "DUPLICATE", "This file has been imported already.", new Dictionary<string, string[]> { ["checksum"] = ["is that of a file that was imported"] }) { ExistingId = existingId };
}
