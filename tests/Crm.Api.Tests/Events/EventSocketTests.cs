using System.Net;
using System.Net.WebSockets;
using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.Operations;

namespace Crm.Api.Tests.Events;

/// <summary>The log over a WebSocket: the same events, and a protocol that says what it did not understand.</summary>
public sealed class EventSocketTests(CrmApi api)
{
    [Fact]
    public async Task Events_come_as_the_log_tells_them_and_a_client_goes_back_as_it_likes()
    {
        var tenant = await api.TenantAsync();
        using var client = await SocketClient.SubscribedAsync(tenant, new { types = new[] { "lead.created" } });
        var (first, second) = (await tenant.LeadAsync("First"), await tenant.LeadAsync("Second"));
        var told = (await client.NextAsync())!;
        ((Guid?)told["aggregateId"]).ShouldBe(first);
        ((Guid?)(await client.NextAsync())!["aggregateId"]).ShouldBe(second);
        told.ToJsonString().ShouldBe((await tenant.EventsAsync($"aggregateId={first}")).Items[0]!.ToJsonString());
        await client.SendAsync(new { after = (string?)told["position"] });
        ((string?)(await client.NextAsync())!["subscribed"]!["position"]).ShouldBe((string?)told["position"]);
        ((Guid?)(await client.NextAsync())!["aggregateId"]).ShouldBe(second, "again, as asked for");
        await client.SendAsync(new { subscribe = new { aggregateType = "task", after = "0" } });
        (await client.NextAsync())!["subscribed"].ShouldNotBeNull();
        var task = (await tenant.PostAsync("/tasks", new { title = "Call" })).ShouldBe(201).Id;
        ((Guid?)(await client.NextAsync())!["aggregateId"]).ShouldBe(task);
        await client.SendAsync("""{"ping": {"n": 7}}""");
        ((int?)(await client.NextAsync())!["pong"]!["n"]).ShouldBe(7);
        await client.Socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, TestContext.Current.CancellationToken);
        client.CloseStatus.ShouldBe(1000);
    }

    [Fact]
    public async Task A_key_opens_it_and_another_tenant_hears_nothing()
    {
        var (mine, other) = (await api.TenantAsync(), await api.TenantAsync());
        var (program, _) = await mine.KeyAsync(["events.read", "leads.read"]);
        using var client = await SocketClient.OpenAsync(program);
        await client.SendAsync(new { apiKey = program.ApiKey, subscribe = new { } });
        (await client.NextAsync())!["subscribed"].ShouldNotBeNull();
        await other.LeadAsync("Secret");
        await mine.LeadAsync("Own");
        ((string?)(await client.NextAsync())!["data"]!["record"]!["name"]).ShouldBe("Own");
    }

    [Theory]
    [InlineData("""{"subscribe": {}}""", "UNAUTHENTICATED", 1008)]
    [InlineData("""{"token": "x.y.z"}""", "UNAUTHENTICATED", 1008)]
    [InlineData("""{"apiKey": "crm_nonsense"}""", "UNAUTHENTICATED", 1008)]
    [InlineData("""{"token": 7}""", "INVALID_QUERY", 1007)]
    [InlineData("""{"colour": "red"}""", "INVALID_QUERY", 1007)]
    [InlineData("""{"subscribe": {"types": ["lead.born"]}}""", "INVALID_QUERY", 1007)]
    [InlineData("""{"subscribe": {"aggregateId": "7"}}""", "INVALID_QUERY", 1007)]
    [InlineData("""{"subscribe": {"colour": 1}}""", "INVALID_QUERY", 1007)]
    [InlineData("""{"token": "\ud800"}""", "INVALID_QUERY", 1007)]
    [InlineData("[]", "INVALID_QUERY", 1007)]
    [InlineData("{", "MALFORMED_JSON", 1007)]
    [InlineData("", "MALFORMED_JSON", 1007)]
    public async Task What_cannot_be_understood_is_named_and_the_end(string message, string code, int status)
    {
        using var first = await SocketClient.OpenAsync(api.Anonymous);
        await first.SendAsync(message);
        (await first.EndAsync()).ShouldBe((code, status));
        if (code == "UNAUTHENTICATED") return;
        using var later = await SocketClient.SubscribedAsync(await api.TenantAsync(), new { });
        await later.SendAsync(message);
        (await later.EndAsync()).ShouldBe((code, status));
    }

    [Fact]
    public async Task Binary_and_huge_messages_and_second_credentials_are_refused()
    {
        var tenant = await api.TenantAsync();
        using var binary = await SocketClient.SubscribedAsync(tenant, new { });
        await binary.SendAsync("{}", WebSocketMessageType.Binary);
        (await binary.EndAsync()).ShouldBe(("UNSUPPORTED_MEDIA_TYPE", 1003));
        using var huge = await SocketClient.OpenAsync(tenant);
        await huge.SendAsync(new { token = new string('x', 40_000) });
        (await huge.EndAsync()).ShouldBe(("PAYLOAD_TOO_LARGE", 1009));
        using var twice = await SocketClient.SubscribedAsync(tenant, new { });
        await twice.SendAsync(new { token = tenant.Token });
        (await twice.EndAsync()).ShouldBe(("INVALID_STATE", 1008));
    }

    [Fact]
    public async Task A_text_that_is_no_UTF_8_is_the_end()
    {
        using var first = await SocketClient.OpenAsync(api.Anonymous);
        using var later = await SocketClient.SubscribedAsync(await api.TenantAsync(), new { });
        foreach (var client in new[] { first, later })
        {
            await client.Socket.SendAsync(new byte[] { (byte)'{', 0xC3, 0x28, (byte)'}' }, WebSocketMessageType.Text, true, TestContext.Current.CancellationToken);
            (await client.EndAsync()).Status.ShouldBe(1007);
        }
    }

    [Fact]
    public async Task A_position_that_never_was_is_the_end()
    {
        var tenant = await api.TenantAsync();
        using var first = await SocketClient.OpenAsync(tenant);
        await first.SendAsync(new { token = tenant.Token, subscribe = new { after = "99.1.0" } });
        (await first.EndAsync()).ShouldBe(("INVALID_QUERY", 1007));
        using var later = await SocketClient.SubscribedAsync(tenant, new { });
        await later.SendAsync(new { after = "99.1.0" });
        (await later.EndAsync()).ShouldBe(("INVALID_QUERY", 1007));
    }

    [Theory]
    [InlineData("""{"token": "x", "apiKey": "y"}""", "token or apiKey")]
    [InlineData("""{"token": "?", "tenantId": "7"}""", "tenantId")]
    public async Task What_is_wrong_with_credentials_is_called_as_it_was_sent(string message, string named)
    {
        var tenant = await api.TenantAsync();
        using var client = await SocketClient.OpenAsync(tenant);
        await client.SendAsync(message.Replace("?", tenant.Token, StringComparison.Ordinal));
        var detail = (string)(await client.NextAsync())!["end"]!["detail"]!;
        detail.ShouldContain(named);
        detail.ShouldNotContain("X-");
        detail.ShouldNotContain("Authorization");
    }

    [Fact]
    public async Task Who_says_nothing_is_asked_to_leave()
    {
        using var client = await SocketClient.OpenAsync(api.Anonymous);
        (await client.EndAsync()).ShouldBe(("UNAUTHENTICATED", 1008));
    }

    [Fact]
    public async Task Without_the_protocol_there_is_nothing()
    {
        var reply = (await api.Anonymous.GetAsync("/events/ws")).ShouldFail(426, "UPGRADE_REQUIRED");
        reply.Header("Upgrade").ShouldBe("websocket");
    }

    [Fact]
    public async Task A_ticket_opens_it_once_on_any_instance_and_while_its_session_lasts()
    {
        await using var other = new ConfiguredApi(api, ("Streams:CheckSeconds", "0.1"), ("Streams:HeartbeatSeconds", "0.2"));
        var tenant = await other.Anonymous.RegisterAsync();
        var (member, _) = await tenant.MemberAsync();
        var issued = (await api.Anonymous.As(member.Token).PostAsync("/events/tickets", new { })).ShouldBe(201);
        var ticket = issued.Of("ticket")!;
        ((DateTimeOffset)issued.Data["expiresAt"]!).ShouldBeInRange(DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddSeconds(31));
        using var client = await SocketClient.OpenAsync(other.Anonymous, $"ticket={ticket}");
        await client.SendAsync(new { subscribe = new { types = "lead.created" } });
        (await client.NextAsync())!["subscribed"].ShouldNotBeNull();
        await tenant.LeadAsync();
        ((string?)(await client.NextAsync())!["type"]).ShouldBe("lead.created");
        await Should.ThrowAsync<WebSocketException>(() => SocketClient.OpenAsync(api.Anonymous, $"ticket={ticket}"));
        (await member.DeleteAsync($"/auth/sessions/{ApiClient.SessionOf(member.Token!)}")).ShouldBe(204);
        (await client.EndAsync()).ShouldBe(("UNAUTHENTICATED", 1008));
    }

    [Fact]
    public async Task A_ticket_is_a_secret_of_a_session_and_ends_soon()
    {
        var tenant = await api.TenantAsync();
        var first = (await tenant.PostAsync("/events/tickets", new { }, ("Idempotency-Key", "same"))).ShouldBe(201).Of("ticket");
        (await tenant.PostAsync("/events/tickets", new { }, ("Idempotency-Key", "same"))).ShouldBe(201).Of("ticket").ShouldNotBe(first);
        var (program, _) = await tenant.KeyAsync(["events.read"]);
        (await program.PostAsync("/events/tickets", new { })).ShouldFail(403, "FORBIDDEN");
        (await api.Anonymous.PostAsync("/events/tickets", new { })).ShouldFail(401, "UNAUTHENTICATED");
        var clock = new MovedClock();
        await using var later = new ConfiguredApi(api, services => ConfiguredApi.Tells(services, clock));
        clock.Offset = TimeSpan.FromSeconds(31);
        using var client = new ClientWebSocket { Options = { CollectHttpResponseDetails = true } };
        await Should.ThrowAsync<WebSocketException>(() => client.ConnectAsync(
            new UriBuilder(later.Anonymous.Http.BaseAddress!) { Scheme = "ws", Path = "/api/v1/events/ws", Query = $"ticket={first}" }.Uri, TestContext.Current.CancellationToken));
        client.HttpStatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }
}
