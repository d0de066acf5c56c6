using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.Operations;
using Crm.Api.Tests.Postgres;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Api.Tests.Durability;

/// <summary>
/// Drill: the clock jumps while the service runs; that of the service alone, or the whole machine's with the database's. Nothing fails,
/// nothing is lost or made twice, and what is in order stays so.
/// </summary>
public sealed class ClockTests(CrmApi api, ClockTests.Scene scene) : IClassFixture<ClockTests.Scene>
{
    private const int Hour = 3_600, Day = 24 * Hour;

    public static TheoryData<int, bool> Jumps => new() { { Hour, false }, { Hour, true }, { Day, false }, { Day, true }, { -Hour, false }, { -Hour, true } };

    [Theory]
    [MemberData(nameof(Jumps))]
    public async Task After_a_jump_everything_goes_on(int seconds, bool databaseToo)
    {
        var tenant = await scene.Api.RegisterAsync();
        var (lead, deal) = (await tenant.LeadAsync(), (await tenant.DealAsync()).Id);
        var won = (await tenant.StagesAsync())["CLOSED_WON"];
        var before = (await tenant.PostAsync("/leads", new { name = "Kept" }, ("Idempotency-Key", "once"))).ShouldBe(201);
        var position = (string)(await tenant.EventsAsync("after=0&take=200")).Items[^1]!["position"]!;
        for (var i = 0; i < 11; i++) await scene.Api.PostAsync("/auth/login", new { email = tenant.Email, password = "wrong-password-1" });
        (await scene.Api.PostAsync("/auth/login", new { email = tenant.Email, tenant.Password })).ShouldFail(429, "RATE_LIMITED");

        await scene.JumpAsync(TimeSpan.FromSeconds(seconds), databaseToo);

        var caller = await SignedInAsync(tenant, expired: seconds >= Hour);
        (await scene.Api.GetAsync("/health/ready")).ShouldBe(200);
        (await scene.Api.PostAsync("/auth/login", new { email = tenant.Email, tenant.Password })).ShouldBe(200);

        // What was promised for a day by the database's clock ends by the database's clock.
        var again = (await caller.PostAsync("/leads", new { name = "Kept" }, ("Idempotency-Key", "once"))).ShouldBe(201);
        var remembered = !(databaseToo && seconds >= Day);
        (again.Header("Idempotent-Replayed") == "true", again.Id == before.Id).ShouldBe((remembered, remembered));

        int.Parse(again.Header("RateLimit-Reset"), System.Globalization.CultureInfo.InvariantCulture).ShouldBeInRange(1, 60);
        (await caller.PatchAsync($"/leads/{lead}", new { notes = "After the jump" })).ShouldBe(200).Header("ETag").ShouldBe("\"2\"");
        (await caller.GetAsync($"/leads/{lead}/history")).ShouldBe(200).Items.Select(v => (int)v!["version"]!).ShouldBe([2, 1]);
        (await caller.MoveAsync(deal, won)).ShouldBe(200);
        (await caller.GetAsync($"/deals/{deal}/stage-history")).ShouldBe(200).Items.ShouldAllBe(stay => (long)stay!["durationSeconds"]! >= 0);
        await WritesAreInOrderAsync(caller, position);
        await MailArrivesAsync(tenant, caller);
        TestContext.Current.TestOutputHelper?.WriteLine($"clock of {(databaseToo ? "the machine" : "the service")} {seconds:+0;-0} s: 0 failures, 0 events lost, 0 e-mails lost, key {(remembered ? "remembered" : "expired")}.");
    }

    [Fact]
    public async Task A_clock_that_comes_back_finds_every_session_again()
    {
        var tenant = await scene.Api.RegisterAsync();
        await scene.JumpAsync(TimeSpan.FromDays(31), false);
        (await tenant.GetAsync("/leads")).ShouldFail(401, "TOKEN_EXPIRED");
        (await scene.Api.PostAsync("/auth/refresh", new { refreshToken = tenant.RefreshToken })).ShouldBe(401);
        await scene.JumpAsync(TimeSpan.FromDays(-31), false);
        (await tenant.GetAsync("/leads")).ShouldBe(200);
        (await scene.Api.PostAsync("/auth/refresh", new { refreshToken = tenant.RefreshToken })).ShouldBe(200);
        TestContext.Current.TestOutputHelper?.WriteLine("clock +31 d and back: refused while it was wrong, both tokens good again afterwards.");
    }

