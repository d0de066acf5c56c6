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
        using (service.HoldDatabase())
        {
            await Eventually.Async(async () => (await service.Api.GetAsync("/health/ready")).Status == 503, "ready without a database");
            (await service.Api.GetAsync("/health/live")).ShouldBe(200);
            ((string?)(await service.Api.GetAsync("/health")).ShouldBe(503).Json["status"]).ShouldBe("DOWN");
        }
        await Eventually.Async(async () => (await service.Api.GetAsync("/health/ready")).Status == 200, "not ready again");
        (await caller.GetAsync("/leads")).ShouldBe(200);
    }
}
