using Crm.Application.Abstractions;
using Crm.Application.Events;
using Crm.Application.Resources;
using Crm.Infrastructure.Persistence;
using Dapper;
using Npgsql;

namespace Crm.Infrastructure.Events;

/// <summary>Reads a tenant's log for the service itself: all of it, whoever may see what.</summary>
internal sealed class LogReader(NpgsqlDataSource source, ResourceCatalog resources)
{
    private static readonly string Sql = LogSql.Of("true", undecided: true), OneSql = LogSql.Of("e.id = @Id"), EndSql = LogSql.Of("false");

    /// <summary>A piece of the log, in one round trip.</summary>
    public async Task<LogPage> ReadAsync(Caller reader, LogPosition after, int take, CancellationToken ct) =>
        LogSql.Page(await RowsAsync(Sql, Parameters(reader, after, take), ct), reader, resources, after, take);

    /// <summary>A piece of what somebody gets of the log.</summary>
    public async Task<LogPage> ReadAsync(EventScope scope, LogPosition after, int take, CancellationToken ct) =>
        LogSql.Page(await RowsAsync(LogSql.Of(scope.Condition), Parameters(scope.Caller.TenantId, scope.Parameters(after, take)), ct), scope.Caller, resources, after, take);

    /// <summary>The position behind which everything is that is not committed yet. Refuses one that a caller sent and the log has not reached.</summary>
    /// <exception cref="Domain.Common.CrmException">INVALID_QUERY naming <paramref name="member"/>.</exception>
    public async Task<LogPosition> EndAsync(Guid tenantId, LogPosition? sent, string member, CancellationToken ct)
    {
        var rows = await RowsAsync(EndSql, Parameters(tenantId, LogSql.Parameters(LogPosition.Beginning, 1)), ct);
        if (sent is { } position) LogSql.EnsureWritten(rows, position, member);
        return new LogPosition(rows[0].CurrentEpoch, rows[0].Horizon - 1, int.MaxValue);
    }

    /// <summary>A piece of the log in an open transaction of the tenant.</summary>
    public async Task<LogPage> ReadAsync(TenantSession session, Caller reader, LogPosition after, int take, CancellationToken ct) =>
        LogSql.Page((await session.Connection.QueryAsync<LogRow>(new CommandDefinition(Sql, Parameters(reader, after, take), session.Transaction, cancellationToken: ct))).AsList(),
            reader, resources, after, take);

    /// <summary>One event, in one round trip; null when there is no such event, or it cannot be shown yet.</summary>
    public async Task<LoggedEvent?> FindAsync(Caller reader, Guid id, CancellationToken ct)
    {
        var parameters = Parameters(reader, LogPosition.Beginning, 1);
        parameters.Add("Id", id);
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var grid = await connection.QueryMultipleAsync(new CommandDefinition(TenantSession.SetTenant + OneSql, parameters, cancellationToken: ct));
        await grid.ReadAsync<string>();
        return LogSql.Page((await grid.ReadAsync<LogRow>()).AsList(), reader, resources, LogPosition.Beginning, 1).Events.FirstOrDefault();
    }

    /// <summary>One event in an open transaction of the tenant; null when there is no such event, or it cannot be shown yet.</summary>
    public async Task<LoggedEvent?> FindAsync(TenantSession session, Caller reader, Guid id, CancellationToken ct)
    {
        var parameters = Parameters(reader, LogPosition.Beginning, 1);
        parameters.Add("Id", id);
        var rows = await session.Connection.QueryAsync<LogRow>(new CommandDefinition(OneSql, parameters, session.Transaction, cancellationToken: ct));
        return LogSql.Page(rows.AsList(), reader, resources, LogPosition.Beginning, 1).Events.FirstOrDefault();
    }

    private async Task<IReadOnlyList<LogRow>> RowsAsync(string sql, DynamicParameters parameters, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var grid = await connection.QueryMultipleAsync(new CommandDefinition(TenantSession.SetTenant + sql, parameters, cancellationToken: ct));
        await grid.ReadAsync<string>();
        return (await grid.ReadAsync<LogRow>()).AsList();
    }

    private static DynamicParameters Parameters(Caller reader, LogPosition after, int take) => Parameters(reader.TenantId, LogSql.Parameters(after, take));

    private static DynamicParameters Parameters(Guid tenantId, Dictionary<string, object?> of)
    {
        var parameters = new DynamicParameters(of);
        parameters.Add("TenantId", tenantId);
        parameters.Add("TenantText", tenantId.ToString());
        return parameters;
    }
}
