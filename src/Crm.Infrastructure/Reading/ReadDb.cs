using Crm.Infrastructure.Persistence;
using Dapper;
using Npgsql;

namespace Crm.Infrastructure.Reading;

/// <summary>Reads with Dapper: in one round trip outside a transaction, on the command's connection inside one.</summary>
internal sealed class ReadDb(TenantSession session)
{
    public Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? parameters, CancellationToken ct) =>
        RunAsync<IReadOnlyList<T>>(sql, new DynamicParameters(parameters), ct, async (connection, command, tenantFirst) =>
        {
            if (!tenantFirst) return (await connection.QueryAsync<T>(command)).AsList();
            await using var grid = await connection.QueryMultipleAsync(command);
            await grid.ReadAsync<string>();
            return (await grid.ReadAsync<T>()).AsList();
        });

    public async Task<IReadOnlyList<IReadOnlyList<object?[]>>> RowsAsync(string sql, IReadOnlyDictionary<string, object?> parameters, CancellationToken ct)
    {
        EnsureTenant(sql);
        var statements = SqlBatch.Of(sql);
        try
        {
            if (session.Transaction is { } transaction)
            {
                await using var inside = new NpgsqlBatch(session.Connection, transaction);
                session.SendDeferredWith(inside);
                statements.AddTo(inside, session.TenantId, parameters);
                return await ReadAsync(inside, tenantFirst: false, ct);
            }
            return await session.Source.ReadAsync(async connection =>
            {
                await using var batch = new NpgsqlBatch(connection) { BatchCommands = { session.SetTenantCommand(statements.IsList) } };
                statements.AddTo(batch, session.TenantId, parameters);
                return await ReadAsync(batch, tenantFirst: true, ct);
            }, ct);
        }
        catch (Exception e) when (PostgresErrors.Translate(e) is { } refusal)
        {
            throw refusal;
        }
    }

    private static async Task<IReadOnlyList<IReadOnlyList<object?[]>>> ReadAsync(NpgsqlBatch batch, bool tenantFirst, CancellationToken ct)
    {
        await using var reader = await batch.ExecuteReaderAsync(ct);
        if (tenantFirst) await reader.NextResultAsync(ct);
        var results = new List<IReadOnlyList<object?[]>>(1);
        do
        {
            var rows = new List<object?[]>();
            while (await reader.ReadAsync(ct)) rows.Add(Row(reader));
            results.Add(rows);
        }
        while (await reader.NextResultAsync(ct));
        return results;
    }

    private static object?[] Row(NpgsqlDataReader reader)
    {
        var row = new object?[reader.FieldCount];
        for (var i = 0; i < row.Length; i++) row[i] = reader.GetValue(i) is var value && value == DBNull.Value ? null : value;
        return row;
    }

    private async Task<T> RunAsync<T>(string sql, DynamicParameters parameters, CancellationToken ct,
        Func<NpgsqlConnection, CommandDefinition, bool, Task<T>> run)
    {
        EnsureTenant(sql);
        var tenant = session.TenantId;
        parameters.Add("TenantId", tenant);
        try
        {
            if (session.Transaction is { } transaction)
            {
                await session.SendDeferredAsync(ct);
                return await run(session.Connection, new CommandDefinition(sql, parameters, transaction, cancellationToken: ct), false);
            }
            parameters.Add("TenantText", tenant.ToString());
            return await session.Source.ReadAsync(connection => run(connection, new CommandDefinition(TenantSession.SetTenant + sql, parameters, cancellationToken: ct), true), ct);
        }
        catch (Exception e) when (PostgresErrors.Translate(e) is { } refusal)
        {
            throw refusal;
        }
    }

    private static void EnsureTenant(string sql)
    {
        if (!sql.Contains("@TenantId", StringComparison.Ordinal)) throw new InvalidOperationException("A read must name its tenant: the SQL does not use @TenantId.");
    }
}
