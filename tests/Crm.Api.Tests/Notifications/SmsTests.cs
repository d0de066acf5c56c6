using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.Operations;
using Crm.Application.Abstractions;
using Crm.Infrastructure.Notifications;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Crm.Api.Tests.Notifications;

/// <summary>Text messages over HTTP: handed over with their id, refused for good, or to be tried again.</summary>
public sealed class SmsTests(CrmApi api)
{
    private static readonly SmsMessage Message = new(Guid.Parse("0198c0de-0000-7000-8000-000000000001"), "+359 88 123 4567", "Здравейте");

    [Fact]
    public async Task A_message_is_handed_over_with_its_id_and_the_token()
    {
        await using var provider = await FakeProvider.StartAsync();
        await provider.Sender().SendAsync(Message, TestContext.Current.CancellationToken);
        var (headers, body) = provider.Calls.ShouldHaveSingleItem();
        (headers["Authorization"], headers["Idempotency-Key"]).ShouldBe(("Bearer secret", Message.Id.ToString()));
        JsonNode.DeepEquals(JsonNode.Parse(body), JsonNode.Parse($$"""{"id":"{{Message.Id}}","to":"+359 88 123 4567","text":"Здравейте"}""")).ShouldBeTrue();
    }

    [Fact]
    public async Task A_member_is_told_by_the_provider_what_he_prefers_to_hear_that_way()
    {
        await using var provider = await FakeProvider.StartAsync();
        await using var service = new ConfiguredApi(api, ("ConnectionStrings:Crm", await api.NewDatabaseAsync()), ("Sms:Url", new Uri(provider.Address, "/send").ToString()), ("Sms:Token", "secret"));
        var tenant = await service.Anonymous.RegisterAsync();
        var (member, memberId) = await tenant.MemberAsync();
        (await member.PatchAsync("/auth/me", new { language = "bg" })).ShouldBe(200);
        (await member.PutAsync("/notifications/preferences", new { sms = new[] { "TASK_ASSIGNED" }, phone = "+359 88 123 4567" })).ShouldBe(200);
        var lead = await tenant.LeadAsync("Engine Ltd", more: new { notes = $"Ask @[him]({memberId})" });
        (await tenant.PostAsync("/tasks", new { title = "Call back", assigneeId = memberId, leadId = lead })).ShouldBe(201);
        await Eventually.Async(() => Task.FromResult(!provider.Calls.IsEmpty), "the provider is called");
        (await member.ToldAsync(2)).Count.ShouldBe(2);
        await Eventually.Async(async () => (await tenant.GetAsync("/dead-letters")).ShouldBe(200).Items.Count == 0 && provider.Calls.Count == 1, "it is told once, and the mention is not");
        var body = JsonNode.Parse(provider.Calls.Single().Body)!;
        ((string?)body["to"], ((string)body["text"]!).EndsWith(": Нова задача за Вас: Call back", StringComparison.Ordinal)).ShouldBe(("+359 88 123 4567", true));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(422)]
    public async Task What_the_provider_refuses_is_not_tried_again(int status)
    {
        await using var provider = await FakeProvider.StartAsync(status);
        (await Should.ThrowAsync<UndeliverableException>(() => provider.Sender().SendAsync(Message, default))).Message.ShouldBe($"HTTP {status}");
    }

    [Theory]
    [InlineData(302)]
    [InlineData(401)]
    [InlineData(429)]
    [InlineData(503)]
    public async Task What_somebody_can_mend_is_tried_again_later(int status)
    {
        await using var provider = await FakeProvider.StartAsync(status);
        ((int)(await Should.ThrowAsync<HttpRequestException>(() => provider.Sender().SendAsync(Message, default))).StatusCode!).ShouldBe(status);
    }

    [Fact]
    public async Task A_provider_that_never_answers_is_given_up_in_time()
    {
        await using var provider = await FakeProvider.StartAsync(null);
        await Should.ThrowAsync<TaskCanceledException>(() => provider.Sender(timeout: TimeSpan.FromMilliseconds(50)).SendAsync(Message, default));
    }

    [Fact]
    public void It_is_off_until_an_address_is_configured()
    {
        SmsSettings.Read(Settings()).ShouldBeNull();
        new NoSmsSender().IsOn.ShouldBeFalse();
        SmsSettings.Read(Settings(("Sms:Url", "https://sms.example.com/send"), ("Sms:Token", "t")))!.Token.ShouldBe("t");
        Should.Throw<Infrastructure.Postgres.StartupException>(() => SmsSettings.Read(Settings(("Sms:Url", "sms.example.com"))));
    }

    private static IConfiguration Settings(params (string Name, string Value)[] values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values.Select(v => new KeyValuePair<string, string?>(v.Name, v.Value))).Build();
}

/// <summary>A provider of text messages that answers as it is told; null = never.</summary>
internal sealed class FakeProvider : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FakeProvider(WebApplication app) => _app = app;

    public ConcurrentQueue<(Dictionary<string, string> Headers, string Body)> Calls { get; } = new();

    public Uri Address => new(_app.Urls.First());

    public static async Task<FakeProvider> StartAsync(int? status = 202)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var provider = new FakeProvider(builder.Build());
        provider._app.MapPost("/send", async (HttpContext http) =>
        {
            using var reader = new StreamReader(http.Request.Body);
            provider.Calls.Enqueue((http.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase), await reader.ReadToEndAsync()));
            if (status is null) await Task.Delay(Timeout.InfiniteTimeSpan, http.RequestAborted);
            http.Response.StatusCode = status ?? 500;
        });
        await provider._app.StartAsync();
        return provider;
    }

    public HttpSmsSender Sender(TimeSpan? timeout = null)
    {
        var settings = new SmsSettings(new Uri(Address, "/send"), "secret", timeout ?? TimeSpan.FromSeconds(10));
        return new HttpSmsSender(HttpSmsSender.NewHttp(settings), settings);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
