using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.Operations;
using Crm.Api.Tests.Outside;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Crm.Api.Tests.Durability;

/// <summary>Drill: the mail server is dead, slow, refuses, or answers oddly. No write notices; every e-mail arrives, or says why it did not.</summary>
public sealed class MailOutageTests(MailOutageTests.Scene scene) : IClassFixture<MailOutageTests.Scene>
{
    private MailServer Server => scene.Server;

    [Fact]
    public async Task What_a_dead_server_did_not_take_arrives_when_it_is_back()
    {
        var tenant = await scene.TenantAsync();
        Server.Close();
        await scene.CustomersAsync(tenant, 10);
        await scene.FailedAsync(tenant, 10, "SMTP ConnectionRefused");

        Server.Open();
        await scene.DueAsync();

        await scene.ArrivedAsync(tenant, 10, "1 outage");
    }

    [Fact]
    public async Task A_server_that_never_answers_slows_no_write_and_is_left_when_time_is_up()
    {
        var tenant = await scene.TenantAsync();
        Server.Trouble = MailTrouble.Silent;
        // Each of these answers came while the server, which has said nothing to anybody, was being waited for.
        await scene.CustomersAsync(tenant, 8);
        await Eventually.Async(() => Task.FromResult(Server.Callers == 8), "the server was not asked");
        await scene.CustomersAsync(tenant, 32);
        Server.Taken.Count(m => scene.IsOf(tenant, m)).ShouldBe(0);

        scene.Clock.Pass(TimeSpan.FromSeconds(20));
        await scene.FailedAsync(tenant, 8, "timed out");
        Server.Trouble = MailTrouble.None;
        Server.HangUp();
        await scene.FailedAsync(tenant, 8, "timed out", atLeast: true);
        await scene.ArrivedAsync(tenant, 40, "8 deliveries left without an answer", due: true);
    }

    [Fact]
    public async Task What_is_refused_for_now_is_tried_again_under_the_same_id()
    {
        var tenant = await scene.TenantAsync();
        Server.AnswerToRecipient = "451 greylisted, try again later";
        await scene.CustomersAsync(tenant, 3);
        await scene.FailedAsync(tenant, 3, "SMTP 451 LocalErrorInProcessing");
        Server.AnswerToRecipient = "250 ok";
        await scene.DueAsync();
        await scene.ArrivedAsync(tenant, 3, "3 refusals for now");
    }

    [Fact]
    public async Task What_is_refused_for_good_is_a_dead_letter_that_says_why_and_can_be_sent_once_mended()
    {
        var tenant = await scene.TenantAsync();
        Server.AnswerToRecipient = "550 no such mailbox";
        await scene.CustomersAsync(tenant, 3);
        await Eventually.Async(async () => (await tenant.GetAsync("/dead-letters")).ShouldBe(200).Items.Count == 3, "not given up");
        var letters = (await tenant.GetAsync("/dead-letters")).Items;
        letters.ShouldAllBe(l => (string?)l!["lastError"] == "SMTP 550 MailboxUnavailable" && (int)l["attempts"]! == 1);
        Server.AnswerToRecipient = "250 ok";
        foreach (var letter in letters) (await tenant.PostAsync($"/dead-letters/{letter!["id"]}/retry")).ShouldBe(200);
        await scene.ArrivedAsync(tenant, 3, "3 refusals for good");
    }

    [Theory]
    [InlineData("hangs up in the message", false)]
    [InlineData("loses its answer", true)]
    public async Task A_connection_lost_in_the_midst_means_the_same_message_again(string how, bool taken)
    {
        var tenant = await scene.TenantAsync();
        Server.Trouble = taken ? MailTrouble.LosesItsAnswer : MailTrouble.HangsUpInMessage;
        await scene.CustomersAsync(tenant, 3);
        await scene.FailedAsync(tenant, 3, "SMTP ", atLeast: true);
        Server.Trouble = MailTrouble.None;
        await scene.DueAsync();
        // What was taken though nobody heard so is there twice, under one id: the receiver can tell.
        await scene.ArrivedAsync(tenant, 3, $"3 × the server {how}", copies: taken ? 2 : 1);
    }

