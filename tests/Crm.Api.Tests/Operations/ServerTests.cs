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

    [Fact]
    public async Task A_wrong_method_is_told_the_right_ones()
    {
        var tenant = await api.TenantAsync();
        foreach (var method in new[] { "DELETE", "PATCH", "TRACE", "PROPFIND", "FOO" })
            (await tenant.SendAsync(method, "/leads", null)).ShouldFail(405, "METHOD_NOT_ALLOWED").Header("Allow").ShouldBe("GET, HEAD, POST");
        var options = (await tenant.SendAsync("OPTIONS", "/leads", null)).ShouldBe(204);
        options.Header("Allow").ShouldBe("GET, HEAD, POST");
        (await tenant.SendAsync("FOO", "/nowhere", null)).ShouldFail(404, "NOT_FOUND");
    }

    [Fact]
    public async Task HEAD_answers_like_GET_without_the_body()
    {
        var tenant = await api.TenantAsync();
        var id = await tenant.LeadAsync();
        var (get, head) = (await tenant.GetAsync($"/leads/{id}"), await tenant.SendAsync("HEAD", $"/leads/{id}", null));
        head.ShouldBe(200);
        head.Body.ShouldBeEmpty();
        head.Header("ETag").ShouldBe(get.Header("ETag"));
        head.Header("Content-Length").ShouldBe(get.Header("Content-Length"));
        (await tenant.SendAsync("HEAD", $"/leads/{id}", null, ("If-None-Match", get.Header("ETag")))).ShouldBe(304);
        (await tenant.SendAsync("HEAD", $"/leads/{Guid.NewGuid()}", null)).ShouldBe(404);
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
    public async Task No_other_origin_may_call_unless_it_is_named()
    {
        var preflight = new[] { ("Origin", "https://app.example.com"), ("Access-Control-Request-Method", "PATCH"), ("Access-Control-Request-Headers", "authorization,if-match") };
        (await api.Anonymous.SendAsync("OPTIONS", "/leads", null, preflight)).Header("Access-Control-Allow-Origin").ShouldBeEmpty();
        await using var open = new ConfiguredApi(api, ("Cors:Origins", "https://app.example.com, https://other.example.com"));
        var allowed = (await open.Anonymous.SendAsync("OPTIONS", "/leads", null, preflight)).ShouldBe(204);
        allowed.Header("Access-Control-Allow-Origin").ShouldBe("https://app.example.com");
        allowed.Header("Access-Control-Allow-Methods").ShouldContain("PATCH");
        var exposed = await open.Anonymous.GetAsync("/leads", ("Origin", "https://app.example.com"));
        exposed.ShouldFail(401, "UNAUTHENTICATED").Header("Access-Control-Allow-Origin").ShouldBe("https://app.example.com");
        foreach (var header in new[] { "ETag", "Location", "X-Request-Id", "RateLimit-Remaining", "Idempotent-Replayed" })
            exposed.Header("Access-Control-Expose-Headers").ShouldContain(header);
        (await open.Anonymous.GetAsync("/leads", ("Origin", "https://evil.example.com"))).Header("Access-Control-Allow-Origin").ShouldBeEmpty();
    }
}
