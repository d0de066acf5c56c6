using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.Postgres;
using Crm.Infrastructure.Persistence.Migrations;
using Dapper;
using Npgsql;

namespace Crm.Api.Tests.Durability;

/// <summary>Drill: the database goes away and comes back while callers read and write. The service is never restarted.</summary>
public sealed class DatabaseOutageTests(DatabaseOutageTests.Scene scene) : IClassFixture<DatabaseOutageTests.Scene>
{
    private const int PoolSize = 20;

    [Theory]
    [InlineData("fast")]
    [InlineData("immediate")]
    public async Task A_database_that_is_stopped_and_started_costs_callers_503_and_nothing_else(string mode)
    {
        var (tenant, load) = await scene.LoadAsync();
        await load.MoreAsync(50);

        await scene.Cluster.StopAsync(mode);

        await load.RefusedAsync(20);
        await scene.Service.ReadyAsync(false);
        (await scene.Service.StatusAsync("/health/live")).ShouldBe(200);
        await scene.Cluster.StartAgainAsync();
        await scene.Service.ReadyAsync();
        await load.MoreAsync(50);
        await scene.EndAsync(tenant, load, $"1 {mode} stop");
    }

    [Fact]
    public async Task A_restart_between_two_requests_is_noticed_by_nobody()
    {
        var (tenant, load) = await scene.LoadAsync();
        await load.MoreAsync(50);
        await load.StopAsync();
        await scene.Cluster.StopAsync("fast");
        await scene.Cluster.StartAgainAsync();
        (await scene.Service.Api.As(tenant.Token).PostAsync("/leads", new { name = "After" })).ShouldBe(201);
        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => tenant.GetAsync("/leads")));
        replies.ShouldAllBe(r => r.Status == 200);
        TestContext.Current.TestOutputHelper?.WriteLine($"1 restart; {load}; 21 requests afterwards, none refused.");
    }

    [Fact]
    public async Task Sessions_ended_one_by_one_cost_a_503_each_at_most()
    {
        var (tenant, load) = await scene.LoadAsync();
        await load.MoreAsync(20);
        var ended = 0;
        for (var i = 0; i < 30; i++)
        {
            ended += await scene.AskAsync<int>("""
                select count(pg_terminate_backend(pid))::int from (
                  select pid from pg_stat_activity where usename = 'crm_app' and datname <> 'crm' order by random() limit 1) one
                """);
            await load.MoreAsync(5);
        }
        load.Refused.ShouldBeLessThanOrEqualTo(ended);
        await scene.EndAsync(tenant, load, $"{ended} sessions ended");
    }

    [Fact]
    public async Task When_the_server_takes_no_more_connections_some_wait_and_some_are_told_to()
    {
        var (tenant, load) = await scene.LoadAsync(writers: 12, readers: 6);
        await load.MoreAsync(50);
        await scene.AskAsync<int>("alter role crm_app connection limit 3; select 1");
        await scene.AskAsync<int>("select count(pg_terminate_backend(pid))::int from pg_stat_activity where usename = 'crm_app'");
        await load.RefusedAsync(20);
        await load.MoreAsync(20);
        await scene.AskAsync<int>("alter role crm_app connection limit -1; select 1");
        await load.MoreAsync(50);
        await scene.EndAsync(tenant, load, "limit of 3 connections");
    }

    [Fact]
    public async Task A_database_that_stands_still_holds_nobody_for_long()
    {
        var (tenant, load) = await scene.LoadAsync();
        await load.MoreAsync(20);
        using (scene.Freeze())
        {
            await load.RefusedAsync(20);
            await scene.Service.ReadyAsync(false);
            (await scene.Service.StatusAsync("/health/live")).ShouldBe(200);
        }
        await scene.Service.ReadyAsync();
        await load.MoreAsync(20);
        await scene.EndAsync(tenant, load, "1 standstill");
    }

    /// <summary>A service with a small pool on a cluster that is the test's to stop.</summary>
    public sealed class Scene : IAsyncLifetime
    {
        internal ThrowAwayCluster Cluster { get; private set; } = null!;

        internal ServiceProcess Service { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Cluster = await ThrowAwayCluster.StartAsync();
            var (owner, app) = await Cluster.NewDatabaseAsync();
            await new Migrator(owner).UpAsync();
            // Short times, as somebody sets who wants to know early; without them it is 15 s for a connection and 30 s for a statement.
            Service = await ServiceProcess.StartAsync(("ConnectionStrings__Crm", new NpgsqlConnectionStringBuilder(app)
            {
                Pooling = true, MaxPoolSize = PoolSize, Timeout = 4, CommandTimeout = 4,
            }.ConnectionString));
        }

        internal async Task<(ApiClient Tenant, Load Load)> LoadAsync(int writers = 4, int readers = 2)
        {
            await Service.ReadyAsync();
            var tenant = await Service.Api.RegisterAsync();
            return (tenant, Load.OfLeads(Service, tenant, writers, readers));
        }

        /// <summary>Ends the load and looks at what it left: in the database, and of the pool.</summary>
        internal async Task EndAsync(ApiClient tenant, Load load, string what)
        {
            await load.StopAsync();
            await load.VerifyAsync(tenant);
            var connections = await AskAsync<int>("select count(*)::int from pg_stat_activity where usename = 'crm_app'");
            connections.ShouldBeInRange(1, PoolSize);
            // One listens for news of the log for as long as the service runs.
            await Eventually.Async(async () => (await Service.Api.GetAsync("/metrics")).Text.Split('\n')
                .Any(line => line.StartsWith("db_client_connection_count", StringComparison.Ordinal) && line.Contains("state=\"used\"", StringComparison.Ordinal) && line.EndsWith(" 1", StringComparison.Ordinal)),
                "a connection was never given back");
            TestContext.Current.TestOutputHelper?.WriteLine($"{what}; {load}; 0 lost, 0 doubled; {connections} connections of {PoolSize} open, one in use: it listens.");
        }

        internal async Task<T> AskAsync<T>(string sql)
        {
            await using var connection = new NpgsqlConnection(Cluster.Cluster.SuperuserConnectionString + ";Pooling=false");
            return await connection.QuerySingleAsync<T>(sql);
        }

        internal IDisposable Freeze() => Frozen.Freeze([.. ServiceProcess.DatabaseIn(Path.Combine(Cluster.Folder, "postgres")).Select(p => p.Id)]);

        public async ValueTask DisposeAsync()
        {
            await Service.DisposeAsync();
            await Cluster.DisposeAsync();
        }
    }
}