    [Fact]
    public async Task An_answer_that_comes_twice_sends_nothing_twice()
    {
        var tenant = await scene.TenantAsync();
        Server.Trouble = MailTrouble.AnswersTwice;
        await scene.CustomersAsync(tenant, 3);
        await scene.ArrivedAsync(tenant, 3, "3 double answers");
        Server.Trouble = MailTrouble.None;
    }

    /// <summary>A service with a mail server, on a database of its own: nobody else's worker takes its e-mail.</summary>
    public sealed class Scene(CrmApi api) : IAsyncLifetime
    {
        private string _database = "";
        private ConfiguredApi _service = null!;

        internal MailServer Server { get; } = new();

        internal SettableClock Clock { get; } = new();

        public async ValueTask InitializeAsync()
        {
            _database = await api.NewDatabaseAsync();
            _service = new ConfiguredApi(api, services => services.AddSingleton<TimeProvider>(Clock), ("ConnectionStrings:Crm", _database),
                ("Smtp:Host", "127.0.0.1"), ("Smtp:Port", $"{Server.Port}"), ("Smtp:From", "crm@example.org"), ("Smtp:StartTls", "false"), ("Logging:LogLevel:Default", "Error"));
        }

        internal Task<TenantClient> TenantAsync() => _service.Anonymous.RegisterAsync();

        internal async Task CustomersAsync(TenantClient tenant, int count)
        {
            var replies = await Task.WhenAll(Enumerable.Range(0, count).Select(_ => tenant.PostAsync("/customers", new { name = "New", email = $"{Guid.NewGuid():N}@{tenant.Id:N}.example.com" })));
            foreach (var reply in replies) reply.ShouldBe(201);
        }

        internal bool IsOf(TenantClient tenant, string message) => message.Contains($"@{tenant.Id:N}.example.com", StringComparison.Ordinal);

        /// <summary>Waits until so many deliveries have failed this way and nothing is under way.</summary>
        internal Task FailedAsync(TenantClient tenant, int count, string error, bool atLeast = false) => Eventually.Async(async () =>
        {
            await using var connection = new NpgsqlConnection(_database);
            var failed = await connection.QuerySingleAsync<int>(
                "select count(*)::int from crm.outbox where tenant_id = @Id and last_error like @error || '%' and dead_at is null", new { tenant.Id, error });
            return atLeast ? failed >= count : failed == count;
        }, $"not {count} deliveries failed with {error}");

        /// <summary>The time of what waits has come.</summary>
        internal async Task DueAsync()
        {
            await using var connection = new NpgsqlConnection(_database);
            await connection.ExecuteAsync("update crm.outbox set next_try_at = now() where dead_at is null");
        }

        /// <summary>Waits until the outbox is empty, and looks at what the server has taken.</summary>
        internal async Task ArrivedAsync(TenantClient tenant, int count, string what, int copies = 1, bool due = false)
        {
            await using var connection = new NpgsqlConnection(_database);
            await Eventually.Async(async () =>
            {
                // What failed is made due; what is in somebody's hands has an error of an older try only.
                if (due) await connection.ExecuteAsync("update crm.outbox set next_try_at = now() where last_error is not null and next_try_at > now() + interval '7 s'");
                return await connection.QuerySingleAsync<int>("select count(*)::int from crm.outbox where tenant_id = @Id", new { tenant.Id }) == 0;
            }, "something was not delivered");
            var messages = Server.Taken.Where(m => IsOf(tenant, m)).ToList();
            var ids = messages.GroupBy(m => MailText.Header(m, "Message-ID")).ToList();
            ids.Count.ShouldBe(count);
            ids.ShouldAllBe(copy => copy.Count() == copies);
            ids.ShouldAllBe(copy => copy.Select(m => MailText.Header(m, "To")).Distinct().Count() == 1);
            (await tenant.GetAsync("/dead-letters")).ShouldBe(200).Items.ShouldBeEmpty();
            TestContext.Current.TestOutputHelper?.WriteLine($"{what}; {count} writes, all 201; {messages.Count} messages taken under {ids.Count} ids; 0 lost.");
        }

        public async ValueTask DisposeAsync()
        {
            await _service.DisposeAsync();
            await Server.DisposeAsync();
        }
    }
}
