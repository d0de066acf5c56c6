using System.Net.Sockets;
using System.Text;
using Crm.Api.Tests.Durability;
using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Operations;

public sealed class HealthTests(CrmApi api)
{
    [Fact]
    public async Task The_service_tells_that_it_lives_and_is_ready_and_what_it_checks()
    {
        (await api.Anonymous.GetAsync("/health/live")).ShouldBe(200).Text.ShouldBe("""{"status":"UP"}""");
        (await api.Anonymous.GetAsync("/health/ready")).ShouldBe(200).Text.ShouldBe("""{"status":"UP"}""");
        var health = (await api.Anonymous.GetAsync("/health")).ShouldBe(200);
        var checks = health.Json["checks"]!.AsArray();
        checks.Select(c => (string)c!["name"]!).ShouldBe(["database", "migrations"], ignoreOrder: true);
        checks.ShouldAllBe(c => (string?)c!["status"] == "UP" && (double)c["durationMs"]! >= 0);
        health.Text.ShouldNotContain("Password", Case.Insensitive);
        health.Text.ShouldNotContain("Host", Case.Insensitive);
        (await api.Anonymous.SendAsync("HEAD", "/health/ready", null)).ShouldBe(200).Body.ShouldBeEmpty();
        (await api.Anonymous.GetAsync("/health/ready", ("Authorization", "Bearer nonsense"))).ShouldBe(200);
    }

    [Fact]
    public async Task Without_its_database_the_service_lives_but_is_not_ready_until_it_returns()
    {
        await using var service = await ServiceProcess.StartAsync();
        var registered = (await service.Api.PostAsync("/auth/register", new { organizationName = "Org", fullName = "Olga", email = "o@example.com", password = "Str0ng-pass-word" })).ShouldBe(201);
        var caller = service.Api.As((string)registered.Data["accessToken"]!);
        (await caller.GetAsync("/leads")).ShouldBe(200);
        using (await service.HoldDatabaseAsync())
        {
            await Eventually.Async(async () => (await service.Api.GetAsync("/health/ready")).Status == 503, "ready without a database");
            (await service.Api.GetAsync("/health/live")).ShouldBe(200);
            ((string?)(await service.Api.GetAsync("/health")).ShouldBe(503).Json["status"]).ShouldBe("DOWN");
        }
        await Eventually.Async(async () => (await service.Api.GetAsync("/health/ready")).Status == 200, "not ready again");
        (await caller.GetAsync("/leads")).ShouldBe(200);
    }

    [Fact]
    public async Task What_is_being_served_when_the_signal_comes_is_finished()
    {
        await using var service = await ServiceProcess.StartAsync();
        var body = """{"organizationName":"Org","fullName":"Olga","email":"o@example.com","password":"Str0ng-pass-word"}""";
        using var socket = new TcpClient();
        await socket.ConnectAsync("127.0.0.1", service.Api.Http.BaseAddress!.Port, TestContext.Current.CancellationToken);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST /api/v1/auth/register HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body[..20]}"), TestContext.Current.CancellationToken);
        await Eventually.Async(async () => (await service.Api.GetAsync("/metrics")).Text.Contains("http_server_active_requests 2", StringComparison.Ordinal), "the request did not begin");
        var stopping = service.StopAsync();
        await Eventually.Async(async () => await RefusesAsync(service), "new requests are still taken");
        stopping.IsCompleted.ShouldBeFalse();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(body[20..]), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream);
        (await reader.ReadLineAsync(TestContext.Current.CancellationToken)).ShouldBe("HTTP/1.1 201 Created");
        (await stopping).ShouldBe(0);
        File.Exists(Path.Combine(service.Folder, "postgres", "postmaster.pid")).ShouldBeFalse("PostgreSQL was left running");
    }

    private static async Task<bool> RefusesAsync(ServiceProcess service)
    {
        try
        {
            using var fresh = new HttpClient { BaseAddress = service.Api.Http.BaseAddress };
            using var answer = await fresh.GetAsync("/health/live", TestContext.Current.CancellationToken);
            return false;
        }
        catch (HttpRequestException)
        {
            return true;
        }
    }
}
