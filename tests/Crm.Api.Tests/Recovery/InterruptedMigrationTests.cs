using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.Postgres;
using Crm.Infrastructure.Persistence.Migrations;
using Crm.Infrastructure.Postgres;
using Npgsql;
using static Crm.Api.Tests.Postgres.ThrowAwayCluster;

namespace Crm.Api.Tests.Recovery;

/// <summary>However a migration ends, the schema is the one of some migration, whole, and the next run goes on from there.</summary>
public sealed class InterruptedMigrationTests(ClusterFixture fixture) : IClassFixture<ClusterFixture>
{
    private const string Schema = $"select string_agg(concat_ws(' ', kind, name, definition), e'\\n' order by kind, name) from ({SchemaObjects.Sql}) as objects";
    private const string History = """select string_agg("MigrationId", ' ' order by "MigrationId") from public."__EFMigrationsHistory" """;

    private const string Locks = """
        select count(*) from pg_locks where database = (select oid from pg_database where datname = current_database())
          and (locktype = 'advisory' or mode = 'AccessExclusiveLock') and pid <> pg_backend_pid()
        """;

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 40)]
    [InlineData(0, 150)]
    [InlineData(1, 1)]
    public async Task Killed_with_9_it_is_resumed(int applied, int command)
    {
        var (owner, app) = await fixture.Server.NewDatabaseAsync();
        await using (var gate = await DdlGate.CloseAsync(fixture.Server, owner, applied, command))
        {
            using var program = CrmProgram.OnDatabase(owner, app, null, "migrate", "up");
            await gate.ReachedAsync();
            (await program.KillAsync()).ExitCode.ShouldNotBe(0);
        }

        // The session of the killed one may still be at work on what nobody will commit: the next run waits for it.
        await IsWholeAfterAsync(owner, app, applied);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 150)]
    [InlineData(1, 1)]
    public async Task Cut_from_its_server_it_says_what_is_left_and_is_resumed(int applied, int command)
    {
        var (owner, app) = await fixture.Server.NewDatabaseAsync();
        await using (var gate = await DdlGate.CloseAsync(fixture.Server, owner, applied, command))
        {
            using var program = CrmProgram.OnDatabase(owner, app, null, "migrate", "up");
            await gate.ReachedAsync();
            await gate.TerminateAsync();
            var ended = (await program.EndAsync()).ShouldExit(1);
            ended.Error.ShouldContain("taken back; " + (applied == 0 ? "the schema is as it was" : $"the schema is now at {First}"));
            ended.Error.ShouldNotContain("   at ");
        }

        await IsWholeAfterAsync(owner, app, applied);
    }

    [Fact]
    public async Task One_that_fails_leaves_what_was_there_and_says_why()
    {
        var (owner, app) = await fixture.Server.NewDatabaseAsync();
        var migrator = new Migrator(owner);
        await migrator.UpAsync();
        await migrator.DownAsync(First);
        var before = await ExecuteAsync(owner, Schema);

        await using (await DdlGate.CloseAsync(fixture.Server, owner, applied: 1, command: 2, fails: true))
            (await Should.ThrowAsync<StartupException>(() => migrator.UpAsync())).Message.ShouldBe(
                "A migration failed and was taken back; the schema is as it was: P0001: the disk is on fire. Remove the cause and run ./run migrate again.");

        (await ExecuteAsync(owner, Schema)).ShouldBe(before);
        (await ExecuteAsync(owner, History)).ShouldBe(First);
        await IsWholeAfterAsync(owner, app, applied: 1);
    }

    [Fact]
    public async Task Taking_back_can_be_interrupted_too()
    {
        var (owner, app) = await fixture.Server.NewDatabaseAsync();
        await new Migrator(owner).UpAsync();
        var all = Ids().Length;
        await using (var gate = await DdlGate.CloseAsync(fixture.Server, owner, applied: all, command: 1))
        {
            using var program = CrmProgram.OnDatabase(owner, app, null, "migrate", "down", "0");
            await gate.ReachedAsync();
            await program.KillAsync();
        }

        await IsWholeAfterAsync(owner, app, applied: all);
    }

    [Fact]
    public async Task Three_programs_started_at_once_migrate_once()
    {
        var (owner, app) = await fixture.Server.NewDatabaseAsync();
        CrmProgram[] programs = [.. Enumerable.Range(0, 3).Select(_ => CrmProgram.OnDatabase(owner, app, null, "migrate", "up"))];

        var results = await Task.WhenAll(programs.Select(program => program.EndAsync()));

        foreach (var result in results) result.ShouldExit(0);
        results.SelectMany(r => r.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)).Order(StringComparer.Ordinal)
            .ShouldBe([.. Ids().Select(id => $"applied  {id}"), "nothing to do", "nothing to do"]);
        await IsWholeAfterAsync(owner, app, applied: Ids().Length);
    }

    [Fact]
    public async Task Killed_between_the_last_migration_and_its_end_it_is_not_stuck()
    {
        var (owner, app) = await fixture.Server.NewDatabaseAsync();
        await new Migrator(owner).UpAsync();
        // What such a run leaves: everything is applied, but the service may not see it.
        await ExecuteAsync(owner, """revoke select on public."__EFMigrationsHistory" from crm_app""");
        (await Migrator.IsUpToDateAsync(app)).ShouldBeFalse();

        (await new Migrator(owner).UpAsync()).ShouldBeEmpty();

        (await Migrator.IsUpToDateAsync(app)).ShouldBeTrue();
    }

    private static string[] Ids() => [.. new Migrator("Host=nowhere").KnownIds];

    private static string First => Ids()[0];

    private async Task IsWholeAfterAsync(string owner, string app, int applied)
    {
        (await new Migrator(owner).UpAsync()).ShouldBe(Ids()[applied..]);
        var (fresh, _) = await fixture.Server.NewDatabaseAsync();
        await new Migrator(fresh).UpAsync();
        (await ExecuteAsync(owner, Schema)).ShouldBe(await ExecuteAsync(fresh, Schema));
        (await ExecuteAsync(owner, History)).ShouldBe(string.Join(' ', Ids()));
        (await Migrator.IsUpToDateAsync(app)).ShouldBeTrue();
        var superuser = In(fixture.Server.Cluster.SuperuserConnectionString, new NpgsqlConnectionStringBuilder(owner).Database!);
        await Eventually.Async(async () => (long)(await ExecuteAsync(superuser, Locks))! == 0, "a lock is left behind");
    }
}
