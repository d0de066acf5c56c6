using Crm.Api.Tests.Fixture;
using Dapper;
using Npgsql;

namespace Crm.Api.Tests.Identity;

public sealed class SessionListTests(CrmApi api)
{
    [Fact]
    public async Task My_sessions_say_when_they_began_where_from_and_which_is_this_one()
    {
        var tenant = await api.TenantAsync();
        var phone = await LoginAsync(tenant, "Phone/1.0 (x)");
        var list = (await tenant.GetAsync("/auth/sessions")).ShouldBe(200);
        list.Items.Select(s => (Guid)s!["id"]!).ShouldBe([phone.SessionId, tenant.SessionId]);
        list.Items.Select(s => (bool)s!["current"]!).ShouldBe([false, true]);
        ((string?)list.Items[0]!["userAgent"]).ShouldStartWith("Phone/1.0 ");
        list.Items[0]!["sourceAddress"].ShouldNotBeNull();
        ((int)list.Meta["total"]!).ShouldBe(2);
        (await phone.Client.GetAsync("/auth/sessions")).Items.Select(s => (bool)s!["current"]!).ShouldBe([true, false]);
        var first = (await tenant.GetAsync("/auth/sessions?take=1")).ShouldBe(200);
        (await tenant.GetAsync($"/auth/sessions?take=1&cursor={first.Meta["nextCursor"]}")).Items.Select(s => (Guid)s!["id"]!).ShouldBe([tenant.SessionId]);
        (await tenant.GetAsync("/auth/sessions?cursor=x")).ShouldFail(400, "INVALID_QUERY");
    }

    [Fact]
    public async Task A_session_that_is_ended_is_over_for_its_access_token_too()
    {
        var tenant = await api.TenantAsync();
        var (phone, laptop) = (await LoginAsync(tenant), await LoginAsync(tenant));
        (await phone.Client.GetAsync("/leads")).ShouldBe(200);
        (await tenant.DeleteAsync($"/auth/sessions/{phone.SessionId}")).ShouldBe(204);
        (await phone.Client.GetAsync("/leads")).ShouldFail(401, "UNAUTHENTICATED");
        (await phone.Client.GetAsync("/leads", ("X-Tenant-Id", "nonsense"))).ShouldFail(401, "UNAUTHENTICATED");
        (await RefreshAsync(phone.RefreshToken)).ShouldFail(401, "UNAUTHENTICATED");
        (await laptop.Client.GetAsync("/leads")).ShouldBe(200);
        (await tenant.GetAsync("/auth/sessions")).Items.Select(s => (Guid)s!["id"]!).ShouldBe([laptop.SessionId, tenant.SessionId]);
        (await tenant.DeleteAsync($"/auth/sessions/{phone.SessionId}")).ShouldFail(404, "NOT_FOUND");
        ((string?)(await tenant.GetAsync($"/audit?action=EndSession&id={phone.SessionId}")).Items.ShouldHaveSingleItem()!["outcome"]).ShouldBe("SUCCEEDED");
    }

    [Fact]
    public async Task Nobody_ends_or_sees_anothers_session()
    {
        var (mine, other) = (await api.TenantAsync(), await api.TenantAsync());
        var (colleague, _) = await mine.MemberAsync();
        foreach (var stranger in (ApiClient[])[other, colleague])
        {
            (await stranger.DeleteAsync($"/auth/sessions/{mine.SessionId}")).ShouldFail(404, "NOT_FOUND");
            (await stranger.GetAsync("/auth/sessions")).Items.ShouldHaveSingleItem();
        }
        (await mine.GetAsync("/leads")).ShouldBe(200);
    }

    [Fact]
    public async Task All_others_end_at_once_and_this_one_stays()
    {
        var tenant = await api.TenantAsync();
        var others = new[] { await LoginAsync(tenant), await LoginAsync(tenant) };
        (await tenant.DeleteAsync("/auth/sessions")).ShouldBe(204);
        foreach (var other in others)
        {
            (await other.Client.GetAsync("/auth/me")).ShouldFail(401, "UNAUTHENTICATED");
            (await RefreshAsync(other.RefreshToken)).ShouldFail(401, "UNAUTHENTICATED");
        }
        (await tenant.GetAsync("/auth/sessions")).ShouldBe(200).Items.ShouldHaveSingleItem();
        (await RefreshAsync(tenant.RefreshToken)).ShouldBe(200);
    }

