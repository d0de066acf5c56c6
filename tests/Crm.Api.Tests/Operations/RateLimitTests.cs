using Crm.Api.Operations;
using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Operations;

public sealed class RateLimitTests(CrmApi api)
{
    [Fact]
    public async Task A_caller_beyond_the_allowance_is_told_when_to_come_back()
    {
        var (tenant, other) = (await api.TenantAsync(), await api.TenantAsync());
        await using var limited = new ConfiguredApi(api, ("RateLimiting:Enabled", "true"), ("RateLimiting:PermitsPerMinute", "3"));
        var (mine, others) = (limited.Anonymous.As(tenant.Token), limited.Anonymous.As(other.Token));
        for (var i = 0; i < 6; i++) (await others.GetAsync("/health/ready")).ShouldBe(200); // probes do not count
        var replies = new List<Reply>();
        // A minute may end in between; it cannot end twice.
        for (var i = 0; i < 8 && replies.All(r => r.Status != 429); i++) replies.Add(await mine.GetAsync("/leads?take=1"));
        var refused = replies[^1].ShouldFail(429, "RATE_LIMITED");
        int.Parse(refused.Header("Retry-After")).ShouldBeInRange(1, 60);
        refused.Header("RateLimit-Limit").ShouldBe("3");
        refused.Header("RateLimit-Remaining").ShouldBe("0");
        refused.Header("RateLimit-Reset").ShouldBe(refused.Header("Retry-After"));
        replies[0].Header("RateLimit-Remaining").ShouldBe("2");
        (await others.GetAsync("/leads?take=1")).ShouldBe(200);
    }

    [Fact]
    public async Task Signing_in_has_an_allowance_of_its_own_by_address()
    {
        await using var limited = new ConfiguredApi(api, ("RateLimiting:Enabled", "true"), ("RateLimiting:AuthPermitsPerMinute", "1"), ("ForwardedHeaders:KnownProxies", "127.0.0.1"));
        async Task<Reply> From(string address) => await limited.Anonymous.PostAsync("/auth/refresh", new { refreshToken = "none" }, ("X-Forwarded-For", address));
        var first = new[] { await From("203.0.113.7"), await From("203.0.113.7"), await From("203.0.113.7") };
        first.Select(r => r.Status).ShouldContain(429);
        (await From("203.0.113.8")).ShouldBe(401);
        // One subscriber's IPv6 network counts as one.
        new[] { await From("2001:db8::1"), await From("2001:db8::2"), await From("2001:db8::3") }.Select(r => r.Status).ShouldContain(429);
    }

    [Fact]
    public async Task Bad_credentials_have_an_allowance_by_address_and_good_ones_pass_all_the_same()
    {
        var tenant = await api.TenantAsync();
        var (known, _) = await tenant.KeyAsync(["leads.read"]);
        var (unseen, _) = await tenant.KeyAsync(["leads.read"]);
        await using var limited = new ConfiguredApi(api, ("RateLimiting:Enabled", "true"), ("RateLimiting:AuthPermitsPerMinute", "4"));
        var (anonymous, program) = (limited.Anonymous, limited.Anonymous.WithKey(known.ApiKey!));
        (await program.GetAsync("/leads?take=1")).ShouldBe(200);
        ApiClient[] bad = [anonymous.As("no.good.token"), anonymous.WithKey("crm_" + new string('0', 64)), anonymous.WithKey("nonsense"), anonymous];
        var replies = new List<Reply>();
        // A minute may end in between; it cannot end twice.
        for (var i = 0; i < 12 && replies.All(r => r.Status != 429); i++) replies.Add(await bad[i % bad.Length].GetAsync("/leads?take=1"));
        replies[0].ShouldFail(401, "UNAUTHENTICATED");
        int.Parse(replies[^1].ShouldFail(429, "RATE_LIMITED").Header("Retry-After")).ShouldBeInRange(1, 60);
        (await program.GetAsync("/leads?take=1")).ShouldBe(200);
        (await anonymous.As(tenant.Token).GetAsync("/leads?take=1")).ShouldBe(200);
        (await anonymous.WithKey(unseen.ApiKey!).GetAsync("/leads?take=1")).Status.ShouldBeOneOf(200, 429); // 200 in a new minute only: it is not looked up
    }

    [Fact]
    public async Task A_key_counts_by_itself_not_with_its_creator()
    {
        var tenant = await api.TenantAsync();
        var (program, _) = await tenant.KeyAsync(["leads.read"]);
        await using var limited = new ConfiguredApi(api, ("RateLimiting:Enabled", "true"), ("RateLimiting:PermitsPerMinute", "2"));
        var (person, key) = (limited.Anonymous.As(tenant.Token), limited.Anonymous.WithKey(program.ApiKey!));
        var replies = new List<Reply>();
        for (var i = 0; i < 6 && replies.All(r => r.Status != 429); i++) replies.Add(await key.GetAsync("/leads?take=1"));
        replies[^1].ShouldFail(429, "RATE_LIMITED");
        (await person.GetAsync("/leads?take=1")).ShouldBe(200).Header("RateLimit-Remaining").ShouldBe("1");
    }

    [Fact]
    public void A_new_minute_is_a_new_allowance_and_forgets_who_is_gone()
    {
        var clock = new SetClock { Now = DateTimeOffset.FromUnixTimeSeconds(600) };
        var allowances = new Allowances(clock);
        var (ada, bob) = (new CallerKey(Guid.NewGuid(), null, false), new CallerKey(null, "203.0.113.7", true));
        allowances.Take(ada).ShouldBe((1, 60));
        allowances.Take(bob).ShouldBe((1, 60));
        clock.Now += TimeSpan.FromSeconds(59);
        allowances.Take(ada).ShouldBe((2, 1));
        clock.Now += TimeSpan.FromSeconds(1);
        allowances.Take(ada).ShouldBe((1, 60));
        allowances.Known.ShouldBe(1);
    }

    private sealed class SetClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
