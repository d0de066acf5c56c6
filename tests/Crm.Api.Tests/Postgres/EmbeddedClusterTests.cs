using System.Diagnostics;
using Crm.Infrastructure.Postgres;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using static Crm.Api.Tests.Postgres.ThrowAwayCluster;

namespace Crm.Api.Tests.Postgres;

public sealed class EmbeddedClusterTests : IDisposable
{
    private readonly string _folder = NewFolder();

    public void Dispose()
    {
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_fresh_folder_becomes_a_cluster_with_the_roles_of_the_administrators_script()
    {
        await using var cluster = await StartAsync();

        cluster.MadeNow.ShouldBeTrue();
        (await ExecuteAsync(cluster.AppConnectionString, "select current_user || ' ' || current_database()")).ShouldBe("crm_app crm");
        (await ExecuteAsync(cluster.OwnerConnectionString, """
            select string_agg(concat_ws(' ', rolname, case when rolcanlogin then 'login' end), ', ' order by rolname)
            from pg_roles where rolname like 'crm%' and not (rolsuper or rolbypassrls or rolcreatedb or rolcreaterole or rolreplication)
            """)).ShouldBe("crm_app login, crm_owner login, crm_reader");
        (await ExecuteAsync(cluster.OwnerConnectionString, "select pg_encoding_to_char(encoding) || ' ' || datctype from pg_database where datname = 'crm'"))
            .ShouldBe("UTF8 C.UTF-8");
        (await ExecuteAsync(cluster.AppConnectionString, "select lower('ÜЯ')")).ShouldBe("üя");
    }

    [Fact]
    public async Task Owner_can_make_views_that_belong_to_the_reader_and_the_application_cannot_make_anything()
    {
        await using var cluster = await StartAsync();

        await ExecuteAsync(cluster.OwnerConnectionString, """
            create schema reading; grant usage, create on schema reading to crm_reader;
            create view reading.one as select 1 as n; alter view reading.one owner to crm_reader;
            """);
        var refused = await Should.ThrowAsync<PostgresException>(() => ExecuteAsync(cluster.AppConnectionString, "create table public.mine (id int)"));
        refused.SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    [Fact]
    public async Task Only_this_user_can_read_the_passwords_and_nobody_connects_without_one()
    {
        await using var cluster = await StartAsync();

        File.GetUnixFileMode(Path.Combine(_folder, "postgres.passwords")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var wrong = new NpgsqlConnectionStringBuilder(cluster.AppConnectionString) { Password = "wrong" }.ConnectionString;
        (await Should.ThrowAsync<PostgresException>(() => ExecuteAsync(wrong, "select 1"))).SqlState.ShouldBe(PostgresErrorCodes.InvalidPassword);
    }

    [Fact]
    public async Task A_second_start_on_the_same_folder_is_refused_and_says_why()
    {
        await using var first = await StartAsync();

        var refused = await Should.ThrowAsync<DataFolderInUseException>(StartAsync);

        refused.Message.ShouldContain(_folder);
        refused.Message.ShouldContain(Environment.ProcessId.ToString());
        (await ExecuteAsync(first.AppConnectionString, "select 1")).ShouldBe(1);
    }

    [Fact]
    public async Task The_command_line_shares_the_cluster_of_a_running_service_and_leaves_it_running()
    {
        await using var service = await StartAsync();

        await using (var shared = await EmbeddedCluster.AttachAsync(Options(_folder))) shared.Port.ShouldBe(service.Port);

        (await ExecuteAsync(service.AppConnectionString, "select 1")).ShouldBe(1);
    }

    [Fact]
    public async Task After_a_kill_of_the_server_the_next_start_has_every_committed_row()
    {
        await using (var killed = await StartAsync())
        {
            await ExecuteAsync(killed.OwnerConnectionString, "create table kept (n int); insert into kept select generate_series(1, 1000)");
            // A session busy with a query does not notice that its postmaster is gone; the next start has to get past it.
            var busy = ExecuteAsync(killed.OwnerConnectionString, "select count(*) from generate_series(1, 2000000000)");
            await Task.Delay(200);
            Process.GetProcessById(ServerProcess()).Kill();
            await killed.DisposeAsync();

            await using var next = await StartAsync();
            next.MadeNow.ShouldBeFalse();
            (await ExecuteAsync(next.OwnerConnectionString, "select count(*) from kept")).ShouldBe(1000L);
            await Should.ThrowAsync<NpgsqlException>(() => busy);
        }
    }

    [Fact]
    public async Task A_server_that_a_killed_service_left_behind_is_taken_over()
    {
        await (await StartAsync()).DisposeAsync();
        var programs = await PostgresPrograms.FindAsync(default);
        var left = await new ServerControl(new ClusterFiles(DataFolder.Open(_folder), programs), programs).StartAsync(Options(_folder), default);

        await using (var cluster = await StartAsync())
        {
            cluster.Port.ShouldBe(left);
            (await ExecuteAsync(cluster.AppConnectionString, "select 1")).ShouldBe(1);
        }

        Postmaster.Read(Path.Combine(_folder, "postgres")).ShouldBeNull("disposing stops what was taken over");
    }

    [Fact]
    public async Task A_stale_process_file_whose_number_belongs_to_somebody_else_is_no_obstacle()
    {
        await (await StartAsync()).DisposeAsync();
        var cluster = Path.Combine(_folder, "postgres");
        await File.WriteAllTextAsync(Postmaster.FileIn(cluster), $"{Environment.ProcessId}\n{cluster}\n1\n5432\n\n127.0.0.1\n  1  1\nready\n");

        await using var started = await StartAsync();

        (await ExecuteAsync(started.AppConnectionString, "select 1")).ShouldBe(1);
    }

    [Fact]
    public async Task What_an_interrupted_first_start_left_is_made_anew()
    {
        DataFolder.Open(_folder).Folder("postgres.new");
        await File.WriteAllTextAsync(Path.Combine(_folder, "postgres.new", "PG_VERSION"), "15");

        await using var cluster = await StartAsync();

        cluster.MadeNow.ShouldBeTrue();
    }

    private Task<EmbeddedCluster> StartAsync() => EmbeddedCluster.StartAsync(Options(_folder), NullLogger.Instance);

    private int ServerProcess() => Postmaster.Read(Path.Combine(_folder, "postgres"))!.ProcessId;
}