    [Fact]
    public async Task A_session_renewed_while_all_end_ends_as_well()
    {
        var tenant = await api.TenantAsync();
        for (var round = 0; round < 10; round++)
        {
            var other = await LoginAsync(tenant);
            var (renewed, ended) = (RefreshAsync(other.RefreshToken), tenant.DeleteAsync("/auth/sessions"));
            (await ended).ShouldBe(204);
            if ((await renewed).Status != 200) continue;
            (await RefreshAsync((string)(await renewed).Data["refreshToken"]!)).ShouldFail(401, "UNAUTHENTICATED");
            (await api.Anonymous.As((string)(await renewed).Data["accessToken"]!).GetAsync("/auth/me")).ShouldFail(401, "UNAUTHENTICATED");
        }
    }

    [Fact]
    public async Task Signing_out_and_a_new_password_end_access_tokens()
    {
        var tenant = await api.TenantAsync();
        var (phone, laptop) = (await LoginAsync(tenant), await LoginAsync(tenant));
        (await phone.Client.GetAsync("/leads")).ShouldBe(200);
        (await phone.Client.PostAsync("/auth/logout", new { refreshToken = phone.RefreshToken })).ShouldBe(204);
        (await phone.Client.GetAsync("/leads")).ShouldFail(401, "UNAUTHENTICATED");
        (await laptop.Client.GetAsync("/leads")).ShouldBe(200);
        (await tenant.PostAsync("/auth/change-password", new { currentPassword = tenant.Password, newPassword = "An0ther-password", refreshToken = tenant.RefreshToken })).ShouldBe(204);
        (await laptop.Client.GetAsync("/leads")).ShouldFail(401, "UNAUTHENTICATED");
        (await tenant.GetAsync("/leads")).ShouldBe(200);
    }

    [Fact]
    public async Task A_stolen_refresh_token_ends_the_thiefs_access_token()
    {
        var tenant = await api.TenantAsync();
        var thief = api.Anonymous.As((string)(await RefreshAsync(tenant.RefreshToken)).ShouldBe(200).Data["accessToken"]!);
        (await thief.GetAsync("/leads")).ShouldBe(200);
        (await RefreshAsync(tenant.RefreshToken)).ShouldFail(401, "UNAUTHENTICATED");
        (await thief.GetAsync("/leads")).ShouldFail(401, "UNAUTHENTICATED");
        ((string?)(await (await LoginAsync(tenant)).Client.GetAsync("/audit?action=RefreshSession&outcome=REFUSED")).Items.ShouldHaveSingleItem()!["detail"]!["code"]).ShouldBe("UNAUTHENTICATED");
    }

    [Fact]
    public async Task What_another_instance_ends_is_over_here_soon()
    {
        var tenant = await api.TenantAsync();
        (await tenant.GetAsync("/leads")).ShouldBe(200);
        await using var connection = new NpgsqlConnection(api.AppConnectionString);
        await connection.ExecuteAsync("update crm.refresh_tokens set revoked_at = now() where family_id = @SessionId", new { tenant.SessionId });
        await Eventually.Async(async () => (await tenant.GetAsync("/leads")).Status == 401, "the access token is still good");
    }

    private sealed record Session(ApiClient Client, string RefreshToken)
    {
        public Guid SessionId { get; } = ApiClient.SessionOf(Client.Token!);
    }

    private async Task<Session> LoginAsync(TenantClient tenant, string userAgent = "Test/1.0")
    {
        var login = (await api.Anonymous.PostAsync("/auth/login", new { email = tenant.Email, password = tenant.Password }, ("User-Agent", userAgent))).ShouldBe(200);
        return new Session(api.Anonymous.As((string)login.Data["accessToken"]!), (string)login.Data["refreshToken"]!);
    }

    private Task<Reply> RefreshAsync(string refreshToken) => api.Anonymous.PostAsync("/auth/refresh", new { refreshToken });
}
