using System.Net;
using System.Net.Sockets;
using System.Text;
using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.Operations;

namespace Crm.Api.Tests.Events;

/// <summary>Who may have a stream, for how long, and what of it.</summary>
public sealed class EventStreamRightsTests(CrmApi api)
{
    private static readonly (string, string)[] Hasty = [("Streams:CheckSeconds", "0.1"), ("Streams:HeartbeatSeconds", "0.2")];

    [Fact]
    public async Task Who_sees_his_own_records_only_hears_of_them_only()
    {
        var owner = await api.TenantAsync();
        (await owner.PatchAsync("/tenant", new { recordVisibility = "OWN" })).ShouldBe(200);
        var (colleague, id) = await owner.MemberAsync();
        await using var feed = await EventFeed.OpenAsync(colleague, "types=lead.created");
        await owner.LeadAsync("Hidden");
        await owner.LeadAsync("Given", more: new { ownerId = id });
        await colleague.LeadAsync("Own");
        var told = await feed.TakeAsync(2);
        told.Select(t => (string?)t.Data!["data"]!["record"]!["name"]).ShouldBe(["Given", "Own"]);
        var page = (await colleague.EventsAsync("types=lead.created", 2)).Items;
        told.Select(t => t.EventId).ShouldBe(page.Select(e => (Guid)e!["id"]!), "as GET /events tells it");
    }

    [Fact]
    public async Task What_one_may_not_read_one_does_not_hear_of_and_without_events_read_of_nothing()
    {
        var owner = await api.TenantAsync();
        var (member, _) = await owner.MemberAsync(permissions: new { deny = new[] { "deals.read" } });
        await using var feed = await EventFeed.OpenAsync(member, "types=deal.created,lead.created");
        (await owner.PostAsync("/deals", new { title = "Secret" })).ShouldBe(201);
        await owner.LeadAsync();
        (await feed.NextAsync()).Event.ShouldBe("lead.created");
        var (nobody, _) = await owner.MemberAsync(permissions: new { deny = new[] { "events.read" } });
        (await nobody.GetAsync("/events/stream")).ShouldFail(403, "FORBIDDEN");
    }

    [Fact]
    public async Task A_change_of_what_one_may_see_holds_for_streams_that_are_open()
    {
        await using var service = new ConfiguredApi(api, Hasty);
        var owner = await service.Anonymous.RegisterAsync();
        var (member, id) = await owner.MemberAsync();
        await using var feed = await EventFeed.OpenAsync(member, "types=lead.created");
        await owner.LeadAsync("Before");
        (await feed.NextAsync()).Data!["data"]!["record"]!["name"]!.ToString().ShouldBe("Before");
        (await owner.PatchAsync("/tenant", new { recordVisibility = "OWN" })).ShouldBe(200);
        await BeatsAsync(feed, 3);
        await owner.LeadAsync("Hidden");
        // The stream has to have come past it as a member, before he becomes an administrator.
        await BeatsAsync(feed, 3);
        (await owner.PatchAsync($"/team/members/{id}", new { role = "ADMIN" })).ShouldBe(200);
        await BeatsAsync(feed, 3);
        await owner.LeadAsync("After");
        (await feed.NextAsync()).Data!["data"]!["record"]!["name"]!.ToString().ShouldBe("After");
    }

    [Fact]
    public async Task A_stream_ends_when_its_member_is_removed_its_session_revoked_or_its_key_taken_back()
    {
        await using var service = new ConfiguredApi(api, Hasty);
        var owner = await service.Anonymous.RegisterAsync();
        var ((removed, removedId), (signedOut, _)) = (await owner.MemberAsync(), await owner.MemberAsync());
        var (program, key) = await owner.KeyAsync(["events.read", "leads.read"]);
        await using var first = await EventFeed.OpenAsync(removed);
        await using var second = await EventFeed.OpenAsync(signedOut);
        await using var third = await EventFeed.OpenAsync(program);
        (await owner.DeleteAsync($"/team/members/{removedId}")).ShouldBe(204);
        (await signedOut.DeleteAsync($"/auth/sessions/{ApiClient.SessionOf(signedOut.Token!)}")).ShouldBe(204);
        (await owner.DeleteAsync($"/api-keys/{key}")).ShouldBe(204);
        (await EndAsync(first)).ShouldBeOneOf("TENANT_FORBIDDEN", "UNAUTHENTICATED");
        (await EndAsync(second)).ShouldBe("UNAUTHENTICATED");
        (await EndAsync(third)).ShouldBe("UNAUTHENTICATED");
    }

    [Fact]
    public async Task A_stream_ends_when_its_token_expires_and_its_client_is_told()
    {
        var clock = new MovedClock();
        await using var service = new ConfiguredApi(api, services => ConfiguredApi.Tells(services, clock), Hasty);
        var owner = await service.Anonymous.RegisterAsync();
        await using var feed = await EventFeed.OpenAsync(owner);
        await BeatsAsync(feed, 1);
        clock.Offset = TimeSpan.FromDays(1);
        (await EndAsync(feed)).ShouldBe("TOKEN_EXPIRED");
    }

