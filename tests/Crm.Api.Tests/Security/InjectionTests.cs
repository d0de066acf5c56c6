using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.Operations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Crm.Api.Tests.Security;

/// <summary>What callers send stays data: in headers of answers, in the log, in SQL, in patterns.</summary>
public sealed class InjectionTests(CrmApi api)
{
    [Theory]
    [InlineData("a%0d%0aX-Injected:1"), InlineData("../../etc/passwd"), InlineData("<script>"), InlineData("{\"a\":1}"), InlineData("a b c\"'")]
    public async Task A_request_id_that_is_not_sane_is_not_repeated(string id)
    {
        var reply = await api.Anonymous.GetAsync("/leads", ("X-Request-Id", id));
        reply.ShouldFail(401, "UNAUTHENTICATED");
        reply.Header("X-Request-Id").ShouldNotContain(id);
        reply.Header("X-Injected").ShouldBe("");
        reply.Text.ShouldNotContain(id);
    }

    [Fact]
    public async Task Nothing_that_a_caller_sends_reaches_the_log()
    {
        var log = new LogLines();
        await using var logged = new ConfiguredApi(api, services => services.AddSingleton<ILoggerProvider>(log), ("Logging:LogLevel:Default", "Trace"), ("Logging:LogLevel:Microsoft", "Warning"));
        var tenant = await api.TenantAsync();
        var client = logged.Anonymous.As(tenant.Token);
        const string mark = "forged-line";
        (await client.PostAsync("/leads", new { name = $"a\r\n{mark}", email = $"{mark}@example.com" }, ("User-Agent", mark), ("X-Request-Id", $"{mark}\u007f"), ("Referer", mark))).ShouldBe(201);
        (await client.GetAsync($"/leads?search={mark}&name={mark}%0d%0a")).ShouldBe(200);
        (await client.GetAsync($"/leads?{mark}=1")).ShouldBe(400);
        (await client.GetAsync($"/{mark}")).ShouldBe(404);
        (await client.PostAsync("/auth/login", new { email = $"{mark}@example.com", password = mark })).ShouldBe(401);
        (await client.RawAsync("POST", "/leads", "{\"forged-line"u8.ToArray())).ShouldBe(400);
        log.Whole.ShouldNotBeEmpty();
        log.Whole.ShouldAllBe(line => !line.Contains(mark));
    }

    [Theory]
    [InlineData("%"), InlineData("_"), InlineData("\\"), InlineData("a%"), InlineData("'"), InlineData("''); drop table crm.leads; --"), InlineData("\\x"), InlineData("$$"), InlineData("/*"), InlineData("a' | 'b"), InlineData("a:*"), InlineData("!a"), InlineData("(a")]
    public async Task Wildcards_quotes_and_operators_are_text(string text)
    {
        var tenant = await api.TenantAsync();
        await tenant.LeadAsync("plain");
        var id = await tenant.LeadAsync($"x{text}y");
        var asked = Uri.EscapeDataString(text);
        foreach (var filter in new[] { $"name[contains]={asked}", $"name[startsWith]={Uri.EscapeDataString("x" + text)}", $"name={Uri.EscapeDataString($"x{text}y")}" })
            (await tenant.GetAsync($"/leads?{filter}")).ShouldBe(200).Items.ShouldHaveSingleItem(filter)!["id"]!.ToString().ShouldBe(id.ToString());
        (await tenant.GetAsync($"/leads?search={asked}")).ShouldBe(200);
    }

    /// <summary>No pattern of ours backtracks, and these would show it: each takes seconds where one does.</summary>
    [Theory]
    [InlineData("a", "!"), InlineData("a@", ""), InlineData("(", ""), InlineData("a.", "@"), InlineData(" ", "x"), InlineData("\\", "'"), InlineData("'", ""), InlineData("0", "x"), InlineData("-", ""), InlineData("\"a\" ", "")]
    public async Task Long_repetitive_text_is_answered_like_any_other(string unit, string end)
    {
        var tenant = await api.TenantAsync();
        var text = string.Concat(Enumerable.Repeat(unit, 18_000 / unit.Length)) + end;
        foreach (var member in new[] { "email", "phone", "website", "name", "ownerId", "notes" })
            (await tenant.PostAsync("/leads", new Dictionary<string, string> { ["name"] = "x", [member] = text })).Status.ShouldBeOneOf(201, 400);
        var asked = Uri.EscapeDataString(text[..Math.Min(text.Length, 3_000)]);
        foreach (var query in new[] { $"search={asked}", $"name[contains]={asked}", $"email={asked}", $"phone={asked}", $"sort={asked}", $"fields={asked}", $"cursor={asked}" })
            (await tenant.GetAsync($"/leads?{query}")).Status.ShouldBeOneOf(200, 400);
    }
}
