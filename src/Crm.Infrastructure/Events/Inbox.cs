using Crm.Infrastructure.Persistence;
using Dapper;

namespace Crm.Infrastructure.Events;

/// <summary>Remembers, in the transaction of what a message did, that it has done it: one that comes again has no second effect.</summary>
internal sealed class Inbox(TenantSession session)
{
    /// <summary>False when this consumer has had the message before. A twin at work on it is waited for.</summary>
    public async Task<bool> AcceptAsync(string consumer, string messageId, CancellationToken ct) =>
        await session.Connection.ExecuteAsync(new CommandDefinition(
            "insert into crm.inbox (tenant_id, consumer, message_id) values (@TenantId, @Consumer, @MessageId) on conflict do nothing",
            new { session.TenantId, Consumer = consumer, MessageId = messageId }, session.Transaction, cancellationToken: ct)) == 1;
}
