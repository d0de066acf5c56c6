using System.Text.Json;
using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Domain.Common;
using Crm.Infrastructure.Events;
using Dapper;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Crm.Infrastructure.Auditing;

/// <summary>Writes audit rows in a transaction of their own: what they tell of was rolled back or never had one.</summary>
internal sealed partial class AuditLog(NpgsqlDataSource source, IRequestContext context, LogEpoch epoch, TimeProvider clock, ILogger<AuditLog> logger) : IAuditLog
{
    private const string Insert = """
        select set_config('app.tenant_id', @TenantText, true);
        insert into crm.audit_log (tenant_id, id, epoch, n, occurred_at, actor_type, actor_id, api_key_id, action, outcome, resource, record_id, request_id, source_ip, detail)
        values (@TenantId, @Id, @Epoch, 0, @Now, @ActorType, @ActorId, @ApiKeyId, @Action, @Outcome, @Resource, @RecordId, @RequestId, @SourceAddress, @Detail::jsonb)
        """;

    public async Task WriteAsync(AuditEntry entry, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var caller = context.IsAuthenticated && context.Caller.UserId == entry.ActorId ? context.Caller : null;
        try
        {
            await using var connection = await source.OpenConnectionAsync(CancellationToken.None);
            await connection.ExecuteAsync(new CommandDefinition(Insert, new
            {
                TenantText = entry.TenantId.ToString(),
                entry.TenantId,
                Id = Ids.New(now),
                Epoch = epoch.Current,
                Now = now,
                ActorType = caller?.ActorType ?? "USER",
                entry.ActorId,
                caller?.ApiKeyId,
                entry.Action,
                Outcome = Choices.Text(entry.Outcome),
                entry.Resource,
                entry.RecordId,
                context.RequestId,
                context.SourceAddress,
                Detail = JsonSerializer.Serialize(entry.Detail, WireJson.Options),
            }));
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            NotWritten(entry.Action, e);
        }
    }

    [LoggerMessage(LogLevel.Error, "The audit row of {Action} could not be written")]
    private partial void NotWritten(string action, Exception e);
}
