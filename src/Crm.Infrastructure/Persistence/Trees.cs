using Crm.Application.Abstractions;
using Crm.Domain.Common;
using Dapper;

namespace Crm.Infrastructure.Persistence;

/// <inheritdoc/>
internal sealed class Trees(TenantSession session) : ITrees
{
    public async Task<RecordTree> HoldAsync<TAggregate>(CancellationToken ct) where TAggregate : AggregateRoot
    {
        var table = AggregateMapping.Table(typeof(TAggregate));
        await using var grid = await session.Connection.QueryMultipleAsync(new CommandDefinition($"""
            select null::int from (select pg_advisory_xact_lock(hashtextextended(@TenantId::text || '{table}', 2))) as lock;
            select id as Id, parent_id as ParentId from crm.{table} where tenant_id = @TenantId
            """, new { session.TenantId }, session.Transaction, cancellationToken: ct));
        await grid.ReadAsync<int?>();
        return new RecordTree((await grid.ReadAsync<(Guid Id, Guid? ParentId)>()).ToDictionary(t => t.Id, t => t.ParentId));
    }
}
