using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.Postgres;
using Npgsql;
using static Crm.Api.Tests.Postgres.ThrowAwayCluster;

namespace Crm.Api.Tests.Recovery;

/// <summary>
/// Stops whoever changes the schema of one database at one command: the nth of the transaction, once so many migrations are applied.
/// An event trigger waits there for a lock that this gate holds, or fails.
/// </summary>
internal sealed class DdlGate : IAsyncDisposable
{
    private readonly string _superuser;
    private readonly NpgsqlConnection _lock;

    private DdlGate(string superuser, NpgsqlConnection held) => (_superuser, _lock) = (superuser, held);

    public static async Task<DdlGate> CloseAsync(ThrowAwayCluster server, string owner, int applied, int command, bool fails = false)
    {
        var superuser = In(server.Cluster.SuperuserConnectionString, new NpgsqlConnectionStringBuilder(owner).Database!);
        await ExecuteAsync(superuser, $"""
            create schema gate;
            create function gate.pass() returns event_trigger language plpgsql security definer as $$
            declare
              n int := coalesce(nullif(current_setting('gate.n', true), '')::int, 0) + 1;
              done bigint;
            begin
              if to_regclass('public."__EFMigrationsHistory"') is null then return; end if;
              perform set_config('gate.n', n::text, true);
              execute 'select count(*) from public."__EFMigrationsHistory"' into done;
              if done <> {applied} or n <> {command} then return; end if;
              {(fails ? "raise exception 'the disk is on fire';" : "perform pg_advisory_xact_lock_shared(42);")}
            end $$;
            create event trigger gate on ddl_command_end execute function gate.pass();
            """);
        var held = new NpgsqlConnection(superuser);
        await held.OpenAsync();
        await using var take = new NpgsqlCommand("select pg_advisory_lock(42)", held);
        await take.ExecuteNonQueryAsync();
        return new DdlGate(superuser, held);
    }

    /// <summary>Waits until somebody stands at the gate.</summary>
    public Task ReachedAsync() => Eventually.Async(async () => await WaitingAsync() is not null, "nobody reached the gate");

    /// <summary>Ends the session that stands there, as an administrator or a failing server would.</summary>
    public async Task TerminateAsync() => await ExecuteAsync(_superuser, $"select pg_terminate_backend({await WaitingAsync()})");

    /// <summary>Takes the gate away; who stands there goes on.</summary>
    public async ValueTask DisposeAsync()
    {
        await _lock.DisposeAsync();
        await ExecuteAsync(_superuser, "drop event trigger gate; drop schema gate cascade");
    }

    private Task<object?> WaitingAsync() => ExecuteAsync(_superuser,
        "select pid from pg_locks where locktype = 'advisory' and objid = 42 and not granted and database = (select oid from pg_database where datname = current_database())");
}
