using System.Reflection;
using System.Text;
using Crm.Infrastructure.Postgres;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;

namespace Crm.Infrastructure.Persistence.Migrations;

public sealed record MigrationState(string Id, bool IsApplied);

/// <summary>Brings a database's schema up and down, as its owner.</summary>
public sealed class Migrator
{
    // Any number will do as long as every instance takes the same one.
    private const long LockKey = 4_203_681_975;
    private static readonly Assembly OurMigrations = typeof(Migrator).Assembly;

    private readonly string _connectionString;
    private readonly Assembly _migrations;

    public Migrator(string ownerConnectionString) : this(ownerConnectionString, OurMigrations) { }

    internal Migrator(string ownerConnectionString, Assembly migrations)
    {
        // Not pooled: an owner's session must not stay open in a running service.
        _connectionString = new NpgsqlConnectionStringBuilder(ownerConnectionString) { Pooling = false }.ConnectionString;
        _migrations = migrations;
    }

    /// <summary>Every migration of this program, in order.</summary>
    public IReadOnlyList<string> KnownIds => IdsOf(_migrations);

    /// <summary>Every migration of this program in order, then those that only the database knows (a newer program's).</summary>
    public async Task<IReadOnlyList<MigrationState>> StatusAsync(CancellationToken ct = default)
    {
        var applied = await AppliedAsync(_connectionString, ct);
        var known = KnownIds;
        return [.. known.Select(id => new MigrationState(id, applied.Contains(id))), .. applied.Except(known).Order().Select(id => new MigrationState(id, true))];
    }

    /// <summary>Applies what is missing and returns it. Instances that start together do it one after the other.</summary>
    public Task<IReadOnlyList<string>> UpAsync(CancellationToken ct = default) => ExclusivelyAsync(async () =>
    {
        var applied = await AppliedAsync(_connectionString, ct);
        string[] pending = [.. KnownIds.Except(applied)];
        if (pending.Length == 0) return [];
        await using var context = new MigrationContext(_connectionString, _migrations);
        await MigrateAsync(context, target: null, ct);
        return pending;
    }, ct);

    /// <summary>Takes back every migration after <paramref name="to"/> (an id, its name, or 0 for all), by default the last one, and returns them.</summary>
    public Task<IReadOnlyList<string>> DownAsync(string? to = null, CancellationToken ct = default) => ExclusivelyAsync(async () =>
    {
        var applied = await AppliedAsync(_connectionString, ct);
        string[] ours = [.. KnownIds.Where(applied.Contains)];
        if (applied.Except(ours).Order().FirstOrDefault() is { } unknown)
            throw new StartupException($"The database has {unknown}, which a newer program applied: take it back with that program first.");
        if (ours.Length == 0) return [];

        var keep = to switch
        {
            null => ours.Length - 1,
            "0" => 0,
            _ => Array.FindIndex(ours, id => id == to || id.EndsWith("_" + to, StringComparison.Ordinal)) + 1,
        };
        if (keep == 0 && to is not (null or "0")) throw new StartupException($"{to} is none of the applied migrations ({string.Join(", ", ours)}).");

        await using var context = new MigrationContext(_connectionString, _migrations);
        await MigrateAsync(context, keep == 0 ? Migration.InitialDatabase : ours[keep - 1], ct);
        return ours[keep..];
    }, ct);

    /// <summary>For an administrator who does not let programs migrate: a psql script that applies what is missing, whatever that is.</summary>
    public string Script()
    {
        // Not EF's own idempotent script: it wraps each migration in a DO block, where a plain select is an error.
        using var context = new MigrationContext(_connectionString, _migrations);
        var history = context.GetService<IHistoryRepository>();
        var assembly = context.GetService<IMigrationsAssembly>();
        var generator = context.GetService<IMigrationsSqlGenerator>();
        var script = new StringBuilder("-- psql -X -v ON_ERROR_STOP=1 -f FILE, as the owner of the database\n\\set ON_ERROR_STOP on\n");
        script.AppendLine(history.GetCreateIfNotExistsScript());
        foreach (var (id, type) in assembly.Migrations)
        {
            var operations = assembly.CreateMigration(type, context.Database.ProviderName!).UpOperations;
            script.AppendLine($"""
                select not exists (select from {History} where "MigrationId" = '{id}') as missing \gset
                \if :missing
                begin;
                {string.Concat(generator.Generate(operations).Select(command => command.CommandText.TrimEnd() + "\n"))}
                {history.GetInsertScript(new HistoryRow(id, ProductInfo.GetVersion())).TrimEnd()}
                commit;
                \endif
                """);
        }

        return script.Append(GrantHistory).ToString();
    }

