using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.Operations;
using Crm.Api.Tests.Outside;
using Dapper;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Crm.Api.Tests.Durability;

/// <summary>Drill: the registry is dead, slow, broken or answers twice. A lead is converted once or not at all, and is one customer there.</summary>
public sealed class RegistryOutageTests(CrmApi api, RegistryOutageTests.Scene scene) : IClassFixture<RegistryOutageTests.Scene>
{
    private const int PoolSize = 3;

    public static TheoryData<string> Troubles => ["dead", "slow", "500", "429", "not json", "no id", "too large", "elsewhere", "keeps it and never says so"];

    [Theory]
    [MemberData(nameof(Troubles))]
    public async Task A_registry_in_trouble_leaves_the_lead_as_it_is_and_the_caller_told(string trouble)
    {
        var (registry, tenant) = (scene.Registry, await scene.BeginAsync());
        var lead = await tenant.LeadAsync();
        switch (trouble)
        {
            case "dead": await registry.CloseAsync(); break;
            case "keeps it and never says so": (registry.KeepsAnyway, registry.Answer) = (true, _ => null); break;
            default:
                registry.Answer = _ => trouble switch
                {
                    "slow" => null,
                    "500" => Results.StatusCode(500),
                    "429" => Results.StatusCode(429),
                    "not json" => Results.Text("<html>", "text/html"),
                    "no id" => Results.Json(new { }),
                    "too large" => Results.Text($"{{\"id\": \"{new string('x', 1 << 20)}\"}}", "application/json"),
                    _ => Results.Redirect("http://127.0.0.1:1/"),
                };
                break;
        }

        var asking = tenant.PostAsync($"/leads/{lead}/convert", null, ("Idempotency-Key", "once"));
        if (trouble is "slow" or "keeps it and never says so") await scene.TimeOutAsync(tries: 3);
        var refused = (await asking).ShouldFail(503, "UNAVAILABLE");

        int.Parse(refused.Header("Retry-After"), CultureInfo.InvariantCulture).ShouldBeInRange(1, 3_600);
        var unchanged = await tenant.GetAsync($"/leads/{lead}");
        (unchanged.Of("status"), unchanged.Header("ETag")).ShouldBe(("NEW", "\"1\""));
        (await tenant.GetAsync("/customers")).Items.ShouldBeEmpty();
        var tries = registry.Calls.Count;

        if (trouble == "dead") await registry.OpenAsync();
        (registry.KeepsAnyway, registry.Answer) = (false, null);
        var made = (await tenant.PostAsync($"/leads/{lead}/convert", null, ("Idempotency-Key", "once"))).ShouldBe(200);
        (await tenant.GetAsync($"/customers/{made.IdOf("customerId")}")).Of("registryId").ShouldBe(registry.Customers.ShouldHaveSingleItem().Value);
        (await tenant.PostAsync($"/leads/{lead}/convert")).ShouldFail(409, "LEAD_ALREADY_CONVERTED");
        TestContext.Current.TestOutputHelper?.WriteLine($"{trouble}: 1 refusal after {tries} tries, lead unchanged; converted when mended; {registry.Customers.Count} customer in the registry.");
    }

    [Fact]
    public async Task Left_alone_after_many_failures_it_is_asked_again_after_a_while()
    {
        var (registry, tenant) = (scene.Registry, await scene.BeginAsync());
        var lead = await tenant.LeadAsync();
        registry.Answer = _ => Results.StatusCode(503);
        for (var i = 0; i < 3; i++) (await tenant.PostAsync($"/leads/{lead}/convert")).ShouldFail(503, "UNAVAILABLE");
        var asked = registry.Calls.Count;
        registry.Answer = null;

        var refused = (await tenant.PostAsync($"/leads/{lead}/convert")).ShouldFail(503, "UNAVAILABLE");

        int.Parse(refused.Header("Retry-After"), CultureInfo.InvariantCulture).ShouldBeInRange(1, 15);
        registry.Calls.Count.ShouldBe(asked);
        scene.Clock.Pass(TimeSpan.FromSeconds(16));
        (await tenant.PostAsync($"/leads/{lead}/convert")).ShouldBe(200);
        TestContext.Current.TestOutputHelper?.WriteLine($"{asked} failures opened the circuit; 1 request refused without asking; closed after 15 s.");
    }