    [Fact]
    public async Task A_sign_of_life_says_how_far_one_has_come()
    {
        await using var service = new ConfiguredApi(api, Hasty);
        var owner = await service.Anonymous.RegisterAsync();
        await using var feed = await EventFeed.OpenAsync(owner, "types=deal.won");
        var begin = feed.LastEventId;
        begin.ShouldNotBeEmpty();
        await owner.LeadAsync();
        await Eventually.Async(async () =>
        {
            (await feed.AnyAsync()).Comment.ShouldBe("heartbeat");
            return feed.LastEventId != begin;
        }, "the position moves although nothing is told");
    }

    [Fact]
    public async Task No_more_streams_than_a_user_and_a_tenant_may_have()
    {
        await using var service = new ConfiguredApi(api, ("Streams:PerUser", "2"), ("Streams:PerTenant", "3"));
        var owner = await service.Anonymous.RegisterAsync();
        var (member, _) = await owner.MemberAsync();
        var one = await EventFeed.OpenAsync(owner);
        await using var two = await EventFeed.OpenAsync(owner);
        (await owner.GetAsync("/events/stream")).ShouldFail(429, "RATE_LIMITED").Header("Retry-After").ShouldNotBeEmpty();
        await using var three = await EventFeed.OpenAsync(member);
        (await member.GetAsync("/events/stream")).ShouldFail(429, "RATE_LIMITED");
        await one.DisposeAsync();
        await Eventually.Async(async () => (await member.GetAsync("/events/stream")).Status == 200, "whoever leaves makes room");
    }

    [Fact]
    public async Task A_client_that_does_not_read_is_cut_off_and_holds_up_nobody()
    {
        await using var service = new ConfiguredApi(api, ("Streams:PatienceSeconds", "0.5"));
        var owner = await service.Anonymous.RegisterAsync();
        using var idle = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4_096 };
        await idle.ConnectAsync(new IPEndPoint(IPAddress.Loopback, service.Anonymous.Http.BaseAddress!.Port));
        await idle.SendAsync(Encoding.ASCII.GetBytes($"GET /api/v1/events/stream HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {owner.Token}\r\n\r\n"));
        await Eventually.Async(() => OpenAsync(service, 1), "the stream begins");
        await using var feed = await EventFeed.OpenAsync(owner, "types=lead.created");
        const int Leads = 600;
        (await owner.PostAsync("/leads/batch", new { operations = Enumerable.Range(0, Leads).Select(i => new { op = "create", data = new { name = $"Lead {i}", notes = new string('x', 19_000) } }) })).ShouldBe(200);
        (await feed.TakeAsync(Leads)).Select(t => t.EventId).Distinct().Count().ShouldBe(Leads);
        await Eventually.Async(() => OpenAsync(service, 1), "who does not read is cut off");
        var (buffer, ended) = (new byte[1 << 16], false);
        while (!ended)
            try
            {
                ended = await idle.ReceiveAsync(buffer) == 0;
            }
            catch (SocketException)
            {
                ended = true;
            }
        // What one has open is one request in the figures, as long as it took to begin.
        (await service.Anonymous.GetAsync("/metrics")).Text.ShouldContain("http_server_active_requests 1");
    }

    [Fact]
    public async Task Over_HTTP_2_it_is_the_same()
    {
        await using var service = new ConfiguredApi(api, ("Kestrel:EndpointDefaults:Protocols", "Http2"));
        using var http = new HttpClient(new Http2()) { BaseAddress = service.Anonymous.Http.BaseAddress };
        var owner = await new ApiClient(http, null).RegisterAsync();
        await using var feed = await EventFeed.OpenAsync(owner, "aggregateType=lead");
        feed.Response.Version.ShouldBe(HttpVersion.Version20);
        await owner.LeadAsync();
        (await feed.NextAsync()).Event.ShouldBe("lead.created");
    }

    [Fact]
    public async Task A_service_that_stops_ends_its_streams_at_once_and_says_when_to_come_back()
    {
        var service = new ConfiguredApi(api);
        var owner = await service.Anonymous.RegisterAsync();
        await using var feed = await EventFeed.OpenAsync(owner);
        var stopping = service.DisposeAsync();
        (await EndAsync(feed)).ShouldBe("UNAVAILABLE");
        feed.Retry.ShouldNotBeNull();
        await stopping;
        await using var again = await EventFeed.OpenAsync(api.Anonymous.As(owner.Token), "aggregateType=lead", feed.LastEventId);
        await api.Anonymous.As(owner.Token).LeadAsync();
        (await again.NextAsync()).Event.ShouldBe("lead.created");
    }

    private static async Task<bool> OpenAsync(ConfiguredApi service, int count) =>
        (await service.Anonymous.GetAsync("/metrics")).Text.Contains($"crm_streams_open {count}\n", StringComparison.Ordinal);

    /// <summary>Why the stream ended; events before are passed over.</summary>
    private static async Task<string?> EndAsync(EventFeed feed)
    {
        while (true)
            if (await feed.NextAsync() is { Event: "end" } end)
            {
                (await feed.Ended).ShouldBeTrue();
                return (string?)end.Data!["code"];
            }
    }

    /// <summary>Waits for so many signs of life, between which the caller's rights are looked at again.</summary>
    private static async Task BeatsAsync(EventFeed feed, int count)
    {
        for (var beats = 0; beats < count;)
            if ((await feed.AnyAsync()).Comment == "heartbeat") beats++;
    }

    private sealed class Http2() : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            (request.Version, request.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
