using System.Security.Cryptography;
using System.Text;
using Crm.Application.Mail;
using Crm.Infrastructure.Events;
using Crm.Infrastructure.Identity;
using Crm.Infrastructure.Persistence;

namespace Crm.Infrastructure.Workflows;

/// <summary>Addresses for e-mails: 256 random bits, of which the hash is kept. When one ends is told by the database's clock.</summary>
internal sealed class InboundAddresses(GlobalDb db, TenantSession session, Inbox inbox) : IInboundAddresses
{
    private const int Bytes = 32;
    private const string Consumer = "email";
    private static readonly TimeSpan Overlap = TimeSpan.FromHours(24);

    public async Task<(string Token, DateTimeOffset? PreviousEndsAt)> IssueAsync(CancellationToken ct)
    {
        const string sql = """
            delete from crm.inbound_addresses where tenant_id = @TenantId and expires_at is not null;
            update crm.inbound_addresses set expires_at = now() + @Overlap where tenant_id = @TenantId;
            insert into crm.inbound_addresses (token_hash, tenant_id) values (@Hash, @TenantId);
            select max(expires_at) from crm.inbound_addresses where tenant_id = @TenantId
            """;
        // Of two who ask at once the second replaces the first's.
        await session.HoldAsync("inbound-email", ct);
        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(Bytes));
        var previous = await db.QueryAsync<DateTime?>(sql, new { session.TenantId, Overlap, Hash = HashOf(token) }, ct);
        return (token, previous[0]);
    }

    public async Task<InboundEmail> FindAsync(CancellationToken ct)
    {
        const string sql = """
            select max(created_at) filter (where expires_at is null) as OpenedAt, max(expires_at) filter (where expires_at > now()) as PreviousEndsAt
            from crm.inbound_addresses where tenant_id = @TenantId
            """;
        var found = (await db.QueryAsync<(DateTime? OpenedAt, DateTime? PreviousEndsAt)>(sql, new { session.TenantId }, ct))[0];
        return new InboundEmail(found.OpenedAt is not null, found.OpenedAt, found.PreviousEndsAt);
    }

    public async Task<bool> CloseAsync(CancellationToken ct)
    {
        await session.HoldAsync("inbound-email", ct);
        return (await db.QueryAsync<bool>("delete from crm.inbound_addresses where tenant_id = @TenantId returning expires_at is null", new { session.TenantId }, ct)).Contains(true);
    }

    public async Task<Guid?> TenantOfAsync(string token, CancellationToken ct) =>
        (await db.QueryAsync<Guid?>("select tenant_id from crm.inbound_addresses where token_hash = @Hash and (expires_at is null or expires_at > now())", new { Hash = HashOf(token) }, ct)).FirstOrDefault();

    public Task<bool> AcceptAsync(string messageId, CancellationToken ct) => inbox.AcceptAsync(Consumer, messageId, ct);

    private static byte[] HashOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
