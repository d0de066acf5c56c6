using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.Outside;
using Crm.Infrastructure.Postgres;
using Crm.Infrastructure.Reading;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Crm.Api.Tests.Operations;

/// <summary>The log of slow queries.</summary>
public sealed class SlowQueryTests(CrmApi api)
{
    [Fact]
    public async Task A_slow_list_is_logged_with_its_use_case_and_plan_and_without_values()
    {
        var lines = new LogLines(LogLevel.Warning);
        // Whatever takes any time at all is slow here.
        await using var slow = new ConfiguredApi(api, services => services.Replace(ServiceDescriptor.Singleton(new SlowQuerySettings(TimeSpan.FromTicks(1)))).AddSingleton<ILoggerProvider>(lines));
        var tenant = await api.TenantAsync();
        (await slow.Anonymous.As(tenant.Token).GetAsync("/leads?name=Secret%20Name&value[gte]=10&sort=name&count=exact&skip=5")).ShouldBe(200);
        var line = string.Concat(lines.Written.Where(l => l.StartsWith("Slow query of ListRecords leads: ", StringComparison.Ordinal)));
        line.ShouldContain("from crm_read.leads t where t.tenant_id = @TenantId");
        line.ShouldContain("Limit  (cost=");
        line.ShouldContain("Aggregate  (cost="); // the count
        line.ShouldNotContain("Secret");
        line.ShouldNotContain(tenant.Id.ToString());
    }

    [Fact]
    public void The_same_statement_is_logged_once_a_minute()
    {
        var clock = new FakeClock();
        var log = new SlowQueryLog(new SlowQuerySettings(TimeSpan.FromMilliseconds(500)), clock, NullLogger<SlowQueryLog>.Instance);
        log.Wants("a", TimeSpan.FromMilliseconds(499)).ShouldBeFalse();
        log.Wants("a", TimeSpan.FromMilliseconds(500)).ShouldBeTrue();
        log.Wants("a", TimeSpan.FromSeconds(9)).ShouldBeFalse();
        log.Wants("b", TimeSpan.FromSeconds(9)).ShouldBeTrue();
        clock.Advance(TimeSpan.FromMinutes(1));
        log.Wants("a", TimeSpan.FromSeconds(9)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_plan_that_cannot_be_had_costs_nothing_but_the_plan()
    {
        var lines = new LogLines(LogLevel.Warning);
        var log = new SlowQueryLog(new SlowQuerySettings(TimeSpan.FromMilliseconds(1)), new FakeClock(), new Logger<SlowQueryLog>(new LoggerFactory([lines])));
        await log.WriteAsync("GetMe", "select 1", TimeSpan.FromSeconds(2), _ => throw new Npgsql.NpgsqlException("gone"));
        lines.Written.ShouldHaveSingleItem().ShouldBe("Slow query of GetMe: 2000 ms\nselect 1\nno plan: NpgsqlException");
    }

    [Theory]
    [InlineData("Filter: (name = 'O''Hara'::text)", "Filter: (name = '?'::text)")]
    [InlineData("(a = 'x') AND (b = 'y''''z')", "(a = '?') AND (b = '?')")]
    [InlineData("Sort Key: created_at DESC", "Sort Key: created_at DESC")]
    public void Values_in_a_plan_are_blotted_out(string plan, string told) => SlowQueryLog.Blotted(plan).ShouldBe(told);

    [Fact]
    public void Each_statement_is_explained_and_a_semicolon_in_a_text_ends_none() =>
        SqlBatch.Explained("select ';', @A;\nselect 2;\n").ShouldBe("explain select ';', @A;\nexplain select 2;\n");

    [Theory]
    [InlineData(null, 500)]
    [InlineData("0", 0)]
    [InlineData("250", 250)]
    public void The_setting_is_in_milliseconds(string? text, int expected) => SlowQuerySettings.Read(Configuration(text)).From.TotalMilliseconds.ShouldBe(expected);

    [Theory]
    [InlineData("-1")]
    [InlineData("soon")]
    public void Another_setting_keeps_the_service_from_starting(string text) =>
        Should.Throw<StartupException>(() => SlowQuerySettings.Read(Configuration(text))).Message.ShouldContain("SlowQueries__Milliseconds");

    private static IConfiguration Configuration(string? text) =>
        new ConfigurationBuilder().AddInMemoryCollection([new("SlowQueries:Milliseconds", text)]).Build();
}