    [Fact]
    public async Task A_slow_registry_holds_no_connection_and_no_transaction()
    {
        const int waiting = 4 * PoolSize;
        var tenant = await scene.BeginAsync();
        var leads = new List<Guid>();
        for (var i = 0; i < waiting; i++) leads.Add(await tenant.LeadAsync());
        var held = new TaskCompletionSource();
        scene.Registry.Hold = held.Task;
        var conversions = leads.Select(lead => tenant.PostAsync($"/leads/{lead}/convert")).ToList();
        await Eventually.Async(() => Task.FromResult(scene.Registry.Calls.Count == waiting), "the registry was not asked");

        // What follows the log opens transactions, too, for moments: only those count that were open already.
        await using var connection = new NpgsqlConnection(api.AdministratorOf(scene.Database));
        var asked = await connection.QuerySingleAsync<DateTime>("select clock_timestamp()");
        for (var i = 0; i < 20; i++) await tenant.LeadAsync();
        await Eventually.Async(async () => await connection.QuerySingleAsync<int>(
            "select count(*)::int from pg_stat_activity where datname = current_database() and state like 'idle in transaction%' and xact_start < @asked", new { asked }) == 0, "a transaction is held open");
        conversions.ShouldAllBe(c => !c.IsCompleted);

        held.SetResult();
        foreach (var conversion in await Task.WhenAll(conversions)) conversion.ShouldBe(200);
        scene.Registry.Customers.Count.ShouldBe(waiting);
        TestContext.Current.TestOutputHelper?.WriteLine($"{waiting} conversions waiting, a pool of {PoolSize}: 20 writes meanwhile, 0 transactions open; then all converted.");
    }

    [Fact]
    public async Task A_second_answer_is_never_taken_for_that_to_the_next_customer()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var talking = AnswerTwiceAsync(listener);
        await using var service = scene.Service(new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}"));
        var tenant = await service.Anonymous.RegisterAsync();
        for (var i = 0; i < 10; i++)
        {
            var lead = await tenant.LeadAsync();
            var customer = (await tenant.PostAsync($"/leads/{lead}/convert")).ShouldBe(200).IdOf("customerId");
            (await tenant.GetAsync($"/customers/{customer}")).Of("registryId").ShouldBe($"R-{lead}");
        }
        listener.Stop();
        TestContext.Current.TestOutputHelper?.WriteLine($"10 conversions, {await talking} answers sent, 10 right ids.");
    }

    /// <summary>Answers each request twice, the second time with another's id: at once, and before the answer to whatever comes next on the connection.</summary>
    private static async Task<int> AnswerTwiceAsync(TcpListener listener)
    {
        var sessions = new List<Task<int>>();
        try
        {
            while (true) sessions.Add(TalkAsync(await listener.AcceptTcpClientAsync()));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return (await Task.WhenAll(sessions)).Sum();
        }
    }

    private static async Task<int> TalkAsync(TcpClient client)
    {
        using var _ = client;
        using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
        for (var answers = 0; ; answers += 2)
        {
            var (key, length) = ("", 0);
            while (await reader.ReadLineAsync() is { Length: > 0 } line)
            {
                if (line.StartsWith("Idempotency-Key: ", StringComparison.OrdinalIgnoreCase)) key = line["Idempotency-Key: ".Length..];
                if (line.StartsWith("Content-Length: ", StringComparison.OrdinalIgnoreCase)) length = int.Parse(line["Content-Length: ".Length..], CultureInfo.InvariantCulture);
            }
            if (key.Length == 0) return answers;
            await reader.ReadBlockAsync(new char[length]);
            foreach (var id in answers == 0 ? [$"R-{key}", "R-another"] : new[] { "R-another", $"R-{key}" })
                await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: {id.Length + 10}\r\n\r\n{{\"id\": \"{id}\"}}"));
        }
    }

    /// <summary>A service with a registry, a few connections to the database, and a clock that is told the time.</summary>
    public sealed class Scene(CrmApi api) : IAsyncLifetime
    {
        private ConfiguredApi _service = null!;

        internal FakeRegistry Registry { get; private set; } = null!;

        internal SettableClock Clock { get; } = new();

        internal string Database { get; private set; } = "";

        public async ValueTask InitializeAsync()
        {
            (Registry, Database) = (await FakeRegistry.StartAsync(), await api.NewDatabaseAsync());
            _service = Service(Registry.Address);
        }

        /// <summary>A new tenant, and a registry that works and of whose troubles nothing is remembered.</summary>
        internal Task<TenantClient> BeginAsync()
        {
            (Registry.Answer, Registry.KeepsAnyway) = (null, false);
            Registry.Calls.Clear();
            Registry.Customers.Clear();
            Clock.Pass(TimeSpan.FromMinutes(2));
            return _service.Anonymous.RegisterAsync();
        }

        internal ConfiguredApi Service(Uri registry) => new(api, services => services.AddSingleton<TimeProvider>(Clock),
            ("ConnectionStrings:Crm", $"{Database};Maximum Pool Size={PoolSize}"), ("Registry:BaseUrl", registry.AbsoluteUri), ("Registry:TimeoutSeconds", "20"));

        /// <summary>Waits until the registry has been asked so often, and lets that try's time run out.</summary>
        internal async Task TimeOutAsync(int tries)
        {
            for (var i = 1; i <= tries; i++)
            {
                await Eventually.Async(() => Task.FromResult(Registry.Calls.Count == i), $"the registry was not asked for the {i}th time");
                Clock.Pass(TimeSpan.FromSeconds(20));
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _service.DisposeAsync();
            await Registry.DisposeAsync();
        }
    }
}
