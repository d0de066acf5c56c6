using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Crm.Application.Abstractions;
using Crm.Application.Events;
using Crm.Domain.Common;
using Crm.Infrastructure.Persistence;
using Dapper;
using Npgsql;

namespace Crm.Infrastructure.Streams;

/// <summary>Tickets as rows that are taken away by whoever uses them first, on whichever instance. The database knows their hashes only.</summary>
internal sealed class StreamTickets(TenantSession session, NpgsqlDataSource source, TimeProvider clock) : IStreamTickets
{
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(30);

    public async Task<StreamTicket> IssueAsync(Guid userId, Guid sessionId, CancellationToken ct)
    {
        const string sql = """
            delete from crm.stream_tickets where expires_at < @Now;
            insert into crm.stream_tickets (ticket_hash, tenant_id, user_id, session_id, expires_at) values (@Hash, @TenantId, @UserId, @SessionId, @ExpiresAt)
            """;
        var (ticket, now) = (Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)), clock.GetUtcNow());
        var expiresAt = Instants.CutToMicroseconds(now + Life);
        await session.Connection.ExecuteAsync(new CommandDefinition(sql,
            new { Now = now, Hash = Hash(ticket), session.TenantId, UserId = userId, SessionId = sessionId, ExpiresAt = expiresAt }, session.Transaction, cancellationToken: ct));
        return new StreamTicket(ticket, expiresAt);
    }

    public async Task<TokenIdentity?> RedeemAsync(string ticket, CancellationToken ct)
    {
        const string sql = "delete from crm.stream_tickets where ticket_hash = @Hash returning tenant_id, user_id, session_id, expires_at";
        await using var connection = await source.OpenConnectionAsync(ct);
        var found = (await connection.QueryAsync<(Guid TenantId, Guid UserId, Guid SessionId, DateTime ExpiresAt)>(new CommandDefinition(sql, new { Hash = Hash(ticket) }, cancellationToken: ct))).ToList();
        return found is [var one] && one.ExpiresAt > clock.GetUtcNow().UtcDateTime ? new TokenIdentity(one.UserId, one.TenantId, one.SessionId) : null;
    }

    private static byte[] Hash(string ticket) => SHA256.HashData(Encoding.UTF8.GetBytes(ticket));
}
