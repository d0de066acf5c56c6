using Crm.Application.Abstractions;
using Crm.Application.Files;
using Crm.Application.Matching;
using Crm.Domain.Banking;
using Crm.Domain.Common;
using Crm.Domain.Payments;
using FluentValidation;

namespace Crm.Application.Banking;

/// <summary>
/// Imports a file of a bank, CAMT.053 or CSV: a form with it as `file`, and for CSV how to read it. Money that came in becomes payments, which are then matched with invoices. The file is read whole
/// or not at all, and is not kept; each of its entries is booked once, whichever statements bring it. DUPLICATE: the file was imported before.
/// </summary>
[Requires(Permissions.PaymentsWrite)]
public sealed record UploadBankStatement(BankStatementDetails Details, TakenContent Content) : ICommand<Guid>;

internal sealed class UploadBankStatementValidator : AbstractValidator<UploadBankStatement>
{
    public UploadBankStatementValidator(BankStatementResource statements) => this.Fits(c => c.Details, statements);
}

/// <summary>The file is read before the transaction opens: nobody waits for it.</summary>
internal sealed class ReadBankStatement(BankStatementReading reading) : IPreparation<UploadBankStatement>
{
    public Task PrepareAsync(UploadBankStatement command, CancellationToken ct) => reading.ReadAsync(command.Details, command.Content, ct);
}

internal sealed class UploadBankStatementHandler(BankStatementReading reading, IBankStatementRepository statements, BankEntryIntake intake, IRepository<Payment> payments, IOutbox outbox, IRequestContext context, TimeProvider clock)
    : ICommandHandler<UploadBankStatement, Guid>
{
    public async Task<Guid> Handle(UploadBankStatement command, CancellationToken ct)
    {
        var (file, checksum, now, today) = (reading.File!, command.Content.Checksum, clock.GetUtcNow(), reading.Today);
        await statements.HoldAsync(ct);
        if (await statements.FindByChecksumAsync(checksum, ct) is { } existing) throw BankStatementErrors.Imported(existing);
        var entries = await intake.SortAsync(file, now, ct);
        var id = Ids.New(now);
        foreach (var entry in entries.Where(e => e.Outcome == BankEntryOutcome.Payment)) payments.Add(BankEntryIntake.PaymentOf(entry, today));
        await statements.AddEntriesAsync(id, entries, ct);
        statements.Add(BankStatement.Import(id, command.Details, file.Format, checksum, file.Statements, BankEntryIntake.Count(entries, file.Skipped)));
        // After what was there before: ids of the same instant are in no order.
        await MatchPaymentsInTurn.OrderAsync(outbox, context.Caller.TenantId, Ids.New(now.AddMilliseconds(-1)), ct);
        return id;
    }
}
