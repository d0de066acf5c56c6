using System.Globalization;
using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Listing;
using Crm.Domain.Banking;
using Crm.Domain.Common;
using Crm.Domain.Payments;

namespace Crm.Application.Banking;

/// <summary>One entry of a bank statement, and what became of it.</summary>
/// <param name="Id">Null in a preview.</param>
/// <param name="Position">Its place in the file, from 1.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Account">An IBAN, or what the bank calls the account.</param>
/// <param name="IsCredit">True when it came in, false when it went out.</param>
/// <param name="Amount">How much, whichever way it went.</param>
/// <param name="BookingDate">The day it was booked.</param>
/// <param name="ValueDate">The day it counts from.</param>
/// <param name="BankReference">The bank's own reference of it.</param>
/// <param name="EndToEndId">The reference of who ordered it.</param>
/// <param name="CreditorReference">The creditor's structured reference.</param>
/// <param name="RemittanceText">What was written with it.</param>
/// <param name="CounterpartyName">Who paid, or was paid.</param>
/// <param name="CounterpartyIban">His account.</param>
/// <param name="PaymentId">The payment it became; of a duplicate the one that the other entry became.</param>
/// <param name="PaymentStatus">What has become of the payment since; null without one, and when it was deleted.</param>
/// <param name="DuplicateOfId">The entry that had been brought before.</param>
public sealed record BankStatementEntry(Guid? Id, int Position, BankEntryOutcome Outcome, string Account, bool IsCredit, Money Amount, DateOnly BookingDate, DateOnly? ValueDate, string? BankReference, string? EndToEndId,
    string? CreditorReference, string? RemittanceText, string? CounterpartyName, string? CounterpartyIban, Guid? PaymentId, PaymentStatus? PaymentStatus, Guid? DuplicateOfId)
{
    /// <summary>An entry that is not imported.</summary>
    internal static BankStatementEntry Planned(KeptBankEntry kept) => new(null, kept.Position, kept.Outcome, kept.Entry.Account, kept.Entry.IsCredit, kept.Entry.Amount, kept.Entry.BookedOn, kept.Entry.ValueOn,
        kept.Entry.BankReference, kept.Entry.EndToEndId, kept.Entry.CreditorReference, kept.Entry.RemittanceText, kept.Entry.CounterpartyName, kept.Entry.CounterpartyIban, null, null, null);
}

/// <summary>The entries of a bank statement in the file's order, each with what became of it.</summary>
/// <param name="Outcome">Only those that became this.</param>
[Requires(Permissions.PaymentsRead)]
public sealed record GetBankStatementEntries(Guid Id, PageRequest Page, BankEntryOutcome? Outcome = null) : IQuery<DataPage<BankStatementEntry>>;

internal sealed class GetBankStatementEntriesHandler(IReadDb db, RecordReader records, BankStatementResource statements) : IQueryHandler<GetBankStatementEntries, DataPage<BankStatementEntry>>
{
    internal const string Sql = """
        select e.id as Id, e.position as Position, e.outcome as Outcome, e.account as Account, e.is_credit as IsCredit, e.amount as Amount, e.currency as Currency, e.booked_on as BookedOn, e.value_on as ValueOn,
          e.bank_reference as BankReference, e.end_to_end as EndToEndId, e.creditor_reference as CreditorReference, e.remittance_text as RemittanceText, e.counterparty_name as CounterpartyName,
          e.counterparty_iban as CounterpartyIban, coalesce(e.payment_id, f.payment_id) as PaymentId, p.status as PaymentStatus, e.duplicate_of_id as DuplicateOfId
        from crm_read.bank_statement_entries e
        left join crm_read.bank_statement_entries f on f.tenant_id = @TenantId and f.id = e.duplicate_of_id
        left join crm_read.payments p on p.tenant_id = @TenantId and p.id = coalesce(e.payment_id, f.payment_id) and p.deleted_at is null
        where e.tenant_id = @TenantId and e.bank_statement_id = @Id and e.position > @After and (@Outcome::text is null or e.outcome = @Outcome)
        order by e.position offset @Skip limit @Limit
        """;

    public async Task<DataPage<BankStatementEntry>> Handle(GetBankStatementEntries query, CancellationToken ct)
    {
        var page = query.Page;
        var after = page.Cursor is null ? 0 : Position(page.Cursor);
        if (await records.FindAsync(statements, query.Id, new ListRequest { Fields = [statements.Find("id")!] }, ct) is null) throw CrmException.NotFound(statements.Singular);
        var outcome = query.Outcome is { } asked ? Choices.Text(asked) : null;
        var rows = await db.QueryAsync<Row>(Sql, new { query.Id, After = after, Outcome = outcome, page.Skip, Limit = page.Take + 1 }, ct);
        var next = rows.Count > page.Take ? $"e{rows[page.Take - 1].Position.ToString(CultureInfo.InvariantCulture)}" : null;
        return new DataPage<BankStatementEntry>([.. rows.Take(page.Take).Select(r => r.ToEntry())], new PageMeta(page.Skip, page.Take, null, false, next));
    }

    private static int Position(string cursor) => cursor.StartsWith('e') && int.TryParse(cursor.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var position)
        ? position
        : throw QueryErrors.Invalid("cursor", "is not a cursor of this list");

    private sealed record Row(Guid Id, int Position, string Outcome, string Account, bool IsCredit, decimal Amount, string Currency, DateOnly BookedOn, DateOnly? ValueOn, string? BankReference, string? EndToEndId,
        string? CreditorReference, string? RemittanceText, string? CounterpartyName, string? CounterpartyIban, Guid? PaymentId, string? PaymentStatus, Guid? DuplicateOfId)
    {
        public BankStatementEntry ToEntry() => new(Id, Position, Choices.Value<BankEntryOutcome>(Outcome), Account, IsCredit, Money.Total(Amount, Currency), BookedOn, ValueOn, BankReference, EndToEndId, CreditorReference,
            RemittanceText, CounterpartyName, CounterpartyIban, PaymentId, PaymentStatus is null ? null : Choices.Value<PaymentStatus>(PaymentStatus), DuplicateOfId);
    }
}
