using Crm.Api.Tests.Postgres;
using Crm.Api.Tests.Upgrade;
using Crm.Infrastructure.Persistence.Migrations;
using Crm.Infrastructure.Postgres;
using Crm.Infrastructure.Recovery;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using static Crm.Api.Tests.Postgres.ThrowAwayCluster;

namespace Crm.Api.Tests.Recovery;

/// <summary>A server, and a backup of a database at the first release's schema with data of every kind.</summary>
public sealed class RestoreFixture : IAsyncLifetime
{
    internal ThrowAwayCluster Server { get; private set; } = null!;

    internal string Folder { get; } = Directory.CreateTempSubdirectory("crm-test-").FullName;

    internal string Backup => Path.Combine(Folder, "crm.backup");

    /// <summary>What the backup must lead to, as a superuser sees it.</summary>
    internal string Digest { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        Server = await StartAsync();
        var (owner, app) = await FirstRelease.MakeAsync(Server);
        var data = Directory.CreateDirectory(Path.Combine(Folder, "data", "files", "ab")).Parent!.Parent!.FullName;
        await File.WriteAllTextAsync(Path.Combine(data, "files", "ab", "one"), "content");
        await File.WriteAllTextAsync(Path.Combine(data, "jwt.key"), "key");
        using (var backup = CrmProgram.OnDatabase(owner, app, data, "backup", Backup)) (await backup.EndAsync()).ShouldExit(0);
        await new Migrator(owner).UpAsync();
        Digest = (string)(await ExecuteAsync(In(Server.Cluster.SuperuserConnectionString, new NpgsqlConnectionStringBuilder(owner).Database!), Contents.Digest))!;
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}

/// <summary>A restore is whole or not at all, replaces nothing, and can be interrupted anywhere.</summary>
public sealed class RestoreTests(RestoreFixture fixture) : IClassFixture<RestoreFixture>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("crm-test-").FullName;

    private string Data => Path.Combine(_folder, "data");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task An_older_schema_is_brought_up_to_date_afterwards()
    {
        var (owner, app) = await fixture.Server.NewDatabaseAsync();
        using var restore = CrmProgram.OnDatabase(owner, app, Data, "restore", fixture.Backup);
        var restored = (await restore.EndAsync()).ShouldExit(0);
        restored.Output.ShouldContain("2 files");
        foreach (var id in new Migrator("Host=nowhere").KnownIds.Skip(1)) restored.Output.ShouldContain($"applied  {id}");
        await IsWholeAsync(owner, app);
    }

    [Theory]
    [InlineData("CREATE EXTENSION")]
    [InlineData("CREATE TABLE")]
    [InlineData("CREATE VIEW")]
    [InlineData("CREATE INDEX")]
    [InlineData("CREATE POLICY")]
    public async Task Killed_half_way_nothing_serves_from_it_and_the_next_try_starts_over(string at)
    {
        var (owner, app) = await fixture.Server.NewDatabaseAsync();
        await using (var gate = await DdlGate.CloseAtAsync(fixture.Server.Cluster.SuperuserConnectionString, owner, at))
        {
            using var killed = CrmProgram.OnDatabase(owner, app, Data, "restore", fixture.Backup);
            await gate.ReachedAsync();
            await killed.KillAsync();
            // Its pg_restore lives on, and waits at the gate; so does whoever comes second, were it not for the lock.
            await NothingServesAsync(owner, app);
        }

        using var again = CrmProgram.OnDatabase(owner, app, Data, "restore", fixture.Backup);
        (await again.EndAsync()).ShouldExit(0);
        await IsWholeAsync(owner, app);
    }

    [Fact]
    public async Task Stopped_half_way_it_ends_its_own_programs_and_can_be_begun_anew()
    {
        var (owner, app) = await fixture.Server.NewDatabaseAsync();
        await using (var gate = await DdlGate.CloseAtAsync(fixture.Server.Cluster.SuperuserConnectionString, owner, "CREATE INDEX"))
        {
            using var stopped = CrmProgram.OnDatabase(owner, app, Data, "restore", fixture.Backup);
            await gate.ReachedAsync();
            using (var twin = CrmProgram.OnDatabase(owner, app, Path.Combine(_folder, "twin"), "restore", fixture.Backup))
                (await twin.EndAsync()).ShouldExit(1).Error.ShouldContain("Another restore into this database is at work");
            (await stopped.StopAsync()).ShouldExit(1).Error.ShouldContain("Interrupted.");
            await NothingServesAsync(owner, app);
        }

        using var again = CrmProgram.OnDatabase(owner, app, Data, "restore", fixture.Backup);
        (await again.EndAsync()).ShouldExit(0);
        await IsWholeAsync(owner, app);
    }

