using System.Text;
using Crm.Application.Abstractions;
using Crm.Application.Checkouts;
using Crm.Infrastructure.Identity;
using Crm.Infrastructure.Persistence;
using Dapper;

namespace Crm.Infrastructure.Checkouts;

/// <summary>Accounts with sealed secrets, each bound to its organization.</summary>
internal sealed class PaymentAccounts(IReadDb db, TenantSession session, Sealer sealer, IRequestContext context, TimeProvider clock) : IPaymentAccounts
{
    private const int ShownBefore = 8, ShownAfter = 4;

    public async Task<GatewayAccount?> FindAsync(CancellationToken ct)
    {
        const string sql = """
            select a.secret_key as SecretKey, a.webhook_secret as WebhookSecret, a.success_url as SuccessUrl, a.cancel_url as CancelUrl from crm_read.payment_accounts a where a.tenant_id = @TenantId
            """;
        if (await db.FirstOrDefaultAsync<AccountRow>(sql, null, ct) is not { } row || Open(row.SecretKey) is not { } key) return null;
        return new GatewayAccount(key, Open(row.WebhookSecret), row.SuccessUrl, row.CancelUrl);
    }

    public async Task<PaymentAccountInfo?> AboutAsync(CancellationToken ct)
    {
        const string sql = """
            select a.key_hint as KeyHint, a.webhook_secret is not null as HasWebhookSecret, a.success_url as SuccessUrl, a.cancel_url as CancelUrl, a.updated_at as UpdatedAt
            from crm_read.payment_accounts a where a.tenant_id = @TenantId
            """;
        return await db.FirstOrDefaultAsync<InfoRow>(sql, null, ct) is { } row ? new PaymentAccountInfo(row.KeyHint, row.HasWebhookSecret, row.SuccessUrl, row.CancelUrl, row.UpdatedAt) : null;
    }

    public async Task<bool> KeepAsync(string? secretKey, string? webhookSecret, string successUrl, string? cancelUrl, CancellationToken ct)
    {
        const string change = """
            update crm.payment_accounts set secret_key = coalesce(@SecretKey, secret_key), webhook_secret = coalesce(@WebhookSecret, webhook_secret), key_hint = coalesce(@KeyHint, key_hint),
              success_url = @SuccessUrl, cancel_url = @CancelUrl, updated_at = @Now
            where tenant_id = @TenantId
            """;
        const string insert = """
            insert into crm.payment_accounts (tenant_id, secret_key, webhook_secret, key_hint, success_url, cancel_url, updated_at)
            values (@TenantId, @SecretKey, @WebhookSecret, @KeyHint, @SuccessUrl, @CancelUrl, @Now)
            """;
        await session.HoldAsync("payment-account", ct);
        var parameters = new
        {
            session.TenantId, SecretKey = Seal(secretKey), WebhookSecret = Seal(webhookSecret), KeyHint = secretKey is null ? null : $"{secretKey[..ShownBefore]}…{secretKey[^ShownAfter..]}",
            SuccessUrl = successUrl, CancelUrl = cancelUrl, Now = clock.GetUtcNow(),
        };
        if (await RunAsync(change, parameters, ct) == 1) return true;
        return secretKey is not null && await RunAsync(insert, parameters, ct) == 1;
    }

    public async Task<bool> RemoveAsync(CancellationToken ct) => await RunAsync("delete from crm.payment_accounts where tenant_id = @TenantId", new { session.TenantId }, ct) == 1;

    private byte[]? Seal(string? secret) => secret is null ? null : sealer.Seal(Encoding.UTF8.GetBytes(secret), session.TenantId.ToByteArray());

    // What a lost key sealed is as good as not there: it can be set anew.
    private string? Open(byte[]? secret) => secret is not null && sealer.Open(secret, context.Caller.TenantId.ToByteArray()) is { } plain ? Encoding.UTF8.GetString(plain) : null;

    private Task<int> RunAsync(string sql, object parameters, CancellationToken ct) => session.Connection.ExecuteAsync(new CommandDefinition(sql, parameters, session.Transaction, cancellationToken: ct));

    // Properties, not parameters: the driver tells Dapper that a null of bytes is of no type.
    private sealed record AccountRow
    {
        public byte[]? SecretKey { get; init; }
        public byte[]? WebhookSecret { get; init; }
        public string SuccessUrl { get; init; } = "";
        public string? CancelUrl { get; init; }
    }

    private sealed record InfoRow(string KeyHint, bool HasWebhookSecret, string SuccessUrl, string? CancelUrl, DateTime UpdatedAt);
}
