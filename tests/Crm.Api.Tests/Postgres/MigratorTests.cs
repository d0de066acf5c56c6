using Crm.Infrastructure.Persistence.Migrations;
using Crm.Infrastructure.Postgres;
using static Crm.Api.Tests.Postgres.ThrowAwayCluster;

namespace Crm.Api.Tests.Postgres;

public sealed class MigratorTests(ClusterFixture fixture) : IClassFixture<ClusterFixture>
{
    // Two schemas are the same when this text is.
    private const string Catalogue = $"select string_agg(concat_ws(' ', kind, name, definition), e'\\n' order by kind, name) from ({SchemaObjects.Sql}) as objects";

    private const string Remains = """
        select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname in ('crm', 'crm_read')
        """;

    [Fact]
    public async Task Up_applies_everything_once_and_the_application_sees_that_it_is_up_to_date()
    {
        var (owner, app) = await fixture.Server.NewDatabaseAsync();
        var migrator = new Migrator(owner);
        (await Migrator.IsUpToDateAsync(app)).ShouldBeFalse();
        (await migrator.StatusAsync()).ShouldAllBe(migration => !migration.IsApplied);

        var applied = await migrator.UpAsync();

        applied.ShouldBe((await migrator.StatusAsync()).Select(migration => migration.Id));
        (await migrator.StatusAsync()).ShouldAllBe(migration => migration.IsApplied);
        (await Migrator.IsUpToDateAsync(app)).ShouldBeTrue();
        (await migrator.UpAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Each_migration_goes_up_down_and_up_again_to_the_same_schema()
    {
        var (owner, app) = await fixture.Server.NewDatabaseAsync();
        var migrator = new Migrator(owner);
        var all = await migrator.UpAsync();
        var first = await ExecuteAsync(owner, Catalogue);

        foreach (var id in all.Reverse()) (await migrator.DownAsync()).ShouldBe([id]);
        (await migrator.DownAsync()).ShouldBeEmpty();
        (await ExecuteAsync(owner, Remains)).ShouldBe(0L);
        (await Migrator.IsUpToDateAsync(app)).ShouldBeFalse();

        (await migrator.UpAsync()).ShouldBe(all);
        (await ExecuteAsync(owner, Catalogue)).ShouldBe(first);
    }

    [Fact]
    public async Task Down_to_zero_takes_back_all_and_an_unknown_target_nothing()
    {
        var (owner, _) = await fixture.Server.NewDatabaseAsync();
        var migrator = new Migrator(owner);
        var all = await migrator.UpAsync();

        (await Should.ThrowAsync<StartupException>(() => migrator.DownAsync("20200101000000_unknown"))).Message.ShouldContain("20200101000000_unknown");
        (await migrator.DownAsync(all[^1])).ShouldBeEmpty();
        (await migrator.DownAsync("0")).ShouldBe(all);
    }

    [Fact]
    public async Task Instances_that_start_together_migrate_once()
    {
        var (owner, _) = await fixture.Server.NewDatabaseAsync();

        var results = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => new Migrator(owner).UpAsync()));

        results.Count(applied => applied.Count > 0).ShouldBe(1);
    }

    [Fact]
    public async Task The_script_for_administrators_makes_the_same_schema_and_can_be_repeated()
    {
        var (byProgram, _) = await fixture.Server.NewDatabaseAsync();
        await new Migrator(byProgram).UpAsync();
        var (byScript, app) = await fixture.Server.NewDatabaseAsync();

        for (var time = 0; time < 2; time++)
        {
            var start = await PsqlStart.ForAsync(byScript, []);
            var environment = start.Environment.Where(x => x.Key.StartsWith("PG", StringComparison.Ordinal)).ToDictionary(x => x.Key, x => x.Value!);
            var result = await PostgresPrograms.RunAsync(start.FileName, ["-X", "-q", "-v", "ON_ERROR_STOP=1"], new Migrator(byScript).Script(), environment);
            result.ExitCode.ShouldBe(0, result.Text);
        }

        (await ExecuteAsync(byScript, Catalogue)).ShouldBe(await ExecuteAsync(byProgram, Catalogue));
        (await Migrator.IsUpToDateAsync(app)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_migration_that_only_the_database_knows_is_shown_and_stops_the_way_down()
    {
        var (owner, app) = await fixture.Server.NewDatabaseAsync();
        var migrator = new Migrator(owner);
        await migrator.UpAsync();
        await ExecuteAsync(owner, """insert into public."__EFMigrationsHistory" values ('29990101000000_later', '99')""");

        (await migrator.StatusAsync())[^1].ShouldBe(new MigrationState("29990101000000_later", true));
        (await Migrator.IsUpToDateAsync(app)).ShouldBeTrue("an older instance goes on while a newer one takes over");
        (await Should.ThrowAsync<StartupException>(() => migrator.DownAsync())).Message.ShouldContain("29990101000000_later");
    }

    [Theory]
    [InlineData("encoding 'UTF8' locale 'C'")]
    [InlineData("encoding 'SQL_ASCII' locale 'C'")]
    public async Task A_database_that_cannot_fold_letters_is_refused(string kind)
    {
        var (owner, app) = await fixture.Server.NewDatabaseAsync(kind);

        (await Should.ThrowAsync<StartupException>(() => new Migrator(owner).UpAsync())).Message.ShouldContain("C.UTF-8");
        await Should.ThrowAsync<StartupException>(() => DatabaseRules.RefuseUnsafeAsync(app));
    }
}
