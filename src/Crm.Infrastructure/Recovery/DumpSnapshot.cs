using Crm.Infrastructure.Persistence.Migrations;
using Crm.Infrastructure.Postgres;
using Dapper;
using Npgsql;

namespace Crm.Infrastructure.Recovery;

/// <summary>
/// One moment of the database, which a read-only transaction holds for pg_dump and for what is counted beside it. Nobody waits for it,
/// and it holds no transaction number, so the event log goes on meanwhile.
/// </summary>
internal sealed class DumpSnapshot : IAsyncDisposable
{
    // A login that row-level security binds sees all rows of a table only if a policy says "true" to it and none restricts it. pg_dump
    // with --enable-row-security would leave out what is not seen, and say nothing.
    private const string Hidden = """
        select c.oid::regclass::text from pg_class c
        where c.relkind in ('r', 'p') and c.relrowsecurity
          and not exists (select from pg_roles r where r.rolname = current_user and (r.rolsuper or r.rolbypassrls))
          and not (pg_has_role(current_user, c.relowner, 'usage') and not c.relforcerowsecurity)
          and (exists (select from pg_policy p where p.polrelid = c.oid and not p.polpermissive and p.polcmd in ('r', '*'))
            or not exists (
              select from pg_policy p where p.polrelid = c.oid and p.polpermissive and p.polcmd in ('r', '*') and pg_get_expr(p.polqual, p.polrelid) = 'true'
                and exists (select from unnest(p.polroles) role where role = 0 or pg_has_role(current_user, role, 'usage'))))
        order by 1
        """;

    private readonly NpgsqlConnection _connection;

    private DumpSnapshot(NpgsqlConnection connection, string id) => (_connection, Id) = (connection, id);

    /// <summary>What pg_dump calls it.</summary>
    public string Id { get; }

    /// <summary>Opens one, and makes sure that this login sees everything.</summary>
    /// <exception cref="StartupException">There is nothing to back up, or this login does not see all of it.</exception>
    public static async Task<DumpSnapshot> OpenAsync(string owner, CancellationToken ct)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(owner) { Pooling = false, CommandTimeout = 0, ApplicationName = "crm backup" }.ConnectionString);
        try
        {
            await connection.OpenAsync(ct);
            await DatabaseRules.RefuseUnfitAsync(connection, ct);
            await connection.ExecuteAsync(new CommandDefinition(
                "begin isolation level repeatable read read only; set local idle_in_transaction_session_timeout = 0; set local statement_timeout = 0; set local lock_timeout = '60s'", cancellationToken: ct));
            var id = await connection.ExecuteScalarAsync<string>(new CommandDefinition("select pg_export_snapshot()", cancellationToken: ct));
            var snapshot = new DumpSnapshot(connection, id!);
            await snapshot.RefuseBlindAsync(ct);
            return snapshot;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Everything a backup says of itself but its entries.</summary>
    public async Task<BackupManifest> DescribeAsync(IReadOnlyList<BackupEntry> entries, CancellationToken ct)
    {
        var (now, version, epoch) = await _connection.QuerySingleAsync<(DateTime, int, long)>(new CommandDefinition(
            "select now(), current_setting('server_version_num')::int / 10000, epoch from crm.service_state", cancellationToken: ct));
        return new BackupManifest(BackupManifest.CurrentFormat, now, version, [.. (await Migrator.AppliedAsync(_connection, ct)).Order(StringComparer.Ordinal)], epoch,
            await RowCounts.ReadAsync(_connection, ct), entries);
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private async Task RefuseBlindAsync(CancellationToken ct)
    {
        if (!await _connection.ExecuteScalarAsync<bool>(new CommandDefinition("select to_regclass('crm.service_state') is not null", cancellationToken: ct)))
            throw new StartupException("There is nothing to back up: the database has no schema of this service.");
        var hidden = (await _connection.QueryAsync<string>(new CommandDefinition(Hidden, cancellationToken: ct))).AsList();
        if (hidden.Count > 0)
            throw new StartupException(
                $"The login {new NpgsqlConnectionStringBuilder(_connection.ConnectionString).Username} does not see every row of {string.Join(", ", hidden)}, so a backup made by it would "
                + "lack some. Use the owner that deploy/roles.sql makes, which is a member of crm_reader.");
    }
}

/// <summary>How many rows every table has.</summary>
internal static class RowCounts
{
    private const string Tables = """
        select quote_ident(n.nspname) || '.' || quote_ident(c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind = 'r' and c.relpersistence = 'p' and n.nspname <> 'information_schema' and n.nspname not like 'pg\_%'
          and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
        order by 1
        """;

    /// <summary>As the connection's login and snapshot see them, by qualified name.</summary>
    internal static async Task<IReadOnlyDictionary<string, long>> ReadAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var table in (await connection.QueryAsync<string>(new CommandDefinition(Tables, cancellationToken: ct))).AsList())
            counts[table] = await connection.ExecuteScalarAsync<long>(new CommandDefinition($"select count(*) from {table}", commandTimeout: 0, cancellationToken: ct));
        return counts;
    }
}
