using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Identity;

public sealed class SessionTests(CrmApi api)
{
    [Fact]
    public async Task Refreshing_exchanges_the_token()
    {
        var tenant = await api.TenantAsync();
        var next = await RefreshAsync(tenant.RefreshToken);
        next.ShouldBe(200);
        ((Guid)next.Data["tenantId"]!).ShouldBe(tenant.Id);
        ((Guid)next.Data["user"]!["id"]!).ShouldBe(tenant.UserId);
        (await RefreshAsync((string)next.Data["refreshToken"]!)).ShouldBe(200);
    }

    [Fact]
    public async Task A_spent_token_ends_the_whole_family()
    {
        var tenant = await api.TenantAsync();
        var next = (string)(await RefreshAsync(tenant.RefreshToken)).ShouldBe(200).Data["refreshToken"]!;
        (await RefreshAsync(tenant.RefreshToken)).ShouldFail(401, "UNAUTHENTICATED");
        (await RefreshAsync(next)).ShouldFail(401, "UNAUTHENTICATED");
        (await api.Anonymous.PostAsync("/auth/login", new { email = tenant.Email, password = tenant.Password })).ShouldBe(200);
    }

    [Fact]
    public async Task Of_sixteen_who_refresh_with_one_token_at_most_one_gets_another_and_nobody_keeps_one()
    {
        var tenant = await api.TenantAsync();
        var replies = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => RefreshAsync(tenant.RefreshToken)));
        var winners = replies.Where(r => r.Status == 200).ToList();
        winners.Count.ShouldBe(1);
        foreach (var loser in replies.Except(winners)) loser.ShouldFail(401, "UNAUTHENTICATED");
        (await RefreshAsync((string)winners[0].Data["refreshToken"]!)).ShouldFail(401, "UNAUTHENTICATED");
    }

    [Theory]
    [InlineData("nonsense"), InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task A_token_that_is_none_of_ours_is_401(string token) => (await RefreshAsync(token)).ShouldFail(401, "UNAUTHENTICATED");

    [Fact]
    public async Task Logging_out_ends_the_session_and_only_that()
    {
        var tenant = await api.TenantAsync();
        var other = await LoginAsync(tenant.Email, tenant.Password);
        (await tenant.PostAsync("/auth/logout", new { refreshToken = tenant.RefreshToken })).ShouldBe(204);
        (await RefreshAsync(tenant.RefreshToken)).ShouldFail(401, "UNAUTHENTICATED");
        (await RefreshAsync((string)other.Data["refreshToken"]!)).ShouldBe(200);
        (await api.Anonymous.PostAsync("/auth/logout", new { refreshToken = "unknown" })).ShouldBe(204);
    }

    [Fact]
    public async Task Changing_the_password_needs_the_old_one_and_ends_the_other_sessions()
    {
        var tenant = await api.TenantAsync();
        var other = (string)(await LoginAsync(tenant.Email, tenant.Password)).Data["refreshToken"]!;
        (await tenant.PostAsync("/auth/change-password", new { currentPassword = "not-the-password", newPassword = "An0ther-password" })).ShouldFail(401, "INVALID_CREDENTIALS");
        (await tenant.PostAsync("/auth/change-password", new { currentPassword = tenant.Password, newPassword = "short" })).ShouldFail(400, "VALIDATION_FAILED").Errors.ContainsKey("newPassword").ShouldBeTrue();
        (await tenant.PostAsync("/auth/change-password", new { currentPassword = tenant.Password, newPassword = "An0ther-password", refreshToken = tenant.RefreshToken })).ShouldBe(204);
        (await RefreshAsync(other)).ShouldFail(401, "UNAUTHENTICATED");
        (await RefreshAsync(tenant.RefreshToken)).ShouldBe(200);
        (await api.Anonymous.PostAsync("/auth/login", new { email = tenant.Email, password = tenant.Password })).ShouldFail(401, "INVALID_CREDENTIALS");
        await LoginAsync(tenant.Email, "An0ther-password");
    }

    [Fact]
    public async Task I_change_my_name_language_and_zone_but_not_my_role()
    {
        var tenant = await api.TenantAsync();
        var (member, userId) = await tenant.MemberAsync();
        var changed = await member.PatchAsync("/auth/me", new { fullName = "Grace Hopper", language = "bg", timeZone = "Europe/Sofia" });
        changed.ShouldBe(200).Id.ShouldBe(userId);
        changed.Header("ETag").ShouldBe("\"2\"");
        var me = await member.GetAsync("/auth/me");
        me.Text.ShouldBe(changed.Text);
        (await member.PatchAsync("/auth/me", me.Data)).ShouldBe(200).Header("ETag").ShouldBe("\"2\"");
        (await member.PatchAsync("/auth/me", new { role = "OWNER" })).ShouldFail(400, "VALIDATION_FAILED").Errors.ContainsKey("role").ShouldBeTrue();
        (await member.PatchAsync("/auth/me", new { email = "else@example.com" })).ShouldFail(400, "VALIDATION_FAILED").Errors.ContainsKey("email").ShouldBeTrue();
        (await member.PatchAsync("/auth/me", new { language = "fr" })).ShouldFail(400, "VALIDATION_FAILED").Errors.ContainsKey("language").ShouldBeTrue();
        (await member.PatchAsync("/auth/me", new { fullName = "Other" }, ("If-Match", "\"1\""))).ShouldFail(412, "PRECONDITION_FAILED");
    }

    private Task<Reply> RefreshAsync(string refreshToken) => api.Anonymous.PostAsync("/auth/refresh", new { refreshToken });

    private async Task<Reply> LoginAsync(string email, string password) => (await api.Anonymous.PostAsync("/auth/login", new { email, password })).ShouldBe(200);
}
