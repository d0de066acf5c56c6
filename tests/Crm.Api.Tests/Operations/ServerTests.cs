using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Operations;

public sealed class ServerTests(CrmApi api)
{
    [Theory]
    [InlineData("/health/live")]
    [InlineData("/api/v1/leads")]
    [InlineData("/api/v1/nowhere")]
    [InlineData("/nowhere")]
    [InlineData("/docs/index.html")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/metrics")]
    public async Task Every_answer_carries_the_security_headers(string path)
    {
        var reply = await api.Anonymous.GetAsync(path);
        reply.Header("X-Content-Type-Options").ShouldBe("nosniff");
        reply.Header("X-Frame-Options").ShouldBe("DENY");
        reply.Header("Referrer-Policy").ShouldBe("no-referrer");
        reply.Header("Content-Security-Policy").ShouldContain("frame-ancestors 'none'");
        reply.Header("X-Request-Id").ShouldNotBeEmpty();
        reply.Header("Server").ShouldBeEmpty();
        reply.Header("X-Powered-By").ShouldBeEmpty();
    }

    [Fact]
    public async Task The_callers_request_id_comes_back_unless_it_is_no_sane_one()
    {
        (await api.Anonymous.GetAsync("/health/live", ("X-Request-Id", "abc-123"))).Header("X-Request-Id").ShouldBe("abc-123");
        (await api.Anonymous.GetAsync("/health/live", ("X-Request-Id", "a b<script>"))).Header("X-Request-Id").ShouldNotContain("script");
        (await api.Anonymous.GetAsync("/health/live", ("X-Request-Id", new string('a', 101)))).Header("X-Request-Id").Length.ShouldBeLessThan(101);
    }

    [Theory]
    [InlineData("/leads", 2 << 20)]
    [InlineData("/leads", 20 << 20)]
    [InlineData("/leads/batch", 20 << 20)]
    public async Task A_body_beyond_the_limit_is_refused_and_the_answer_arrives(string path, int size)
    {
        var tenant = await api.TenantAsync();
        (await tenant.RawAsync("POST", path, new byte[size])).ShouldFail(413, "PAYLOAD_TOO_LARGE");
        (await tenant.GetAsync("/leads")).ShouldBe(200);
    }

    [Fact]
    public async Task Production_tells_browsers_to_come_by_https_only()
    {
        await using var production = new ConfiguredApi(api, ("ConnectionStrings:Crm", await api.NewDatabaseAsync()), ("environment", "Production"), ("Jwt:Key", "q4WJ0nZl7rT2cV9xB1mK8sD5fG3hP6yUe0iOaLw"), ("ForwardedHeaders:KnownProxies", "127.0.0.1"));
        Task<Reply> Ask(string scheme) => production.Anonymous.GetAsync("/health/live", ("X-Forwarded-For", "203.0.113.7"), ("X-Forwarded-Proto", scheme), ("X-Forwarded-Host", "crm.example.com"));
        (await Ask("https")).ShouldBe(200).Header("Strict-Transport-Security").ShouldBe("max-age=31536000");
        // Over http the header means nothing (RFC 6797 §7.2), and a developer's service is not production.
        (await Ask("http")).ShouldBe(200).Header("Strict-Transport-Security").ShouldBeEmpty();
        await using var development = new ConfiguredApi(api, ("ForwardedHeaders:KnownProxies", "127.0.0.1"));
        (await development.Anonymous.GetAsync("/health/live", ("X-Forwarded-For", "203.0.113.7"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "crm.example.com"))).Header("Strict-Transport-Security").ShouldBeEmpty();
    }
}
