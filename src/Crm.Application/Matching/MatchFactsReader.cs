using Crm.Application.Abstractions;
using Crm.Application.Invoices;
using Crm.Application.Listing;
using Crm.Domain.Common;
using Crm.Domain.Matching;

namespace Crm.Application.Matching;

/// <summary>A payment with the invoices that it may be for.</summary>
/// <param name="IsComplete">False when more invoices are due of exactly its amount than were read.</param>
public sealed record MatchFacts(PaymentFacts Payment, IReadOnlyList<InvoiceFacts> Invoices, bool IsComplete);

/// <summary>Reads what matching decides by, for many payments at once: each question is asked once for all of them, and answered by index.</summary>
public sealed class MatchFactsReader(IReadDb db, InvoiceResource invoices, IRequestContext context) : ISharedByUseCases
{
    /// <summary>In how many parts payments can be matched side by side: a payment's is told by the last bit of its id.</summary>
    public const int Lanes = 2;

    private const int MostOfAmount = 20, MostWaiting = 250;

    private const string Unmatched = """
        from crm_read.payments p
        where p.tenant_id = @TenantId and p.status = 'UNALLOCATED' and p.deleted_at is null
          and not exists (select from crm_read.receivable_entries e where e.tenant_id = @TenantId and e.payment_id = p.id)
        """;

    // Those of the other lane are left out rather than this one's chosen: of an equality with an expression the planner expects one row in two hundred, and would read and sort all of them.
    internal const string NextSql = $"select p.id {Unmatched} and p.id > @After and get_byte(uuid_send(p.id), 15) & 1 <> @OtherLane order by p.id limit @Take";

    private const string AnySql = $"select exists (select {Unmatched})", CountSql = $"select count(*) {Unmatched}";

    // By amount, and by a text with the number's year and soon after it the rest: all that InvoiceMention reads as this number, and a little more. Those that came later were tried when they did.
    private const string WaitingSql = """
        with i as materialized (
          select i.due_total_amount as amount, i.due_total_currency as currency, i.issued_at, replace(crm.invoice_key(i.number), '-', '[^0-9]{0,3}0*') || '([^0-9]|$)' as number
          from crm_read.invoices i
          where i.tenant_id = @TenantId and i.id = @InvoiceId and i.kind = 'INVOICE' and i.status in ('SENT', 'PARTIALLY_PAID', 'OVERDUE') and i.deleted_at is null)
        select p.id
        from i join crm_read.payments p on p.tenant_id = @TenantId and p.status = 'UNALLOCATED' and p.deleted_at is null and p.created_at <= i.issued_at and p.unallocated_currency = i.currency
          and (p.unallocated_amount = i.amount or p.reference ~ i.number)
        where not exists (select from crm_read.receivable_entries e where e.tenant_id = @TenantId and e.payment_id = p.id)
        order by p.unallocated_amount <> i.amount, p.id limit @Most
        """;

    // Of who pays often, the last fifty payments tell whose account it is.
    internal const string PaymentsSql = """
        select p.id as Id, p.unallocated_amount as Amount, p.unallocated_currency as Currency, p.reference as Reference, p.payer_name as PayerName, p.customer_id as CustomerId,
          (select string_agg(distinct o.customer_id::text, ' ') from (
            select f.customer_id from crm_read.payments f
            where f.tenant_id = @TenantId and f.payer_iban = p.payer_iban and f.customer_id is not null and f.deleted_at is null order by f.id desc limit 50) o) as Payers
        from crm_read.payments p
        where p.tenant_id = @TenantId and p.id = any(@Ids) and p.unallocated_amount > 0 and p.deleted_at is null
        order by p.id
        """;

    private const string Invoice = """
        t.id as InvoiceId, t.number as Number, t.due_total_amount as Due, t.due_total_currency as Currency, t.status in ('SENT', 'PARTIALLY_PAID', 'OVERDUE') as IsOpen, t.customer_id as CustomerId
        """;

