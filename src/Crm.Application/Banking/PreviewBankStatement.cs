using Crm.Application.Abstractions;
using Crm.Application.Files;
using Crm.Domain.Banking;
using FluentValidation;

namespace Crm.Application.Banking;

/// <summary>What importing a file would do.</summary>
/// <param name="Format">What kind of file it is.</param>
/// <param name="Statements">The statements in it.</param>
/// <param name="Counts">How many entries would become what.</param>
/// <param name="Entries">The first 200 entries.</param>
public sealed record BankStatementPreview(BankStatementFormat Format, IReadOnlyList<AccountStatement> Statements, BankStatementCounts Counts, IReadOnlyList<BankStatementEntry> Entries);

/// <summary>Reads a file of a bank as importing it would, and says what would become of it. Nothing is written.</summary>
[Requires(Permissions.PaymentsWrite)]
public sealed record PreviewBankStatement(BankStatementDetails Details, TakenContent Content) : IQuery<BankStatementPreview>;

internal sealed class PreviewBankStatementValidator : AbstractValidator<PreviewBankStatement>
{
    public PreviewBankStatementValidator(BankStatementResource statements) => this.Fits(q => q.Details, statements);
}

internal sealed class PreviewBankStatementHandler(BankStatementReading reading, BankEntryIntake intake, TimeProvider clock) : IQueryHandler<PreviewBankStatement, BankStatementPreview>
{
    private const int Shown = 200;

    public async Task<BankStatementPreview> Handle(PreviewBankStatement query, CancellationToken ct)
    {
        var file = await reading.ReadAsync(query.Details, query.Content, ct);
        var entries = await intake.SortAsync(file, clock.GetUtcNow(), ct);
        return new BankStatementPreview(file.Format, file.Statements, BankEntryIntake.Count(entries, file.Skipped), [.. entries.Take(Shown).Select(BankStatementEntry.Planned)]);
    }
}
