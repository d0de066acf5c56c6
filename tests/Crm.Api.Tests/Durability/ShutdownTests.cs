using System.Net.Sockets;
using System.Text;
using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.Outside;
using Dapper;
using Npgsql;

namespace Crm.Api.Tests.Durability;

/// <summary>Drill: SIGTERM in the midst of work.</summary>
public sealed class ShutdownTests(CrmApi api)
{
    private const int InFlight = 20, Operations = 1_000;

    [Fact]
    public async Task The_service_says_that_it_leaves_takes_no_more_and_finishes_what_it_has_begun()
    {
        await using var service = await ServiceProcess.StartAsync(("Shutdown__Drain", "00:00:03"));
        var tenant = await service.Api.RegisterAsync();
        var requests = new List<HalfRequest>();
        for (var i = 0; i < InFlight; i++) requests.Add(await HalfRequest.BeginAsync(tenant, $$"""{"name":"Lead {{i}}"}"""));
        await Eventually.Async(async () => (await service.Api.GetAsync("/metrics")).Text.Contains($"http_server_active_requests {InFlight + 1}", StringComparison.Ordinal), "the requests did not begin");

        service.Signal();

        await service.ReadyAsync(false);
        (await service.StatusAsync("/health/live")).ShouldBe(200);
        await tenant.LeadAsync(); // whoever has not heard yet is served
        await Eventually.Async(async () => await service.StatusAsync("/health/live") is null, "new requests are still taken");
        foreach (var request in requests) (await request.FinishAsync()).ShouldBe("HTTP/1.1 201 Created");
        (await service.ExitAsync()).ShouldBe(0);
        File.Exists(Path.Combine(service.Cluster, "postmaster.pid")).ShouldBeFalse("PostgreSQL was left running");
        File.ReadLines(Path.Combine(service.Cluster, "server.log")).Last().ShouldContain("database system is shut down");
        await service.StartAsync();
        (await service.Api.As(tenant.Token).GetAsync("/leads?take=1&count=exact")).Meta["total"]!.GetValue<int>().ShouldBe(InFlight + 1);
        TestContext.Current.TestOutputHelper?.WriteLine($"1 SIGTERM, {InFlight} requests in flight: {InFlight} finished, 0 cut; exit code 0, PostgreSQL shut down cleanly.");
    }

    [Fact]
    public async Task A_long_batch_finishes()
    {
        await using var scene = await BatchAsync();

        scene.Service.Signal();
        await Eventually.Async(async () => await scene.Service.StatusAsync("/health/live") is null, "new requests are still taken");
        await scene.LetGoAsync();

        var reply = (await scene.Reply).ShouldBe(200);
        reply.Items.Count(i => (int)i!["status"]! is 200 or 201).ShouldBe(Operations);
        (await scene.Service.ExitAsync()).ShouldBe(0);
        (await scene.RecordsAsync()).ShouldBe(Operations);
        TestContext.Current.TestOutputHelper?.WriteLine($"1 SIGTERM, a batch of {Operations} in flight: {Operations} done, answered 200; exit code 0.");
    }

    [Fact]
    public async Task A_batch_that_does_not_finish_in_time_is_undone_whole_and_its_caller_told()
    {
        await using var scene = await BatchAsync(("Shutdown__Timeout", "00:00:03"));

        scene.Service.Signal();

        (await scene.Reply).ShouldFail(503, "UNAVAILABLE").Header("Retry-After").ShouldNotBeEmpty();
        (await scene.Service.ExitAsync()).ShouldBe(0);
        (await scene.RecordsAsync()).ShouldBe(1);
        await scene.LetGoAsync();
        await scene.Service.StartAsync();
        (await scene.SendAsync()).ShouldBe(200).Header("Idempotent-Replayed").ShouldBeEmpty();
        (await scene.RecordsAsync()).ShouldBe(Operations);
        TestContext.Current.TestOutputHelper?.WriteLine($"1 SIGTERM, a batch of {Operations} that could not finish: 0 kept, answered 503; exit code 0; sent again under its key: {Operations} done.");
    }