    // One by one, by key: joined, the planner reads all the tenant's customers for a handful of names.
    private const string CustomerName = "(select c.name from crm_read.customers c where c.tenant_id = @TenantId and c.id = n.CustomerId and c.deleted_at is null) as CustomerName";

    private const string Open = "t.tenant_id = @TenantId and t.kind = 'INVOICE' and t.status in ('SENT', 'PARTIALLY_PAID', 'OVERDUE') and t.deleted_at is null";

    internal const string CandidatesSql = $"""
        select n.*, {CustomerName} from (
          select k.payment_id as PaymentId, false as IsOfAmount, {Invoice}
          from unnest(@Mentioning, @Keys) as k (payment_id, key)
          join crm_read.invoices t on t.tenant_id = @TenantId and t.kind = 'INVOICE' and crm.invoice_key(t.number) = k.key and t.number is not null and t.deleted_at is null
          union all
          select p.payment_id, true, t.* from unnest(@Ids, @Currencies, @Amounts) as p (payment_id, currency, amount)
          cross join lateral (select {Invoice} from crm_read.invoices t where {Open} and t.due_total_currency = p.currency and t.due_total_amount = p.amount limit @Most) t
          union all
          select p.payment_id, false, t.* from unnest(@Payers, @PayerCurrencies, @PayerAmounts, @Customers) as p (payment_id, currency, amount, customer_id)
          cross join lateral (select {Invoice} from crm_read.invoices t where {Open} and t.due_total_currency = p.currency and t.due_total_amount = p.amount and t.customer_id = p.customer_id limit @Most) t) n
        """;

    private const string OffersSql = $"""
        select n.*, {CustomerName} from (
          (select @Id as PaymentId, false as IsOfAmount, {Invoice} from crm_read.invoices t
            where t.tenant_id = @TenantId and t.kind = 'INVOICE' and crm.invoice_key(t.number) = any(@Keys) and t.number is not null and t.deleted_at is null and /*scope*/ limit 100)
          union all
          (select @Id, true, {Invoice} from crm_read.invoices t where {Open} and t.due_total_currency = @Currency and t.due_total_amount = @Amount and /*scope*/ limit 100)
          union all
          (select @Id, false, {Invoice} from crm_read.invoices t where {Open} and t.due_total_currency = @Currency and t.customer_id = any(@Customers) and /*scope*/ order by t.due_date, t.id limit 100)) n
        """;

    /// <summary>The next payments that are not matched, after an id, of those whose id ends in the same bit. What somebody has taken apart again is left to people.</summary>
    public Task<IReadOnlyList<Guid>> NextAsync(Guid after, int take, CancellationToken ct) =>
        db.QueryAsync<Guid>(NextSql, new { After = after, OtherLane = 1 - (after.ToByteArray()[^1] & 1), Take = take }, ct);

    /// <summary>The place in a lane that an id is.</summary>
    /// <param name="lane">From 0, below <see cref="Lanes"/>.</param>
    public static Guid InLane(Guid id, int lane)
    {
        var bytes = id.ToByteArray();
        bytes[^1] = (byte)(bytes[^1] & ~1 | lane);
        return new Guid(bytes);
    }

    /// <summary>Whether there are payments that are not matched.</summary>
    public Task<bool> AnyAsync(CancellationToken ct) => db.FirstOrDefaultAsync<bool>(AnySql, null, ct);

    /// <summary>The payments that are not matched and may be for an invoice, because they came before it, are of its amount or mention its number; those of its amount first, 250 at most.</summary>
    public Task<IReadOnlyList<Guid>> WaitingForAsync(Guid invoiceId, CancellationToken ct) => db.QueryAsync<Guid>(WaitingSql, new { InvoiceId = invoiceId, Most = MostWaiting }, ct);

    /// <summary>How many payments are not matched.</summary>
    public Task<long> CountAsync(CancellationToken ct) => db.FirstOrDefaultAsync<long>(CountSql, null, ct);

