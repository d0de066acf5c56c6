using System.Data;
using Crm.Infrastructure.Persistence;
using Dapper;
using Npgsql;

namespace Crm.Infrastructure.Verification;

/// <summary>One tenant's rows at one moment, as the service's own login sees them.</summary>
internal sealed record TenantRows(NpgsqlConnection Connection, NpgsqlTransaction Transaction, Guid TenantId) : IAsyncDisposable
{
    internal static async Task<TenantRows> OpenAsync(NpgsqlDataSource source, Guid tenantId, IsolationLevel isolation, CancellationToken ct)
    {
        var connection = await source.OpenConnectionAsync(ct);
        try
        {
            var transaction = await connection.BeginTransactionAsync(isolation, ct);
            await TenantSession.UseTenantAsync(connection, transaction, tenantId, ct);
            return new TenantRows(connection, transaction, tenantId);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>The rows of a statement about <c>@TenantId</c>.</summary>
    internal async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? parameters, CancellationToken ct) => (await Connection.QueryAsync<T>(Command(sql, parameters, ct))).AsList();

    /// <summary>Statements about <c>@TenantId</c>; how many rows they changed.</summary>
    internal Task<int> ExecuteAsync(string sql, object? parameters, CancellationToken ct) => Connection.ExecuteAsync(Command(sql, parameters, ct));

    private CommandDefinition Command(string sql, object? parameters, CancellationToken ct)
    {
        var all = new DynamicParameters(parameters);
        all.Add("TenantId", TenantId);
        return new CommandDefinition(sql, all, Transaction, commandTimeout: 0, cancellationToken: ct);
    }

    public async ValueTask DisposeAsync()
    {
        await Transaction.DisposeAsync();
        await Connection.DisposeAsync();
    }
}

/// <summary>Something that must hold of every tenant.</summary>
internal interface ITenantCheck
{
    /// <summary>What must hold, as a statement.</summary>
    string Name { get; }

    /// <summary>Looks at one tenant.</summary>
    Task RunAsync(TenantRows rows, CheckReport report, CancellationToken ct);
}

/// <summary>A check that is two statements: how many there are, and a text for each that is wrong.</summary>
internal sealed record SqlCheck(string Name, string Count, string Wrong) : ITenantCheck
{
    public async Task RunAsync(TenantRows rows, CheckReport report, CancellationToken ct)
    {
        report.Look((await rows.QueryAsync<long>(Count, null, ct))[0]);
        foreach (var what in await rows.QueryAsync<string>(Wrong, null, ct)) report.Note($"{what} of tenant {rows.TenantId}");
    }
}
