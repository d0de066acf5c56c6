using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Checkouts;
using Crm.Domain.Checkouts;
using Crm.Domain.Common;
using Crm.Infrastructure.Events;
using Crm.Infrastructure.Persistence;
using Dapper;

namespace Crm.Infrastructure.Checkouts;

/// <summary>Checkouts as rows; what changes them is on the open transaction.</summary>
internal sealed class CheckoutStore(IReadDb db, TenantSession session, Inbox inbox) : ICheckouts
{
    private const string Consumer = "stripe";
    private const string Columns = """
        c.id as Id, c.invoice_id as InvoiceId, c.charge_id as ChargeId, c.gateway_key as GatewayId, c.total_amount as Amount, c.total_currency as Currency, c.status as Status, c.url as Url,
        c.expires_at as ExpiresAt, c.payment_id as PaymentId, c.created_at as CreatedAt
        """;

    private static readonly TimeSpan WhileOpen = TimeSpan.FromMinutes(15), WhilePaid = TimeSpan.FromDays(1), Watched = TimeSpan.FromDays(90);

    public Task AddAsync(Checkout checkout, CancellationToken ct) => RunAsync("""
        insert into crm.checkouts (tenant_id, id, invoice_id, charge_id, gateway_key, total_amount, total_currency, status, url, expires_at, created_at)
        values (@TenantId, @Id, @InvoiceId, @ChargeId, @GatewayId, @Amount, @Currency, @Status, @Url, @ExpiresAt, @CreatedAt)
        """, checkout, ct);

    public async Task<Checkout?> HoldAsync(Guid id, CancellationToken ct) => (await session.Connection.QueryFirstOrDefaultAsync<Row>(new CommandDefinition(
        $"select {Columns} from crm.checkouts c where c.tenant_id = @TenantId and c.id = @Id for update", new { session.TenantId, Id = id }, session.Transaction, cancellationToken: ct)))?.Checkout();

    public Task KeepAsync(Checkout checkout, CancellationToken ct) =>
        RunAsync("update crm.checkouts set status = @Status, url = @Url, payment_id = @PaymentId, looked_at = now() where tenant_id = @TenantId and id = @Id", checkout, ct);

    public async Task<Checkout?> FindOpenAsync(Guid? invoiceId, Guid? chargeId, CancellationToken ct) => (await db.FirstOrDefaultAsync<Row>($"""
        select {Columns} from crm_read.checkouts c
        where c.tenant_id = @TenantId and c.status = 'OPEN' and {(invoiceId is null ? "c.charge_id = @ChargeId" : "c.invoice_id = @InvoiceId")} order by c.id desc limit 1
        """, new { InvoiceId = invoiceId, ChargeId = chargeId }, ct))?.Checkout();

    public async Task<Checkout?> FindAsync(Guid id, CancellationToken ct) =>
        (await db.FirstOrDefaultAsync<Row>($"select {Columns} from crm_read.checkouts c where c.tenant_id = @TenantId and c.id = @Id", new { Id = id }, ct))?.Checkout();

    public async Task<IReadOnlyList<Checkout>> ListAsync(Guid invoiceId, CancellationToken ct) => [.. (await db.QueryAsync<Row>($"""
        select {Columns} from crm_read.checkouts c where c.tenant_id = @TenantId and c.invoice_id = @InvoiceId order by c.id desc limit 100
        """, new { InvoiceId = invoiceId }, ct)).Select(r => r.Checkout())];

    public Task<bool> AcceptAsync(string newsId, CancellationToken ct) => inbox.AcceptAsync(Consumer, newsId, ct);

    public Task<IReadOnlyList<Guid>> ForgottenAsync(int atMost, CancellationToken ct) => db.QueryAsync<Guid>("""
        select c.id from crm_read.checkouts c
        where c.tenant_id = @TenantId and c.status in ('OPEN', 'PROCESSING', 'PAID') and c.looked_at < now() - @WhileOpen and (c.status <> 'PAID' or c.looked_at < now() - @WhilePaid)
          and c.created_at > now() - @Watched
        order by c.looked_at limit @AtMost
        """, new { WhileOpen, WhilePaid, Watched, AtMost = atMost }, ct);

    private Task RunAsync(string sql, Checkout c, CancellationToken ct) => session.Connection.ExecuteAsync(new CommandDefinition(sql, new
    {
        session.TenantId, c.Id, c.InvoiceId, c.ChargeId, c.GatewayId, c.Amount.Amount, c.Amount.Currency, Status = Choices.Text(c.Status), c.Url, c.ExpiresAt, c.PaymentId, c.CreatedAt,
    }, session.Transaction, cancellationToken: ct));

    private sealed record Row
    {
        public Guid Id { get; init; }
        public Guid? InvoiceId { get; init; }
        public Guid? ChargeId { get; init; }
        public string GatewayId { get; init; } = "";
        public decimal Amount { get; init; }
        public string Currency { get; init; } = "";
        public string Status { get; init; } = "";
        public string? Url { get; init; }
        public DateTime ExpiresAt { get; init; }
        public Guid? PaymentId { get; init; }
        public DateTime CreatedAt { get; init; }

        public Checkout Checkout() => new(Id, InvoiceId, ChargeId, GatewayId, Money.Of(Amount, Currency), Choices.Value<CheckoutStatus>(Status), Url, ExpiresAt, PaymentId, CreatedAt);
    }
}