    /// <summary>What automatic matching of these payments decides by, in the order of their ids; those of which nothing is left are left out.</summary>
    public async Task<IReadOnlyList<MatchFacts>> ReadAsync(IReadOnlyCollection<Guid> ids, CancellationToken ct)
    {
        var payments = await PaymentsAsync(ids, ct);
        if (payments.Count == 0) return [];
        var mentions = payments.SelectMany(p => p.Mentions.Select(m => m.Key).Distinct(StringComparer.Ordinal).Select(key => (p.PaymentId, Key: key))).ToList();
        var payers = payments.SelectMany(p => PayersOf(p).Select(customer => (Payment: p, Customer: customer))).ToList();
        var rows = await db.QueryAsync<Row>(CandidatesSql, new
        {
            Mentioning = mentions.Select(m => m.PaymentId).ToArray(), Keys = mentions.Select(m => m.Key).ToArray(),
            Ids = payments.Select(p => p.PaymentId).ToArray(), Currencies = payments.Select(p => p.Unallocated.Currency).ToArray(), Amounts = payments.Select(p => p.Unallocated.Amount).ToArray(),
            Payers = payers.Select(p => p.Payment.PaymentId).ToArray(), PayerCurrencies = payers.Select(p => p.Payment.Unallocated.Currency).ToArray(),
            PayerAmounts = payers.Select(p => p.Payment.Unallocated.Amount).ToArray(), Customers = payers.Select(p => p.Customer).ToArray(), Most = MostOfAmount + 1,
        }, ct);
        var found = rows.ToLookup(r => r.PaymentId);
        return [.. payments.Select(p => new MatchFacts(p, [.. found[p.PaymentId].DistinctBy(r => r.InvoiceId).Select(r => r.ToFacts())], found[p.PaymentId].Count(r => r.IsOfAmount) <= MostOfAmount))];
    }

    /// <summary>A payment and the invoices to offer for it, which the caller may see; null when there is no such payment, or nothing is left of it.</summary>
    public async Task<MatchFacts?> OfferAsync(Guid id, CancellationToken ct)
    {
        if ((await PaymentsAsync([id], ct)).FirstOrDefault() is not { } payment) return null;
        var parameters = new Dictionary<string, object?>
        {
            ["Id"] = id, ["Keys"] = payment.Mentions.Select(m => m.Key).ToArray(), ["Currency"] = payment.Unallocated.Currency, ["Amount"] = payment.Unallocated.Amount, ["Customers"] = PayersOf(payment).ToArray(),
        };
        var sql = OffersSql.Replace("/*scope*/", RecordScope.Of(invoices, context.Caller, parameters, deleted: false), StringComparison.Ordinal);
        var rows = await db.QueryAsync<Row>(sql, parameters, ct);
        return new MatchFacts(payment, [.. rows.DistinctBy(r => r.InvoiceId).Select(r => r.ToFacts())], IsComplete: true);
    }

    private async Task<IReadOnlyList<PaymentFacts>> PaymentsAsync(IReadOnlyCollection<Guid> ids, CancellationToken ct) =>
        [.. (await db.QueryAsync<PaymentRow>(PaymentsSql, new { Ids = ids.ToArray() }, ct)).Select(p => p.ToFacts())];

    private static IEnumerable<Guid> PayersOf(PaymentFacts payment) => payment.CustomerId is { } stated ? payment.KnownPayers.Append(stated).Distinct() : payment.KnownPayers;

    private sealed record PaymentRow(Guid Id, decimal Amount, string Currency, string? Reference, string? PayerName, Guid? CustomerId, string? Payers)
    {
        public PaymentFacts ToFacts() => new(Id, Money.Of(Amount, Currency), Reference, PayerName, CustomerId, Payers is null ? [] : [.. Payers.Split(' ').Select(Guid.Parse)]);
    }

    private sealed record Row(Guid PaymentId, bool IsOfAmount, Guid InvoiceId, string Number, decimal Due, string Currency, bool IsOpen, Guid CustomerId, string? CustomerName)
    {
        public InvoiceFacts ToFacts() => new(InvoiceId, Number, Money.Total(Due, Currency), IsOpen, CustomerId, CustomerName);
    }
}