    /// <summary>Whether every migration of this program is applied; asked with the service's own login.</summary>
    public static Task<bool> IsUpToDateAsync(string connectionString, CancellationToken ct = default) => IsUpToDateAsync(connectionString, OurMigrations, ct);

    /// <summary>The same on a pool, for health checks.</summary>
    public static async Task<bool> IsUpToDateAsync(NpgsqlDataSource source, CancellationToken ct = default)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        return !IdsOf(OurMigrations).Except(await AppliedAsync(connection, ct)).Any();
    }

    internal static async Task<bool> IsUpToDateAsync(string connectionString, Assembly migrations, CancellationToken ct = default) =>
        !IdsOf(migrations).Except(await AppliedAsync(connectionString, ct)).Any();

    private const string History = $"{MigrationContext.HistorySchema}.\"{MigrationContext.HistoryTable}\"";
    private const string GrantHistory = $"do $$ begin if to_regclass('{History}') is not null then grant select on {History} to crm_app; end if; end $$;";

    /// <summary>Each migration is a transaction: one that fails, or whose process or server is killed, leaves the schema the ones before it made.</summary>
    private async Task MigrateAsync(MigrationContext context, string? target, CancellationToken ct)
    {
        var before = await AppliedAsync(_connectionString, ct);
        try
        {
            await context.GetService<IMigrator>().MigrateAsync(target, ct);
        }
        // EF wraps what it takes for a passing failure, such as a lost connection.
        catch (Exception e) when ((e as NpgsqlException ?? e.InnerException as NpgsqlException) is { } cause)
        {
            throw new StartupException($"A migration failed and was taken back; {await LeftAsync(before)}: {cause.Message}. Remove the cause and run ./run migrate again.", e);
        }
    }

    private async Task<string> LeftAsync(HashSet<string> before)
    {
        try
        {
            var applied = await AppliedAsync(_connectionString, CancellationToken.None);
            return applied.SetEquals(before) ? "the schema is as it was" : $"the schema is now at {applied.Max(StringComparer.Ordinal) ?? "nothing"}";
        }
        catch (NpgsqlException)
        {
            return "the database does not answer any more";
        }
    }

    private async Task<IReadOnlyList<string>> ExclusivelyAsync(Func<Task<IReadOnlyList<string>>> work, CancellationToken ct)
    {
        // EF's own lock is on the history table, which two first starts would both try to create.
        await using var connection = new NpgsqlConnection(_connectionString);
        await connection.OpenAsync(ct);
        await DatabaseRules.RefuseUnfitAsync(connection, ct);
        await ExecuteAsync(connection, $"select pg_advisory_lock({LockKey})", ct);
        var changed = await work();
        // The service asks whether the schema is up to date, and it is not the owner. Always, because an earlier run may have been
        // killed after its last migration and before this.
        await ExecuteAsync(connection, GrantHistory, ct);
        return changed;
    }

    private static string[] IdsOf(Assembly migrations) =>
        [.. migrations.GetTypes()
            .Where(type => !type.IsAbstract && type.IsSubclassOf(typeof(Migration)) && type.GetCustomAttribute<DbContextAttribute>()?.ContextType == typeof(MigrationContext))
            .Select(type => type.GetCustomAttribute<MigrationAttribute>()!.Id)
            .Order(StringComparer.Ordinal)];

    private static async Task<HashSet<string>> AppliedAsync(string connectionString, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(ct);
        return await AppliedAsync(connection, ct);
    }

    internal static async Task<HashSet<string>> AppliedAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            await using var command = new NpgsqlCommand(
                $"select \"MigrationId\" from {History}", connection);
            await using var reader = await command.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct)) ids.Add(reader.GetString(0));
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InsufficientPrivilege)
        {
            // Never migrated: the history, or the right to read it, comes with the first migration.
        }

        return ids;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(ct);
    }
}
