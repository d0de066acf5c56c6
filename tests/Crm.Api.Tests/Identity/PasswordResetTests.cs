using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.Operations;
using Dapper;
using Npgsql;

namespace Crm.Api.Tests.Identity;

public sealed class PasswordResetTests(CrmApi api)
{
    private const string New = "An0ther-password";

    [Fact]
    public async Task A_forgotten_password_is_replaced_by_the_link_and_every_session_ends()
    {
        var tenant = await api.TenantAsync();
        var token = await api.ResetTokenAsync(tenant);
        (await tenant.GetAsync("/leads")).ShouldBe(200);
        (await ResetAsync(token)).ShouldBe(204);
        (await tenant.GetAsync("/leads")).ShouldFail(401, "UNAUTHENTICATED");
        (await api.Anonymous.PostAsync("/auth/refresh", new { refreshToken = tenant.RefreshToken })).ShouldFail(401, "UNAUTHENTICATED");
        (await LoginAsync(tenant.Email, tenant.Password)).ShouldFail(401, "INVALID_CREDENTIALS");
        var login = (await LoginAsync(tenant.Email, New)).ShouldBe(200);
        (await ResetAsync(token)).ShouldFail(401, "UNAUTHENTICATED");
        var trail = (await api.Anonymous.As(login.Of("accessToken")).GetAsync($"/audit?actorId={tenant.UserId}")).ShouldBe(200).Items.Select(i => $"{i!["action"]} {i["outcome"]}").ToList();
        trail.ShouldContain("ForgotPassword SUCCEEDED");
        trail.ShouldContain("ResetPassword SUCCEEDED");
        trail.ShouldContain("ResetPassword REFUSED");
    }

    [Fact]
    public async Task Without_an_address_nothing_is_asked_for() =>
        (await api.Anonymous.PostAsync("/auth/forgot-password", new { })).ShouldFail(400, "VALIDATION_FAILED").Errors.ContainsKey("email").ShouldBeTrue();

    [Fact]
    public async Task Of_sixteen_who_use_one_link_one_sets_the_password()
    {
        var tenant = await api.TenantAsync();
        var token = await api.ResetTokenAsync(tenant);
        var replies = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => ResetAsync(token, $"{New}-{i}")));
        var winner = Array.FindIndex(replies, r => r.Status == 204);
        winner.ShouldBeGreaterThanOrEqualTo(0);
        foreach (var loser in replies.Where((_, i) => i != winner)) loser.ShouldFail(401, "UNAUTHENTICATED");
        (await LoginAsync(tenant.Email, $"{New}-{winner}")).ShouldBe(200);
    }

    [Fact]
    public async Task A_link_ends_with_the_hour_and_with_the_use_of_another()
    {
        var tenant = await api.TenantAsync();
        var (first, second, third) = (await api.ResetTokenAsync(tenant), await api.ResetTokenAsync(tenant), await api.ResetTokenAsync(tenant));
        await using var connection = new NpgsqlConnection(api.AppConnectionString);
        await connection.ExecuteAsync("update crm.password_resets set expires_at = now() - interval '1 second' where id = @Id", new { Id = (await api.ResetsAsync(tenant.UserId))[2] });
        (await ResetAsync(first)).ShouldFail(401, "UNAUTHENTICATED");
        (await ResetAsync(second)).ShouldBe(204);
        (await ResetAsync(third)).ShouldFail(401, "UNAUTHENTICATED");
    }

    [Fact]
    public async Task Nobody_gets_more_than_five_in_an_hour()
    {
        var tenant = await api.TenantAsync();
        for (var i = 0; i < 7; i++) (await api.Anonymous.PostAsync("/auth/forgot-password", new { email = tenant.Email })).ShouldBe(202);
        (await api.ResetsAsync(tenant.UserId)).Count.ShouldBe(5);
    }

    [Fact]
    public async Task Who_never_signs_in_gets_none()
    {
        var tenant = await api.TenantAsync();
        var service = (await tenant.PostAsync("/team/service-users", new { fullName = "Shop" })).ShouldBe(201);
        (await api.Anonymous.PostAsync("/auth/forgot-password", new { email = service.Of("email") })).ShouldBe(202);
        (await api.ResetsAsync(service.Id)).ShouldBeEmpty();
        var (_, userId) = await tenant.MemberAsync();
        var email = (await tenant.GetAsync($"/team/members/{userId}")).Of("email");
        (await tenant.DeleteAsync($"/team/members/{userId}")).ShouldBe(204);
        (await api.Anonymous.PostAsync("/auth/forgot-password", new { email })).ShouldBe(202);
        (await api.ResetsAsync(userId)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Too_many_requests_are_throttled_whoever_is_named()
    {
        await using var throttling = new ConfiguredApi(api, ("RateLimiting:Enabled", "true"), ("RateLimiting:AuthPermitsPerMinute", "1000"), ("ForwardedHeaders:KnownProxies", "127.0.0.1"));
        var tenant = await api.TenantAsync();
        // A place of its own: what other tests got wrong from theirs is not counted here.
        var from = ("X-Forwarded-For", "203.0.113.77");
        foreach (var email in (string[])[tenant.Email, $"nobody-{Guid.NewGuid():N}@example.com"])
        {
            for (var i = 0; i < 10; i++) (await throttling.Anonymous.PostAsync("/auth/forgot-password", new { email }, from)).ShouldBe(202);
            (await throttling.Anonymous.PostAsync("/auth/forgot-password", new { email }, from)).ShouldFail(429, "RATE_LIMITED");
        }
        // Signing in is not touched by it.
        (await throttling.Anonymous.PostAsync("/auth/login", new { email = tenant.Email, password = tenant.Password }, from)).ShouldBe(200);
    }

    [Theory]
    [InlineData("nonsense", "An0ther-password", 401), InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "An0ther-password", 401), InlineData("nonsense", "short", 400)]
    public async Task A_token_that_is_none_of_ours_changes_nothing(string token, string password, int status) => (await ResetAsync(token, password)).ShouldBe(status);

    private Task<Reply> ResetAsync(string token, string password = New) => api.Anonymous.PostAsync("/auth/reset-password", new { token, password });

    private Task<Reply> LoginAsync(string email, string password) => api.Anonymous.PostAsync("/auth/login", new { email, password });
}
