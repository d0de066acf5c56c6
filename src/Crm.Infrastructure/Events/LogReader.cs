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
    private static readonly string Sql = LogSql.Of("true"), OneSql = LogSql.Of("e.id = @Id");

    /// <summary>A piece of the log, in one round trip.</summary>
    public async Task<LogPage> ReadAsync(Caller reader, LogPosition after, int take, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var grid = await connection.QueryMultipleAsync(new CommandDefinition(TenantSession.SetTenant + Sql, Parameters(reader, after, take), cancellationToken: ct));
        await grid.ReadAsync<string>();
        return LogSql.Page((await grid.ReadAsync<LogRow>()).AsList(), reader, resources, after, take);
    }

    /// <summary>The same in an open transaction of the tenant.</summary>
    public async Task<LogPage> ReadAsync(TenantSession session, Caller reader, LogPosition after, int take, CancellationToken ct) =>
        LogSql.Page((await session.Connection.QueryAsync<LogRow>(new CommandDefinition(Sql, Parameters(reader, after, take), session.Transaction, cancellationToken: ct))).AsList(),
            reader, resources, after, take);

    /// <summary>One event in an open transaction of the tenant; null when there is no such event, or it cannot be shown yet.</summary>
    public async Task<LoggedEvent?> FindAsync(TenantSession session, Caller reader, Guid id, CancellationToken ct)
    {
        var parameters = Parameters(reader, LogPosition.Beginning, 1);
        parameters.Add("Id", id);
        var rows = await session.Connection.QueryAsync<LogRow>(new CommandDefinition(OneSql, parameters, session.Transaction, cancellationToken: ct));
        return LogSql.Page(rows.AsList(), reader, resources, LogPosition.Beginning, 1).Events.FirstOrDefault();
    }

    private static DynamicParameters Parameters(Caller reader, LogPosition after, int take)
    {
        var parameters = new DynamicParameters(LogSql.Parameters(after, take));
        parameters.Add("TenantId", reader.TenantId);
        parameters.Add("TenantText", reader.TenantId.ToString());
        return parameters;
    }
}
