using Crm.Infrastructure.Persistence.Migrations;
using Crm.Infrastructure.Postgres;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using static Crm.Api.Tests.Postgres.ThrowAwayCluster;

namespace Crm.Api.Tests.Postgres;

public sealed class DatabaseHostTests(ClusterFixture fixture) : IClassFixture<ClusterFixture>
{
    [Fact]
    public async Task Without_a_connection_string_a_migrated_cluster_is_started_in_the_data_folder()
    {
        var folder = NewFolder();
        await using (var host = await DatabaseHost.StartAsync(Configuration(("CRM_DATA_DIR", folder), ("Postgres:Fsync", "false")), NullLogger.Instance))
        {
            host.IsEmbedded.ShouldBeTrue();
            (await Migrator.IsUpToDateAsync(host.AppConnectionString)).ShouldBeTrue();
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task An_external_database_is_used_once_somebody_has_migrated_it_also_by_two_instances()
    {
        var (owner, app) = await fixture.Server.NewDatabaseAsync();
        var configuration = Configuration(("ConnectionStrings:Crm", app));
        (await Should.ThrowAsync<StartupException>(() => DatabaseHost.StartAsync(configuration, NullLogger.Instance)))
            .Message.ShouldContain("./run migrate up");

        await new Migrator(owner).UpAsync();

        await using var one = await DatabaseHost.StartAsync(configuration, NullLogger.Instance);
        await using var two = await DatabaseHost.StartAsync(configuration, NullLogger.Instance);
        (one.IsEmbedded, two.AppConnectionString, two.OwnerConnectionString).ShouldBe((false, app, null));
    }

    [Fact]
    public async Task A_database_that_does_not_answer_is_said_without_its_password()
    {
        var nowhere = new NpgsqlConnectionStringBuilder(fixture.Server.Cluster.AppConnectionString) { Port = 1, Password = "s3cret" }.ConnectionString;

        var refused = await Should.ThrowAsync<StartupException>(
            () => DatabaseHost.StartAsync(Configuration(("ConnectionStrings:Crm", nowhere)), NullLogger.Instance));

        refused.Message.ShouldContain("does not answer");
        refused.Message.ShouldNotContain("s3cret");
    }

    [Theory]
    [InlineData("superuser", "is a superuser")]
    [InlineData("bypassrls", "bypasses row-level security")]
    [InlineData("in role crm_owner", "owns the database")]
    [InlineData("in role table_owner", "owns tables")]
    public async Task A_login_that_row_level_security_does_not_bind_is_refused(string attribute, string reason)
    {
        var (owner, _) = await fixture.Server.NewDatabaseAsync();
        var database = new NpgsqlConnectionStringBuilder(owner).Database!;
        var superuser = In(fixture.Server.Cluster.SuperuserConnectionString, database);
        var login = "login_" + Guid.NewGuid().ToString("N");
        await ExecuteAsync(superuser, $"""
            do $$ begin create role table_owner; exception when duplicate_object then null; end $$;
            create table public.theirs (); alter table public.theirs owner to table_owner;
            create role {login} login password 'x' {attribute}
            """);

        var app = new NpgsqlConnectionStringBuilder(owner) { Username = login, Password = "x" }.ConnectionString;
        var refused = await Should.ThrowAsync<StartupException>(() => DatabaseRules.RefuseUnsafeAsync(app));

        refused.Message.ShouldContain($"{login} of ConnectionStrings__Crm {reason}");
    }

    [Fact]
    public async Task The_login_of_the_roles_script_is_accepted()
    {
        var (owner, app) = await fixture.Server.NewDatabaseAsync();
        await new Migrator(owner).UpAsync();

        await DatabaseRules.RefuseUnsafeAsync(app);
    }

    private static IConfiguration Configuration(params (string Name, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(x => new KeyValuePair<string, string?>(x.Name, x.Value))).Build();
}
