using System.Diagnostics;
using System.IO.Compression;
using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.Postgres;
using Crm.Api.Tests.Upgrade;
using Crm.Infrastructure.Persistence.Migrations;
using Npgsql;
using static Crm.Api.Tests.Postgres.ThrowAwayCluster;

namespace Crm.Api.Tests.Recovery;

/// <summary>What a backup of another PostgreSQL than the private one does, and what it refuses.</summary>
public sealed class BackupTests(ClusterFixture fixture) : IClassFixture<ClusterFixture>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("crm-test-").FullName;

    private string File1 => Path.Combine(_folder, "crm.backup");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Another_database_is_taken_whole_by_an_owner_whom_row_level_security_binds()
    {
        var (owner, app) = await FilledAsync();
        using var backup = CrmProgram.OnDatabase(owner, app, _folder, "backup", File1);
        var taken = (await backup.EndAsync()).ShouldExit(0);
        taken.Output.ShouldContain("secrets in it: none");
        System.IO.File.GetUnixFileMode(File1).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Directory.GetFiles(_folder).ShouldBe([File1]);

        var (newOwner, newApp) = await fixture.Server.NewDatabaseAsync();
        using var restore = CrmProgram.OnDatabase(newOwner, newApp, Path.Combine(_folder, "data"), "restore", File1);
        (await restore.EndAsync()).ShouldExit(0);

        // The superuser's eyes: what the owner did not see would be missing here.
        var before = (string)(await ExecuteAsync(Super(owner), Contents.Digest))!;
        before.ShouldContain("leads 13 ");
        (await ExecuteAsync(Super(newOwner), Contents.Digest)).ShouldBe(before);
        const string schema = $"select string_agg(concat_ws(' ', kind, name, definition), e'\\n' order by kind, name) from ({SchemaObjects.Sql}) as objects";
        (await ExecuteAsync(Super(newOwner), schema)).ShouldBe(await ExecuteAsync(Super(owner), schema));
        using var verify = CrmProgram.OnDatabase(newOwner, newApp, _folder, "verify");
        (await verify.EndAsync()).ShouldExit(0);
    }

    [Theory]
    [InlineData("drop policy reader on crm.leads")]
    [InlineData("create policy few on crm.leads as restrictive for select using (tenant_id is null)")]
    [InlineData("alter policy reader on crm.leads using (deleted_at is null)")]
    public async Task A_login_that_does_not_see_every_row_is_refused(string blinded)
    {
        var (owner, app) = await FilledAsync();
        await ExecuteAsync(Super(owner), blinded);
        using var backup = CrmProgram.OnDatabase(owner, app, _folder, "backup", File1);
        (await backup.EndAsync()).ShouldExit(1).Error.ShouldContain("crm_owner does not see every row of crm.leads");
        Directory.GetFileSystemEntries(_folder).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_backup_never_replaces_a_file_and_says_what_it_cannot_write()
    {
        var (owner, app) = await FilledAsync();
        await System.IO.File.WriteAllTextAsync(File1, "mine", TestContext.Current.CancellationToken);
        foreach (var (file, says) in new[] { (File1, "is there already"), (_folder, "is there already"), (Path.Combine(_folder, "nowhere", "b"), "could not be written"), (Path.Combine(File1, "b"), "could not be written") })
        {
            using var backup = CrmProgram.OnDatabase(owner, app, null, "backup", file);
            var ended = (await backup.EndAsync()).ShouldExit(1);
            ended.Error.ShouldContain(says);
            ended.Error.ShouldContain(file);
        }

        (await System.IO.File.ReadAllTextAsync(File1, TestContext.Current.CancellationToken)).ShouldBe("mine");
        Directory.GetFileSystemEntries(_folder).ShouldBe([File1]);
    }

    [Fact]
    public async Task A_full_disk_leaves_nothing_behind()
    {
        var (owner, app) = await FilledAsync();
        // A file may get no longer than 16 KiB, and to try ends in an error instead of a signal: like a disk that is full.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "trap '' XFSZ; ulimit -f 32; exec \"$0\" backup \"$1\"", Path.Combine(AppContext.BaseDirectory, "Crm.Api"), File1])
        { RedirectStandardError = true, RedirectStandardOutput = true };
        (start.Environment["ConnectionStrings__Crm"], start.Environment["ConnectionStrings__CrmOwner"], start.Environment["CRM_DATA_DIR"]) = (app, owner, _folder);
        // The runtime's own executable memory is a file too.
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        using var process = Process.Start(start)!;
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        error.ShouldContain($"The backup {File1} could not be written, and nothing of it is left");
        process.ExitCode.ShouldBe(1);
        Directory.GetFileSystemEntries(_folder).ShouldBeEmpty();
    }

    [Fact]
    public async Task Stopped_it_leaves_neither_a_file_nor_a_dump_at_work()
    {
        var (owner, app) = await FilledAsync();
        await using var held = await DdlGate.LockAsync(Super(owner), "crm.users");
        using var backup = CrmProgram.OnDatabase(owner, app, _folder, "backup", File1);
        const string dumping = "select count(*) from pg_stat_activity where application_name = 'pg_dump' and datname = current_database()";
        await Eventually.Async(async () => (long)(await ExecuteAsync(Super(owner), dumping + " and wait_event_type = 'Lock'"))! > 0, "pg_dump does not wait for the lock");

        (await backup.StopAsync()).ShouldExit(1).Error.ShouldContain("Interrupted.");

        Directory.GetFileSystemEntries(_folder).ShouldBeEmpty();
        await held.DisposeAsync();
        await Eventually.Async(async () => (long)(await ExecuteAsync(Super(owner), dumping))! == 0, "pg_dump is still at work");
    }

    [Fact]
    public async Task Killed_it_leaves_no_file_of_that_name()
    {
        var (owner, app) = await FilledAsync();
        await using (await DdlGate.LockAsync(Super(owner), "crm.users"))
        {
            using var backup = CrmProgram.OnDatabase(owner, app, _folder, "backup", File1);
            await Eventually.Async(() => Task.FromResult(Directory.GetFiles(_folder).Length > 0 || backup.HasEnded), "nothing is being written");
            await backup.KillAsync();
        }

        System.IO.File.Exists(File1).ShouldBeFalse();
        Directory.GetFiles(_folder, ".crm.backup.*.part").ShouldHaveSingleItem();
        using var again = CrmProgram.OnDatabase(owner, app, null, "backup", File1);
        (await again.EndAsync()).ShouldExit(0);
    }

    [Fact]
    public async Task Without_the_owner_or_a_schema_or_a_cluster_it_says_so()
    {
        var (owner, app) = await fixture.Server.NewDatabaseAsync();
        foreach (var (program, says) in new[]
        {
            (CrmProgram.OnDatabase("", app, null, "backup", File1), "set ConnectionStrings__CrmOwner"),
            (CrmProgram.OnDatabase(owner, app, null, "backup", File1), "the database has no schema of this service"),
            (CrmProgram.OnFolder(Path.Combine(_folder, "none"), "backup", File1), "There is no database in"),
            (CrmProgram.OnFolder(Path.Combine(_folder, "none"), "verify"), "There is no database in"),
        })
        {
            using (program) (await program.EndAsync()).ShouldExit(1).Error.ShouldContain(says);
        }

        Directory.GetFiles(_folder, "*", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_it_holds_can_be_listed_by_any_program()
    {
        var (owner, app) = await FilledAsync();
        var data = Path.Combine(_folder, "data");
        Directory.CreateDirectory(Path.Combine(data, "files", "ab"));
        await System.IO.File.WriteAllTextAsync(Path.Combine(data, "files", "ab", "one"), "content", TestContext.Current.CancellationToken);
        await System.IO.File.WriteAllTextAsync(Path.Combine(data, "jwt.key"), "key", TestContext.Current.CancellationToken);
        await System.IO.File.WriteAllTextAsync(Path.Combine(data, "crm.lock"), "", TestContext.Current.CancellationToken);
        System.IO.File.CreateSymbolicLink(Path.Combine(data, "files", "link"), "/etc/passwd");
        using var backup = CrmProgram.OnDatabase(owner, app, data, "backup", File1);
        (await backup.EndAsync()).ShouldExit(0).Output.ShouldContain("secrets in it: jwt.key.");

        using var zip = ZipFile.OpenRead(File1);
        zip.Entries.Select(e => e.FullName).ShouldBe(["data/jwt.key", "data/files/ab/one", "database.dump", "manifest.json"]);
    }

    private async Task<(string Owner, string App)> FilledAsync()
    {
        var (owner, app) = await FirstRelease.MakeAsync(fixture.Server);
        await new Migrator(owner).UpAsync();
        return (owner, app);
    }

    private string Super(string owner) => In(fixture.Server.Cluster.SuperuserConnectionString, new NpgsqlConnectionStringBuilder(owner).Database!);
}