    [Fact]
    public async Task A_database_that_holds_anything_is_left_alone()
    {
        var (owner, app) = await fixture.Server.NewDatabaseAsync();
        await ExecuteAsync(owner, "create table public.mine (n int); insert into public.mine values (1)");
        using var refused = CrmProgram.OnDatabase(owner, app, Data, "restore", fixture.Backup);
        (await refused.EndAsync()).ShouldExit(1).Error.ShouldContain("is not empty: it has public.mine");
        (await ExecuteAsync(owner, "select n from public.mine")).ShouldBe(1);

        var (migrated, migratedApp) = await fixture.Server.NewDatabaseAsync();
        await new Migrator(migrated).UpAsync();
        using var refusedToo = CrmProgram.OnDatabase(migrated, migratedApp, Data, "restore", fixture.Backup);
        (await refusedToo.EndAsync()).ShouldExit(1).Error.ShouldContain("is not empty: it has crm, crm_read, public.");
        Directory.Exists(Data).ShouldBeTrue();
        Directory.GetFileSystemEntries(Data).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("jwt.key")]
    [InlineData("files/ab/two")]
    [InlineData("mail/x.eml")]
    public async Task A_data_folder_that_holds_something_is_left_alone(string file)
    {
        var (owner, app) = await fixture.Server.NewDatabaseAsync();
        var path = Path.Combine(Data, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, "mine", TestContext.Current.CancellationToken);
        using var refused = CrmProgram.OnDatabase(owner, app, Data, "restore", fixture.Backup);
        (await refused.EndAsync()).ShouldExit(1).Error.ShouldContain($"is not empty: it has {file}");
        (await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken)).ShouldBe("mine");
        (await ExecuteAsync(owner, "select to_regnamespace('crm') is null and to_regnamespace('crm_restore') is null")).ShouldBe(true);
    }

    [Fact]
    public async Task A_backup_of_a_newer_program_is_refused_before_anything_is_touched()
    {
        var (owner, app) = await FirstRelease.MakeAsync(fixture.Server);
        await ExecuteAsync(owner, """insert into public."__EFMigrationsHistory" values ('29990101000000_later', '99')""");
        var file = Path.Combine(_folder, "newer");
        using (var backup = CrmProgram.OnDatabase(owner, app, Data, "backup", file)) (await backup.EndAsync()).ShouldExit(0);
        var (empty, emptyApp) = await fixture.Server.NewDatabaseAsync();
        using var restore = CrmProgram.OnDatabase(empty, emptyApp, Data, "restore", file);
        (await restore.EndAsync()).ShouldExit(1).Error.ShouldContain("newer program: it has the migration 29990101000000_later");
        (await ExecuteAsync(empty, "select to_regnamespace('crm') is null")).ShouldBe(true);
    }

    private async Task NothingServesAsync(string owner, string app)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("ConnectionStrings:Crm", app), new("CRM_DATA_DIR", Path.Combine(_folder, "other"))]).Build();
        (await Should.ThrowAsync<StartupException>(() => DatabaseHost.StartAsync(configuration, NullLogger.Instance))).Message.ShouldContain("was interrupted");
        (await Should.ThrowAsync<StartupException>(() => new Migrator(owner).UpAsync())).Message.ShouldContain("Run ./run restore FILE again");
        Should.Throw<StartupException>(() => RestoreFolder.RefuseUnfinished(DataFolder.Open(Data))).Message.ShouldContain("was interrupted");
        using var backup = CrmProgram.OnDatabase(owner, app, null, "backup", Path.Combine(_folder, "half"));
        (await backup.EndAsync()).ShouldExit(1).Error.ShouldContain("was interrupted");
    }

    private async Task IsWholeAsync(string owner, string app)
    {
        var superuser = In(fixture.Server.Cluster.SuperuserConnectionString, new NpgsqlConnectionStringBuilder(owner).Database!);
        (await ExecuteAsync(superuser, Contents.Digest)).ShouldBe(fixture.Digest);
        (await ExecuteAsync(superuser, "select epoch > 1700000000 from crm.service_state")).ShouldBe(true);
        Directory.GetFiles(Data, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(Data, f)).Order(StringComparer.Ordinal).ShouldBe(["files/ab/one", "jwt.key"]);
        File.GetUnixFileMode(Path.Combine(Data, "jwt.key")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        RestoreFolder.RefuseUnfinished(DataFolder.Open(Data));
        using var verify = CrmProgram.OnDatabase(owner, app, Data, "verify");
        (await verify.EndAsync()).ShouldExit(0);
    }
}
