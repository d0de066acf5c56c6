using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.Operations;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;

namespace Crm.Api.Tests.Identity;

/// <summary>The same database behind a service that throttles, and whose clock we move.</summary>
public sealed class ThrottleTests(CrmApi api) : IAsyncDisposable
{
    private readonly MovedClock _clock = new();
    private WebApplicationFactory<Program>? _factory;

    [Fact]
    public async Task Ten_failures_shut_an_address_out_for_a_quarter_of_an_hour_right_password_or_not()
    {
        var tenant = await api.TenantAsync();
        var client = Client();
        for (var i = 0; i < 10; i++) (await LoginAsync(client, tenant.Email, "Wr0ng-password")).ShouldFail(401, "INVALID_CREDENTIALS");
        var shut = await LoginAsync(client, tenant.Email, tenant.Password);
        int.Parse(shut.ShouldFail(429, "RATE_LIMITED").Header("Retry-After")).ShouldBeInRange(1, 900);
        (await client.PostAsync("/auth/login", new { email = $"other-{tenant.Id:N}@example.com", password = "Wr0ng-password" })).ShouldFail(401, "INVALID_CREDENTIALS");
        _clock.Offset = TimeSpan.FromMinutes(16);
        (await LoginAsync(client, tenant.Email, tenant.Password)).ShouldBe(200);
    }

    [Fact]
    public async Task An_unknown_address_is_shut_out_just_the_same()
    {
        var client = Client();
        var email = $"nobody-{Guid.NewGuid():N}@example.com";
        for (var i = 0; i < 10; i++) (await LoginAsync(client, email, "Wr0ng-password")).ShouldFail(401, "INVALID_CREDENTIALS");
        (await LoginAsync(client, email.ToUpperInvariant(), "Wr0ng-password")).ShouldFail(429, "RATE_LIMITED");
    }

    [Fact]
    public async Task Getting_in_forgets_the_failures()
    {
        var tenant = await api.TenantAsync();
        var client = Client();
        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < 9; i++) (await LoginAsync(client, tenant.Email, "Wr0ng-password")).ShouldFail(401, "INVALID_CREDENTIALS");
            (await LoginAsync(client, tenant.Email, tenant.Password)).ShouldBe(200);
        }
    }

    [Fact]
    public async Task Adding_a_member_is_no_way_to_guess_his_password()
    {
        var (mine, victim) = (await api.TenantAsync(), await api.TenantAsync());
        var client = Client(mine.Token);
        for (var i = 0; i < 10; i++) (await client.PostAsync("/team/members", new { fullName = "X", email = victim.Email, password = $"Guess-number-{i}" })).ShouldFail(409, "DUPLICATE");
        (await client.PostAsync("/team/members", new { fullName = "X", email = victim.Email, password = victim.Password })).ShouldFail(429, "RATE_LIMITED");
    }

    [Fact]
    public async Task An_access_token_expires_and_says_so()
    {
        var tenant = await api.TenantAsync();
        var client = Client(tenant.Token);
        (await client.GetAsync("/auth/me")).ShouldBe(200);
        _clock.Offset = TimeSpan.FromMinutes(61);
        (await client.GetAsync("/auth/me")).ShouldFail(401, "TOKEN_EXPIRED").Header("WWW-Authenticate").ShouldBe("Bearer");
        (await client.PostAsync("/auth/refresh", new { refreshToken = tenant.RefreshToken })).ShouldBe(200);
    }

    public ValueTask DisposeAsync() => _factory?.DisposeAsync() ?? default;

    private ApiClient Client(string? token = null)
    {
        _factory ??= new WebApplicationFactory<Program>().WithWebHostBuilder(host => host
            .UseSetting("RateLimiting:Enabled", "true")
            .ConfigureTestServices(services => ConfiguredApi.Tells(services, _clock)));
        return new ApiClient(_factory.CreateClient(), token);
    }

    private static Task<Reply> LoginAsync(ApiClient client, string email, string password) => client.PostAsync("/auth/login", new { email, password });
}
