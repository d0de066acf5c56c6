using Crm.Infrastructure.Persistence.Migrations;
using Crm.Infrastructure.Postgres;
using Dapper;
using Npgsql;

namespace Crm.Infrastructure.Recovery;

/// <summary>
/// The database during a restore, on a connection of its owner. The schema <c>crm_restore</c> says that a restore is under way: while it is there,
/// nobody serves from the database or migrates it, and the next restore may remove everything.
/// </summary>
internal sealed class RestoreTarget : IAsyncDisposable
{
    private const string Marker = "crm_restore";
    private const long LockKey = 4_203_681_976;

    // Schemas and relations of the database's own, and how to remove them; not the system's, and not what extensions brought.
    private const string Found = """
        select quote_ident(nspname) as name, format('drop schema if exists %I cascade', nspname) as remove
        from pg_namespace where nspname not in ('public', 'information_schema', 'crm_restore') and nspname not like 'pg\_%'
        union all
        select format('public.%I', c.relname), format('drop %s if exists public.%I cascade',
          case c.relkind when 'v' then 'view' when 'm' then 'materialized view' when 'S' then 'sequence' when 'f' then 'foreign table' else 'table' end, c.relname)
        from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
          and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype in ('e', 'a', 'i'))
        order by 1
        """;

    private readonly NpgsqlConnection _connection;

    private RestoreTarget(NpgsqlConnection connection) => _connection = connection;

    /// <summary>Whether a restore of this database was begun and not finished.</summary>
    internal const string IsUnfinished = $"select to_regnamespace('{Marker}') is not null";

    /// <summary>Takes hold of the database: one restore at a time.</summary>
    /// <exception cref="StartupException">Another is at work, the database is unfit, or its roles are missing.</exception>
    public static async Task<RestoreTarget> OpenAsync(string owner, CancellationToken ct)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(owner) { Pooling = false, CommandTimeout = 0, KeepAlive = 30 }.ConnectionString);
        var target = new RestoreTarget(connection);
        try
        {
            await connection.OpenAsync(ct);
            await DatabaseRules.RefuseUnfitAsync(connection, ct, duringRestore: true);
            if (!await target.AskAsync<bool>($"select pg_try_advisory_lock({LockKey})", ct)) throw new StartupException("Another restore into this database is at work.");
            if (await target.AskAsync<long>("select count(*) from pg_roles where rolname in ('crm_app', 'crm_reader')", ct) < 2)
                throw new StartupException("The roles crm_app and crm_reader are missing on this server: run deploy/roles.sql first, as its administrator.");
            return target;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Refuses a database in which something would be replaced.</summary>
    public async Task RefuseOccupiedAsync(CancellationToken ct)
    {
        if (await AskAsync<bool>(IsUnfinished, ct)) return;
        var found = await FoundAsync(ct);
        if (found.Count == 0) return;
        throw new StartupException(
            $"The database {_connection.Database} is not empty: it has {string.Join(", ", found.Take(3).Select(f => f.Name))}. A restore replaces nothing: "
            + "restore into an empty one (for the private PostgreSQL another CRM_DATA_DIR), or drop and create this one anew first.");
    }

    /// <summary>Begins, or begins again: what an earlier try left is gone afterwards.</summary>
    public async Task BeginAsync(CancellationToken ct)
    {
        // The marker first and by itself: whatever is found beside it later is a restore's.
        await RunAsync($"create schema if not exists {Marker}", ct);
        // A program that was killed does not take its pg_restore with it.
        await RunAsync("""
            select pg_terminate_backend(pid, 10000) from pg_stat_activity
            where datname = current_database() and usename = current_user and application_name = 'pg_restore'
            """, ct);
        foreach (var (_, remove) in await FoundAsync(ct)) await RunAsync(remove, ct);
        await RunAsync("""
            create schema crm; create schema crm_read;
            grant usage, create on schema crm, crm_read to crm_reader
            """, ct);
    }

    /// <summary>Compares every table's rows with what the backup says.</summary>
    /// <exception cref="StartupException">They differ.</exception>
    public async Task RefuseIncompleteAsync(BackupManifest backup, CancellationToken ct)
    {
        var there = await RowCounts.ReadAsync(_connection, ct);
        if (backup.Rows.Keys.Union(there.Keys).FirstOrDefault(table => backup.Rows.GetValueOrDefault(table, -1) != there.GetValueOrDefault(table, -1)) is { } wrong)
            throw new StartupException($"The restored database is not the one that was backed up: {wrong} has {there.GetValueOrDefault(wrong)} rows, not {backup.Rows.GetValueOrDefault(wrong)}.");
    }

    /// <summary>Gives the planner its statistics and the indexes their visibility maps, without which the first requests would be slow.</summary>
    public async Task VacuumAsync(BackupManifest backup, CancellationToken ct) => await RunAsync($"vacuum (analyze) {string.Join(", ", backup.Rows.Keys)}", ct);

    /// <summary>
    /// Ends it, in one transaction: the log gets an epoch that no position handed out before can have, whatever became of them: transaction
    /// numbers begin anew here, and the same backup may have been restored before, elsewhere. So it is the time, in seconds.
    /// </summary>
    public async Task<long> EndAsync(BackupManifest backup, CancellationToken ct)
    {
        await using var transaction = await _connection.BeginTransactionAsync(ct);
        var epoch = await AskAsync<long>("update crm.service_state set epoch = greatest(epoch + 1, extract(epoch from now())::bigint) returning epoch", ct);
        // Another major version writes the same definitions a little differently.
        var version = await AskAsync<int>("select current_setting('server_version_num')::int / 10000", ct);
        if (version != backup.ServerVersion) await RunAsync(SchemaObjects.Record, ct);
        // Without it crm_reader could not have been given what is his here.
        await RunAsync("revoke create on schema crm from crm_reader", ct);
        await RunAsync($"drop schema {Marker}", ct);
        await transaction.CommitAsync(ct);
        return epoch;
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private async Task<IReadOnlyList<(string Name, string Remove)>> FoundAsync(CancellationToken ct) =>
        (await _connection.QueryAsync<(string, string)>(new CommandDefinition(Found, cancellationToken: ct))).AsList();

    private Task RunAsync(string sql, CancellationToken ct) => _connection.ExecuteAsync(new CommandDefinition(sql, commandTimeout: 0, cancellationToken: ct));

    private async Task<T> AskAsync<T>(string sql, CancellationToken ct) => (await _connection.ExecuteScalarAsync<T>(new CommandDefinition(sql, commandTimeout: 0, cancellationToken: ct)))!;
}
