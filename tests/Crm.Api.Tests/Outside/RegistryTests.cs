using Crm.Application.Abstractions;
using Crm.Domain.Common;
using Crm.Infrastructure;
using Crm.Infrastructure.Postgres;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Api.Tests.Outside;

public sealed class RegistryTests
{
    private static readonly RegistryCustomer Ada = new("Analytical Ltd", "ada@example.com", "+44 20 7946 0958", null);

    [Fact]
    public async Task A_customer_is_created_with_its_key_and_the_registrys_id_comes_back()
    {
        await using var registry = await FakeRegistry.StartAsync(_ => Results.Json(new { id = "R-17" }, statusCode: 201));

        (await registry.Client().CreateCustomerAsync(Ada, "lead-1", TestContext.Current.CancellationToken)).ShouldBe("R-17");

        var call = registry.Calls.ShouldHaveSingleItem();
        call.ShouldBe(("/base/customers", "lead-1", "Bearer secret", """{"name":"Analytical Ltd","email":"ada@example.com","phone":"+44 20 7946 0958","company":null}"""));
    }

    [Fact]
    public async Task What_is_slow_or_broken_is_tried_again_under_the_same_key()
    {
        await using var registry = await FakeRegistry.StartAsync(call => call switch
        {
            1 => null, // never answers
            2 => Results.StatusCode(500),
            _ => Results.Json(new { id = 42 }),
        });

        (await registry.Client(TimeSpan.FromMilliseconds(300)).CreateCustomerAsync(Ada, "lead-1", TestContext.Current.CancellationToken)).ShouldBe("42");

        registry.Calls.Select(c => c.Key).ShouldBe(["lead-1", "lead-1", "lead-1"]);
    }

    [Theory]
    [InlineData(500, 3)]
    [InlineData(429, 3)]
    [InlineData(401, 1)]
    [InlineData(404, 1)]
    public async Task A_registry_that_does_not_work_is_unavailable(int status, int calls)
    {
        await using var registry = await FakeRegistry.StartAsync(_ => Results.StatusCode(status));
        (await Refusal(registry.Client())).ShouldBe((ErrorKind.Unavailable, "UNAVAILABLE"));
        registry.Calls.Count.ShouldBe(calls);
    }

    public static TheoryData<string> NoIds =>
    [
        "{}", "not json", """{"id": ""}""", """{"id": null}""", """{"id": {"id": "R-1"}}""", "[]", "",
        """{"id": "R\u0000-1"}""", $$"""{"id": "{{new string('9', 201)}}"}""", $$"""{"id": {{new string('9', 201)}}}""",
        $$"""{"filler": "{{new string('x', 100_000)}}", "id": "R-1"}""", new string('[', 1_000),
    ];

    [Theory]
    [MemberData(nameof(NoIds))]
    public async Task So_is_one_that_answers_without_an_id_one_can_keep(string body)
    {
        await using var registry = await FakeRegistry.StartAsync(_ => Results.Text(body, "application/json"));
        (await Refusal(registry.Client())).ShouldBe((ErrorKind.Unavailable, "UNAVAILABLE"));
    }

    [Theory]
    [InlineData(429, "120", 1, 120)]
    [InlineData(503, "Wed, 21 Oct 2065 07:28:00 GMT", 1, 3_600)]
    [InlineData(429, "0", 3, 1)]
    [InlineData(503, "soon", 3, 15)]
    public async Task What_it_asks_for_with_retry_after_it_gets(int status, string retryAfter, int calls, int told)
    {
        await using var registry = await FakeRegistry.StartAsync(_ => new Refusing(status, retryAfter));
        var refusal = await Should.ThrowAsync<CrmException>(() => registry.Client().CreateCustomerAsync(Ada, "lead-1", TestContext.Current.CancellationToken));
        (refusal.Kind, refusal.RetryAfter, registry.Calls.Count).ShouldBe((ErrorKind.Unavailable, TimeSpan.FromSeconds(told), calls));
    }

    [Fact]
    public async Task A_customer_it_refuses_is_told_and_not_tried_again()
    {
        await using var registry = await FakeRegistry.StartAsync(_ => Results.StatusCode(422));
        (await Refusal(registry.Client())).ShouldBe((ErrorKind.Unprocessable, "UNPROCESSABLE"));
        registry.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task One_that_is_not_there_is_unavailable()
    {
        var registry = await FakeRegistry.StartAsync(_ => null);
        var client = registry.Client();
        await registry.CloseAsync();
        (await Refusal(client)).ShouldBe((ErrorKind.Unavailable, "UNAVAILABLE"));
    }

    [Fact]
    public async Task After_many_failures_it_is_left_alone_for_a_while()
    {
        var clock = new FakeClock();
        var works = false;
        await using var registry = await FakeRegistry.StartAsync(_ => works ? Results.Json(new { id = "R-1" }) : Results.StatusCode(503));
        var client = registry.Client(clock: clock);
        for (var i = 0; i < 3; i++) await Refusal(client);
        var before = registry.Calls.Count;
        works = true;

        (await Refusal(client)).Kind.ShouldBe(ErrorKind.Unavailable);
        registry.Calls.Count.ShouldBe(before);

        clock.Advance(TimeSpan.FromSeconds(16));
        (await client.CreateCustomerAsync(Ada, "lead-1", TestContext.Current.CancellationToken)).ShouldBe("R-1");
    }

    [Fact]
    public void There_is_none_unless_configured()
    {
        Services([]).GetServices<IRegistryClient>().ShouldBeEmpty();
        Services([new("Registry:BaseUrl", "https://registry.example.org")]).GetServices<IRegistryClient>().ShouldHaveSingleItem();
        Should.Throw<StartupException>(() => Services([new("Registry:BaseUrl", "registry")]));
    }

    private static ServiceProvider Services(IEnumerable<KeyValuePair<string, string?>> settings) => new ServiceCollection().AddSingleton(TimeProvider.System)
        .AddIntegrations(new ConfigurationBuilder().AddInMemoryCollection(settings).Build()).BuildServiceProvider();

    private static async Task<(ErrorKind Kind, string Code)> Refusal(IRegistryClient client)
    {
        var refusal = await Should.ThrowAsync<CrmException>(() => client.CreateCustomerAsync(Ada, "lead-1", TestContext.Current.CancellationToken));
        return (refusal.Kind, refusal.Code);
    }

    private sealed class Refusing(int status, string retryAfter) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            (httpContext.Response.StatusCode, httpContext.Response.Headers.RetryAfter) = (status, retryAfter);
            return Task.CompletedTask;
        }
    }
}
