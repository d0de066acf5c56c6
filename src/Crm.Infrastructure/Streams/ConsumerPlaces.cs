using Crm.Application.EventConsumers;
using Crm.Application.Events;
using Crm.Domain.Common;
using Crm.Infrastructure.Persistence;
using Dapper;

namespace Crm.Infrastructure.Streams;

/// <summary>Places as rows beside their consumers. The consumer is locked by whoever moves it, so moves come one after the other.</summary>
internal sealed class ConsumerPlaces(TenantSession session) : IConsumerPlaces
{
    private const string Put = """
        insert into crm.event_consumer_places as p (tenant_id, consumer_id, epoch, xid, n) select @TenantId, @Id, @Epoch, @Xid, @N
        on conflict (tenant_id, consumer_id) do update set epoch = excluded.epoch, xid = excluded.xid, n = excluded.n, updated_at = now()
        """;

    public async Task AdvanceAsync(Guid consumerId, LogPosition to, CancellationToken ct)
    {
        await EnsureReachedAsync(to, ct);
        await RunAsync(Put + " where (p.epoch, p.xid, p.n) < (excluded.epoch, excluded.xid, excluded.n)", consumerId, to, ct);
    }

    public async Task ResetAsync(Guid consumerId, LogPosition to, CancellationToken ct)
    {
        await EnsureReachedAsync(to, ct);
        await RunAsync(Put, consumerId, to, ct);
    }

    public async Task<LogPosition> BeforeAsync(DateTimeOffset from, CancellationToken ct)
    {
        const string sql = "select e.epoch, e.xid from crm_read.events e where e.tenant_id = @TenantId and e.occurred_at >= @From order by e.epoch, e.xid, e.n limit 1";
        var first = (await session.Connection.QueryAsync<(long Epoch, long Xid)>(new CommandDefinition(sql, new { session.TenantId, From = from }, session.Transaction, cancellationToken: ct))).ToList();
        return first is [var (epoch, xid)] ? new LogPosition(epoch, xid - 1, int.MaxValue) : await EndAsync(ct);
    }

    /// <summary>What cannot be known yet is not worked off: it would be skipped for good.</summary>
    private async Task EnsureReachedAsync(LogPosition to, CancellationToken ct)
    {
        if (to.CompareTo(await EndAsync(ct)) > 0) throw CrmException.Validation("position", LogSql.NotReached);
    }

    private async Task<LogPosition> EndAsync(CancellationToken ct)
    {
        const string sql = "select s.epoch, pg_snapshot_xmin(pg_current_snapshot())::text::bigint from crm.service_state s";
        var (epoch, xid) = await session.Connection.QuerySingleAsync<(long, long)>(new CommandDefinition(sql, transaction: session.Transaction, cancellationToken: ct));
        return new LogPosition(epoch, xid - 1, int.MaxValue);
    }

    private Task RunAsync(string sql, Guid id, LogPosition to, CancellationToken ct) => session.Connection.ExecuteAsync(new CommandDefinition(sql,
        new { session.TenantId, Id = id, to.Epoch, to.Xid, to.N }, session.Transaction, cancellationToken: ct));
}
