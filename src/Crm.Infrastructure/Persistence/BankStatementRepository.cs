using Crm.Application.Abstractions;
using Crm.Application.Banking;
using Crm.Domain.Banking;
using Dapper;

namespace Crm.Infrastructure.Persistence;

internal sealed class BankStatementRepository(CrmDbContext db, TenantSession session, IReadDb reads, IRequestContext context) : Repository<BankStatement>(db, context), IBankStatementRepository
{
    private const string Known = """
        select e.entry_key as Key, e.id as Id from crm_read.bank_statement_entries e where e.tenant_id = @TenantId and e.entry_key = any(@Keys) and e.outcome <> 'DUPLICATE'
        """;

    private const string Insert = """
        insert into crm.bank_statement_entries (tenant_id, id, bank_statement_id, position, entry_key, outcome, payment_id, duplicate_of_id, account, is_credit, amount, currency, booked_on, value_on,
          bank_reference, end_to_end, creditor_reference, remittance_text, counterparty_name, counterparty_iban)
        select @TenantId, e.id, @StatementId, e.position, e.entry_key, e.outcome, e.payment_id, e.duplicate_of_id, e.account, e.is_credit, e.amount, e.currency, e.booked_on, e.value_on,
          e.bank_reference, e.end_to_end, e.creditor_reference, e.remittance_text, e.counterparty_name, e.counterparty_iban
        from unnest(@Ids, @Positions, @Keys, @Outcomes, @Payments, @Duplicates, @Accounts, @Credits, @Amounts, @Currencies, @Booked, @Valued, @References, @EndToEnd, @Creditors, @Texts, @Names, @Ibans)
          as e (id, position, entry_key, outcome, payment_id, duplicate_of_id, account, is_credit, amount, currency, booked_on, value_on, bank_reference, end_to_end, creditor_reference, remittance_text,
            counterparty_name, counterparty_iban)
        """;

    public Task HoldAsync(CancellationToken ct) => session.HoldAsync("bank statements", ct);

    public Task<Guid?> FindByChecksumAsync(string checksum, CancellationToken ct) => reads.FirstOrDefaultAsync<Guid?>(
        "select b.id from crm_read.bank_statements b where b.tenant_id = @TenantId and b.checksum = @Checksum and b.deleted_at is null", new { Checksum = checksum }, ct);

    public async Task<IReadOnlyDictionary<string, Guid>> KnownAsync(IReadOnlyCollection<string> keys, CancellationToken ct) =>
        (await reads.QueryAsync<(string Key, Guid Id)>(Known, new { Keys = keys.ToArray() }, ct)).ToDictionary(k => k.Key, k => k.Id, StringComparer.Ordinal);

    public Task AddEntriesAsync(Guid statementId, IReadOnlyList<KeptBankEntry> entries, CancellationToken ct)
    {
        return session.Connection.ExecuteAsync(new CommandDefinition(Insert, new
        {
            session.TenantId, StatementId = statementId, Ids = Of(e => e.Id), Positions = Of(e => e.Position), Keys = Of(e => e.Key), Outcomes = Of(e => e.Outcome.ToString().ToUpperInvariant()),
            Payments = Of(e => e.PaymentId), Duplicates = Of(e => e.DuplicateOfId), Accounts = Of(e => e.Entry.Account), Credits = Of(e => e.Entry.IsCredit), Amounts = Of(e => e.Entry.Amount.Amount),
            Currencies = Of(e => e.Entry.Amount.Currency), Booked = Of(e => e.Entry.BookedOn), Valued = Of(e => e.Entry.ValueOn), References = Of(e => e.Entry.BankReference), EndToEnd = Of(e => e.Entry.EndToEndId),
            Creditors = Of(e => e.Entry.CreditorReference), Texts = Of(e => e.Entry.RemittanceText), Names = Of(e => e.Entry.CounterpartyName), Ibans = Of(e => e.Entry.CounterpartyIban),
        }, session.Transaction, cancellationToken: ct));

        T[] Of<T>(Func<KeptBankEntry, T> member) => [.. entries.Select(member)];
    }
}
