using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.Operations;
using Dapper;
using Npgsql;

namespace Crm.Api.Tests.Platform;

/// <summary>A suspended organization is kept out everywhere, and loses nothing.</summary>
public sealed class SuspensionTests(CrmApi api)
{
    [Fact]
    public async Task It_is_kept_out_on_every_instance_until_it_is_restored()
    {
        var (platform, tenant) = (api.Anonymous.AsPlatform(), await api.TenantAsync());
        await using var second = new ConfiguredApi(api);
        var (program, _) = await tenant.KeyAsync(["leads.read"]);
        ApiClient[] elsewhere = [second.Anonymous.As(tenant.Token), second.Anonymous.WithKey(program.ApiKey!)];
        foreach (var client in elsewhere) (await client.GetAsync("/leads")).ShouldBe(200);

        var suspended = (await platform.PostAsync($"/platform/tenants/{tenant.Id}/suspend", new { reason = "unpaid" })).ShouldBe(200);

        (suspended.Of("status"), suspended.Of("suspendedReason")).ShouldBe(("SUSPENDED", "unpaid"));
        (await tenant.GetAsync("/leads")).ShouldFail(403, "TENANT_SUSPENDED");
        (await program.GetAsync("/leads")).ShouldFail(403, "TENANT_SUSPENDED");
        (await api.Anonymous.PostAsync("/auth/login", new { email = tenant.Email, password = tenant.Password })).ShouldFail(403, "TENANT_SUSPENDED");
        (await api.Anonymous.PostAsync("/auth/refresh", new { refreshToken = tenant.RefreshToken })).ShouldFail(403, "TENANT_SUSPENDED");
        foreach (var client in elsewhere) await Eventually.Async(async () => (await client.GetAsync("/leads")).Code == "TENANT_SUSPENDED", "the other instance has heard of it");
        (await platform.GetAsync($"/platform/tenants?status=SUSPENDED&search={Uri.EscapeDataString(suspended.Of("name")!)}")).ShouldBe(200).Items.ShouldHaveSingleItem();

        (await platform.PostAsync($"/platform/tenants/{tenant.Id}/restore")).ShouldBe(200).Of("status").ShouldBe("ACTIVE");

        (await tenant.GetAsync("/leads")).ShouldBe(200);
        (await api.Anonymous.PostAsync("/auth/login", new { email = tenant.Email, password = tenant.Password })).ShouldBe(200);
        foreach (var client in elsewhere) await Eventually.Async(async () => (await client.GetAsync("/leads")).Status == 200, "the other instance lets it in again");
        (await platform.PostAsync($"/platform/tenants/{tenant.Id}/restore")).ShouldFail(409, "INVALID_STATE");
        (await platform.PostAsync($"/platform/tenants/{Guid.NewGuid()}/restore")).ShouldFail(404, "NOT_FOUND");
        (await platform.PostAsync($"/platform/tenants/{Guid.NewGuid()}/suspend", new { reason = "x" })).ShouldFail(404, "NOT_FOUND");
        (await platform.PostAsync($"/platform/tenants/{tenant.Id}/suspend", new { reason = "" })).ShouldFail(400, "VALIDATION_FAILED");
    }

    [Fact]
    public async Task An_open_stream_ends()
    {
        var (platform, tenant) = (api.Anonymous.AsPlatform(), await api.TenantAsync());
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/events/stream?after=0");
        request.Headers.Authorization = new("Bearer", tenant.Token);
        using var response = await api.Anonymous.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        (await reader.ReadLineAsync(TestContext.Current.CancellationToken)).ShouldNotBeNull();

        (await platform.PostAsync($"/platform/tenants/{tenant.Id}/suspend", new { reason = "unpaid" })).ShouldBe(200);

        (await reader.ReadToEndAsync(TestContext.Current.CancellationToken)).ShouldContain("TENANT_SUSPENDED");
    }

    [Fact]
    public async Task What_waits_to_be_done_for_it_waits_and_is_done_once_it_is_restored()
    {
        var (platform, suspended, other) = (api.Anonymous.AsPlatform(), await api.TenantAsync(), await api.TenantAsync());
        var (waiting, done) = (await EventAsync(suspended), await EventAsync(other));
        (await platform.PostAsync($"/platform/tenants/{suspended.Id}/suspend", new { reason = "unpaid" })).ShouldBe(200);
        await EnqueueAsync(suspended.Id, waiting);
        await EnqueueAsync(other.Id, done);
        await Eventually.Async(async () => await AttemptsAsync(done) is null, "the other's is delivered");
        (await AttemptsAsync(waiting)).ShouldBe(0, "nobody has touched it");

        (await platform.PostAsync($"/platform/tenants/{suspended.Id}/restore")).ShouldBe(200);

        await Eventually.Async(async () => await AttemptsAsync(waiting) is null, "it is delivered");
    }

    [Fact]
    public async Task Rules_and_hooks_stand_still()
    {
        var (platform, tenant) = (api.Anonymous.AsPlatform(), await api.TenantAsync());
        var address = (await tenant.PostAsync("/inbound-email")).ShouldBe(201).Of("url")!;
        (await platform.PostAsync($"/platform/tenants/{tenant.Id}/suspend", new { reason = "unpaid" })).ShouldBe(200);
        var message = new StringContent("From: a@example.com\r\nTo: b@example.com\r\nMessage-ID: <1@example.com>\r\n\r\nHello\r\n", System.Text.Encoding.UTF8, "message/rfc822");
        (await api.Anonymous.SendAsync("POST", new Uri(address).AbsolutePath, message)).ShouldFail(403, "TENANT_SUSPENDED");
    }

    private async Task<Guid> EventAsync(TenantClient tenant)
    {
        (await tenant.PatchAsync("/tenant", new { country = "BG" })).ShouldBe(200);
        await Eventually.Async(async () => await api.OutboxAsync(tenant) == 0, "nothing else waits");
        return await api.EventAsync(tenant, tenant.Id, "tenant.updated");
    }

    private async Task EnqueueAsync(Guid tenantId, Guid eventId)
    {
        await using var connection = new NpgsqlConnection(api.AppConnectionString);
        await connection.ExecuteAsync("insert into crm.outbox (id, tenant_id, event_id, sink) values (gen_random_uuid(), @tenantId, @eventId, 'telephones.respell')", new { tenantId, eventId });
    }

    private async Task<int?> AttemptsAsync(Guid eventId)
    {
        await using var connection = new NpgsqlConnection(api.AppConnectionString);
        return await connection.QuerySingleOrDefaultAsync<int?>("select attempts from crm.outbox where event_id = @eventId", new { eventId });
    }
}
