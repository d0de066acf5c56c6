using Crm.Api.Operations;
using Crm.Api.Tests.Durability;
using Crm.Api.Tests.Fixture;
using Crm.Infrastructure.Postgres;
using Dapper;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Npgsql;
using NSubstitute;

namespace Crm.Api.Tests.Operations;

public sealed class StartTests(CrmApi api)
{
    private const string Database = "Host=db;Username=crm_app;Password=9f3c1e7a5b2d4f60";
    private const string Key = "q4WJ0nZl7rT2cV9xB1mK8sD5fG3hP6yUe0iOaLw";

    [Theory]
    [InlineData(null, Database, "Jwt__Key is not set")]
    [InlineData("short", Database, "fewer than 32 bytes")]
    [InlineData("changeme-changeme-changeme-changeme", Database, "well known")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", Database, "well known")]
    [InlineData(Key, "Host=db;Username=crm_app", "The password in ConnectionStrings__Crm is empty")]
    [InlineData(Key, "Host=db;Username=crm_app;Password=postgres", "a well-known one")]
    public void Production_refuses_what_is_missing_short_or_well_known(string? key, string database, string says) =>
        Should.Throw<StartupException>(() => Check("Production", key, database)).Message.ShouldContain(says);

    [Fact]
    public void Production_takes_real_secrets() => Should.NotThrow(() => Check("Production", Key, Database));

    [Fact]
    public async Task Settings_are_found_beside_the_program_wherever_it_is_started_from()
    {
        await using var service = await ServiceProcess.StartAsync(("ConnectionStrings__Crm", await api.NewDatabaseAsync()));
        (await service.StopAsync()).ShouldBe(0);
        // The settings keep the host quiet, which tells its addresses otherwise.
        service.Output.ShouldNotContain("Now listening on");
    }

    [Fact]
    public async Task It_goes_the_way_of_a_write_once_before_the_first_request_and_leaves_nothing_behind()
    {
        var database = await api.NewDatabaseAsync();
        await using var service = await ServiceProcess.StartAsync(("ConnectionStrings__Crm", database));
        (await service.Api.GetAsync("/metrics")).Text.ShouldContain("\"WarmUp\"");
        (await service.StopAsync()).ShouldBe(0);
        service.Output.ShouldNotContain("could not be warmed up");
        await using var connection = new NpgsqlConnection(api.AdministratorOf(database));
        (await connection.ExecuteScalarAsync<long>("select (select count(*) from crm.leads) + (select count(*) from crm.events) + (select count(*) from crm.outbox)")).ShouldBe(0);
    }

    [Fact]
    public void A_first_try_needs_none() => Should.NotThrow(() => Check(null, null, Database));

    [Fact]
    public void The_embedded_database_needs_none() => Should.NotThrow(() => Check("Production", null, ""));

    [Theory]
    [InlineData("http://[::]:5080", "http://localhost:5080")]
    [InlineData("http://0.0.0.0:5080/", "http://localhost:5080")]
    [InlineData("http://127.0.0.1:5080", "http://127.0.0.1:5080")]
    public void The_ready_message_names_an_address_that_can_be_pasted(string bound, string shown)
    {
        ReadyMessage.Reachable(bound).ShouldBe(shown);
        ReadyMessage.Text([shown]).ShouldContain($"curl -s {shown}/api/v1/auth/register");
        ReadyMessage.Text([shown]).ShouldContain($"{shown}/docs");
    }

    private static void Check(string? environment, string? key, string database)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ASPNETCORE_ENVIRONMENT"] = environment,
            ["Jwt:Key"] = key,
            ["ConnectionStrings:Crm"] = database,
        }).Build();
        var host = Substitute.For<IHostEnvironment>();
        host.EnvironmentName.Returns(environment ?? "Production");
        ProductionRules.Check(configuration, host);
    }
}
