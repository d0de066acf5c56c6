using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.Postgres;
using Npgsql;
using static Crm.Api.Tests.Postgres.ThrowAwayCluster;

namespace Crm.Api.Tests.Recovery;

/// <summary>
/// Stops whoever changes the schema of one database at one command. An event trigger waits there for a lock that this gate holds, or fails.
/// It lies where a restore does not look for data.
/// </summary>
internal sealed class DdlGate : IAsyncDisposable
{
    private readonly string _superuser;
    private readonly NpgsqlConnection _lock;

    private DdlGate(string superuser, NpgsqlConnection held) => (_superuser, _lock) = (superuser, held);

    /// <summary>At the nth command of a transaction, once so many migrations are applied.</summary>
    public static Task<DdlGate> CloseAsync(ThrowAwayCluster server, string owner, int applied, int command, bool fails = false) =>
        CloseAsync(server.Cluster.SuperuserConnectionString, owner, $"n = {command} and applied = {applied}", fails);

    /// <summary>At the first command that makes such a thing.</summary>
    public static Task<DdlGate> CloseAtAsync(string superuser, string owner, string tag) => CloseAsync(superuser, owner, $"tg_tag = '{tag}'", fails: false);

    private static async Task<DdlGate> CloseAsync(string administrator, string owner, string where, bool fails)
    {
        var superuser = In(administrator, new NpgsqlConnectionStringBuilder(owner).Database!);
        await ExecuteAsync(superuser, $"""
            create function public.gate_pass() returns event_trigger language plpgsql security definer as $$
            declare
              n int := coalesce(nullif(current_setting('gate.n', true), '')::int, 0) + 1;
              applied bigint;
            begin
              perform set_config('gate.n', n::text, true);
              if to_regclass('public."__EFMigrationsHistory"') is not null then execute 'select count(*) from public."__EFMigrationsHistory"' into applied; end if;
              if not coalesce({where}, false) then return; end if;
              {(fails ? "raise exception 'the disk is on fire';" : "perform pg_advisory_xact_lock_shared(42);")}
            end $$;
            create event trigger gate on ddl_command_end execute function public.gate_pass();
            """);
        var held = new NpgsqlConnection(superuser);
        await held.OpenAsync();
        await using var take = new NpgsqlCommand("select pg_advisory_lock(42)", held);
        await take.ExecuteNonQueryAsync();
        return new DdlGate(superuser, held);
    }

    /// <summary>Not the schema: a table, which nobody can read meanwhile.</summary>
    public static async Task<IAsyncDisposable> LockAsync(string superuser, string table)
    {
        var connection = new NpgsqlConnection(superuser);
        await connection.OpenAsync();
        await using var take = new NpgsqlCommand($"begin; lock table {table} in access exclusive mode", connection);
        await take.ExecuteNonQueryAsync();
        return connection;
    }

    /// <summary>Waits until somebody stands at the gate.</summary>
    public Task ReachedAsync() => Eventually.Async(async () => await WaitingAsync() is int, "nobody reached the gate");

    /// <summary>Ends the session that stands there, as an administrator or a failing server would.</summary>
    public async Task TerminateAsync() => await ExecuteAsync(_superuser, $"select pg_terminate_backend({await WaitingAsync()})");

    /// <summary>Takes the gate away; who stands there goes on.</summary>
    public async ValueTask DisposeAsync()
    {
        await _lock.DisposeAsync();
        await ExecuteAsync(_superuser, "drop event trigger gate; drop function public.gate_pass()");
    }

    private Task<object?> WaitingAsync() => ExecuteAsync(_superuser,
        "select min(pid) from pg_locks where locktype = 'advisory' and objid = 42 and not granted and database = (select oid from pg_database where datname = current_database())");
}
