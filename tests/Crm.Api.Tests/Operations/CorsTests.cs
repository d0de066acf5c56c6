using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Operations;

public sealed class CorsTests(CrmApi api)
{
    private const string App = "https://app.example.com";
    private static readonly (string, string)[] Preflight = [("Origin", App), ("Access-Control-Request-Method", "PATCH"), ("Access-Control-Request-Headers", "authorization,if-match,content-type")];

    [Fact]
    public async Task No_origin_is_named_so_none_may_call()
    {
        var preflight = (await api.Anonymous.SendAsync("OPTIONS", "/leads", null, Preflight)).ShouldBe(204);
        preflight.Headers.Keys.ShouldNotContain(h => h.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
        preflight.Header("Allow").ShouldBe("GET, HEAD, OPTIONS, POST");
    }

    [Theory]
    [InlineData("Cors:Origins", "https://app.example.com")]
    [InlineData("Cors:Origins", "https://other.example.com, https://app.example.com")]
    [InlineData("Cors:Origins:0", "https://app.example.com")]
    public async Task A_named_origin_may_call_and_read_every_header(string setting, string origins)
    {
        await using var open = new ConfiguredApi(api, (setting, origins));
        foreach (var path in new[] { "/leads", $"/leads/{Guid.NewGuid()}", "/auth/login" })
        {
            var allowed = (await open.Anonymous.SendAsync("OPTIONS", path, null, Preflight)).ShouldBe(204);
            allowed.Header("Access-Control-Allow-Origin").ShouldBe(App);
            allowed.Header("Access-Control-Allow-Methods").ShouldBe("PATCH");
            allowed.Header("Access-Control-Allow-Headers").ShouldBe("authorization,if-match,content-type");
            allowed.Header("Access-Control-Max-Age").ShouldBe("3600");
            allowed.Header("Access-Control-Allow-Credentials").ShouldBeEmpty(); // tokens travel in headers, not in cookies
        }
        var answers = new[]
        {
            (await open.Anonymous.GetAsync("/leads", ("Origin", App))).ShouldFail(401, "UNAUTHENTICATED"),
            (await open.Anonymous.GetAsync("/openapi/v1.json", ("Origin", App))).ShouldBe(200),
        };
        foreach (var answer in answers)
        {
            answer.Header("Access-Control-Allow-Origin").ShouldBe(App);
            answer.Header("Vary").ShouldContain("Origin");
            foreach (var header in new[] { "ETag", "Location", "X-Request-Id", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "Retry-After", "Idempotent-Replayed", "Deprecation", "Sunset", "Link", "Allow" })
                answer.Header("Access-Control-Expose-Headers").ShouldContain(header);
        }
    }

    [Fact]
    public async Task Any_other_origin_may_not()
    {
        await using var open = new ConfiguredApi(api, ("Cors:Origins", App));
        foreach (var origin in new[] { "https://evil.example.com", "https://app.example.com.evil.com", "http://app.example.com", "null" })
        {
            (await open.Anonymous.SendAsync("OPTIONS", "/leads", null, [("Origin", origin), .. Preflight[1..]])).Header("Access-Control-Allow-Origin").ShouldBeEmpty(origin);
            (await open.Anonymous.GetAsync("/openapi/v1.json", ("Origin", origin))).Header("Access-Control-Allow-Origin").ShouldBeEmpty(origin);
            (await open.Anonymous.GetAsync("/openapi/v1.json", ("Origin", origin))).Header("Vary").ShouldContain("Origin");
        }
    }

    [Fact]
    public async Task OPTIONS_that_is_no_preflight_tells_the_methods()
    {
        await using var open = new ConfiguredApi(api, ("Cors:Origins", App));
        (await open.Anonymous.SendAsync("OPTIONS", "/leads", null, ("Origin", App))).ShouldBe(204).Header("Allow").ShouldBe("GET, HEAD, OPTIONS, POST");
    }
}