    private async Task<ApiClient> SignedInAsync(TenantClient tenant, bool expired)
    {
        if (!expired)
        {
            (await tenant.GetAsync("/auth/me")).ShouldBe(200);
            return tenant;
        }
        (await tenant.GetAsync("/auth/me")).ShouldFail(401, "TOKEN_EXPIRED");
        var refreshed = (await scene.Api.PostAsync("/auth/refresh", new { refreshToken = tenant.RefreshToken })).ShouldBe(200);
        return scene.Api.As((string)refreshed.Data["accessToken"]!);
    }

    /// <summary>Ids stay unique, the log has every event in the order of the writes, and a list by cursor has every record once.</summary>
    private static async Task WritesAreInOrderAsync(ApiClient caller, string position)
    {
        var made = new List<Guid>();
        for (var i = 0; i < 10; i++) made.Add(await caller.LeadAsync());
        made.ShouldBeUnique();
        // Told as soon as no transaction of others can precede it any more.
        List<Guid> log = [];
        await Eventually.Async(async () =>
        {
            log = [.. (await caller.GetAsync($"/events?after={position}&types=lead.created&take=200")).ShouldBe(200).Items.Select(e => (Guid)e!["aggregateId"]!)];
            return log.Contains(made[^1]);
        }, "the log does not tell of the last lead");
        log.TakeLast(made.Count).ShouldBe(made);
        var (listed, cursor) = (new List<Guid>(), "");
        do
        {
            var page = (await caller.GetAsync($"/leads?fields=id&take=4{cursor}")).ShouldBe(200);
            listed.AddRange(page.Items.Select(l => (Guid)l!["id"]!));
            cursor = (string?)page.Meta["nextCursor"] is { } next ? $"&cursor={next}" : "";
        }
        while (cursor.Length > 0);
        listed.ShouldBeUnique();
        made.ShouldBeSubsetOf(listed);
    }

    private async Task MailArrivesAsync(TenantClient tenant, ApiClient caller)
    {
        var customer = (await caller.PostAsync("/customers", new { name = "New", email = "new@example.com" })).ShouldBe(201).Id;
        var created = (await caller.EventsAsync($"after=0&types=customer.created&aggregateId={customer}")).Items.Single()!;
        await Eventually.Async(() => Task.FromResult(File.Exists(api.MailFile((Guid)created["id"]!))), $"the e-mail to the customer of {tenant.Id} was forgotten");
    }

    /// <summary>A service whose clock, and whose database's, can be set. The database's now() is a function that its search path finds first.</summary>
    public sealed class Scene(CrmApi api) : IAsyncLifetime
    {
        private readonly SettableClock _clock = new();
        private ConfiguredApi _service = null!;
        private string _administrator = "";

        internal ApiClient Api => _service.Anonymous;

        public async ValueTask InitializeAsync()
        {
            var database = await api.NewDatabaseAsync();
            _administrator = api.AdministratorOf(database);
            await ThrowAwayCluster.ExecuteAsync(_administrator, """
                create schema clock;
                create table clock.jump (by interval not null);
                insert into clock.jump values ('0');
                create function clock.now() returns timestamptz stable language sql as 'select pg_catalog.now() + by from clock.jump';
                grant usage on schema clock to crm_app;
                grant select on clock.jump to crm_app
                """);
            _service = new ConfiguredApi(api, services => services.AddSingleton<TimeProvider>(_clock),
                ("ConnectionStrings:Crm", $"{database};Search Path=clock,pg_catalog,public"), ("RateLimiting:Enabled", "true"));
        }

        internal async Task JumpAsync(TimeSpan by, bool databaseToo)
        {
            _clock.Jump(by);
            if (databaseToo) await ThrowAwayCluster.ExecuteAsync(_administrator, $"update clock.jump set by = by + interval '{by.TotalSeconds} s'");
        }

        public ValueTask DisposeAsync() => _service.DisposeAsync();
    }
}
