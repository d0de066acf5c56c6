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