    [Fact]
    public async Task Deliveries_under_way_are_given_back_untried()
    {
        await using var mail = new MailServer { Trouble = MailTrouble.Silent };
        var database = await api.NewDatabaseAsync();
        await using var service = await ServiceProcess.StartAsync(("ConnectionStrings__Crm", database), ("Smtp__Host", "127.0.0.1"), ("Smtp__Port", $"{mail.Port}"),
            ("Smtp__From", "crm@example.org"), ("Smtp__StartTls", "false"));
        var tenant = await service.Api.RegisterAsync();
        for (var i = 0; i < 12; i++) await tenant.CustomerAsync("New", new { email = $"customer-{i}@example.com" });
        await Eventually.Async(() => Task.FromResult(mail.Callers == 8), "nothing is under way");

        (await service.StopAsync()).ShouldBe(0);

        await using var connection = new NpgsqlConnection(database);
        (await connection.QuerySingleAsync<int>("select count(*)::int from crm.outbox where attempts = 0 and next_try_at <= now() and last_error is null")).ShouldBe(12);
        mail.Trouble = MailTrouble.None;
        await service.StartAsync();
        await Eventually.Async(() => Task.FromResult(mail.Taken.Count == 12), "the e-mail did not arrive");
        mail.Taken.Select(m => MailText.Header(m, "Message-ID")).ShouldBeUnique();
        TestContext.Current.TestOutputHelper?.WriteLine("1 SIGTERM, 8 deliveries under way and 4 waiting: 12 given back as never tried, 12 delivered once after the start.");
    }

    private async Task<BatchScene> BatchAsync(params (string Name, string Value)[] settings)
    {
        var database = await api.NewDatabaseAsync();
        var service = await ServiceProcess.StartAsync([("ConnectionStrings__Crm", database), .. settings]);
        var tenant = await service.Api.RegisterAsync();
        var first = await tenant.LeadAsync();
        var holder = new NpgsqlConnection(api.AdministratorOf(database));
        await holder.OpenAsync();
        var held = await holder.BeginTransactionAsync();
        await holder.ExecuteAsync("select 1 from crm.leads where id = @first for update", new { first }, held);
        var scene = new BatchScene(service, tenant, first, holder, held);
        scene.Reply = scene.SendAsync();
        await Eventually.Async(async () => await holder.QuerySingleAsync<bool>(
            "select exists(select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')", transaction: held), "the batch does not wait for the lock");
        return scene;
    }

    /// <summary>A batch that waits for a lock the test holds.</summary>
    private sealed class BatchScene(ServiceProcess service, TenantClient tenant, Guid first, NpgsqlConnection holder, NpgsqlTransaction held) : IAsyncDisposable
    {
        public ServiceProcess Service => service;

        public Task<Reply> Reply { get; set; } = null!;

        public Task<Reply> SendAsync() => service.Api.As(tenant.Token).PostAsync("/leads/batch", new
        {
            operations = Enumerable.Range(0, Operations).Select(i => i == 0
                ? (object)new { op = "update", id = first, data = new { notes = "changed" } }
                : new { op = "create", data = new { name = $"Lead {i}" } }).ToArray(),
        }, ("Idempotency-Key", "the-batch"));

        public Task LetGoAsync() => held.RollbackAsync();

        public Task<int> RecordsAsync() => holder.QuerySingleAsync<int>("select count(*)::int from crm.leads where tenant_id = @Id", new { tenant.Id });

        public async ValueTask DisposeAsync()
        {
            await holder.DisposeAsync();
            await service.DisposeAsync();
        }
    }

    /// <summary>A request of which the service has got half.</summary>
    private sealed class HalfRequest(TcpClient socket, string rest)
    {
        public static async Task<HalfRequest> BeginAsync(ApiClient caller, string body)
        {
            var socket = new TcpClient();
            await socket.ConnectAsync("127.0.0.1", caller.Http.BaseAddress!.Port, TestContext.Current.CancellationToken);
            await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
                $"POST /api/v1/leads HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {caller.Token}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body[..5]}"), TestContext.Current.CancellationToken);
            return new HalfRequest(socket, body[5..]);
        }

        /// <summary>Sends the other half; the answer's first line.</summary>
        public async Task<string?> FinishAsync()
        {
            using var _ = socket;
            await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(rest), TestContext.Current.CancellationToken);
            using var reader = new StreamReader(socket.GetStream());
            return await reader.ReadLineAsync(TestContext.Current.CancellationToken);
        }
    }
}
