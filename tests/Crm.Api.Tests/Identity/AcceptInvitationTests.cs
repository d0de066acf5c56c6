using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Identity;

/// <summary>Becoming a member by the link of an invitation.</summary>
public sealed class AcceptInvitationTests(CrmApi api)
{
    private const string Password = "Str0ng-pass-x";

    [Fact]
    public async Task Somebody_new_gets_an_account_and_is_signed_in_as_what_he_was_promised()
    {
        var tenant = await api.TenantAsync();
        var team = (await tenant.PostAsync("/teams", new { name = "East" })).ShouldBe(201).Id;
        var (invitation, token) = await api.InvitedAsync(tenant, more: new { role = "MANAGER", teamId = team, permissions = new { grant = new[] { "audit.read" }, deny = new[] { "deals.delete" } }, tags = new[] { "new" } });
        var session = (await AcceptAsync(token, new { fullName = "Grace Hopper", language = "bg", timeZone = "Europe/Sofia" })).ShouldBe(200);
        session.Data.AsObject().Select(m => m.Key).ShouldBe(["accessToken", "refreshToken", "tokenType", "expiresIn", "tenantId", "user"]);
        ((Guid)session.Data["tenantId"]!).ShouldBe(tenant.Id);
        var me = (await api.Anonymous.As(session.Of("accessToken")).GetAsync("/auth/me")).ShouldBe(200);
        (me.Of("fullName"), me.Of("email"), me.Of("role"), me.Of("language"), me.IdOf("teamId")).ShouldBe(("Grace Hopper", invitation.Of("email"), "MANAGER", "bg", team));
        var permissions = me.Data["permissions"]!.AsArray().Select(p => (string?)p).ToList();
        permissions.ShouldContain("audit.read");
        permissions.ShouldNotContain("deals.delete");
        var accepted = await tenant.GetAsync($"/team/invitations/{invitation.Id}");
        (accepted.Of("status"), accepted.IdOf("memberId")).ShouldBe(("ACCEPTED", me.Id));
        accepted.Data["acceptedAt"].ShouldNotBeNull();
        (await LoginAsync(invitation.Of("email")!)).ShouldBe(200);
        var trail = (await tenant.GetAsync($"/audit?actorId={me.Id}")).Items.Select(i => $"{i!["action"]} {i["outcome"]}").ToList();
        trail.ShouldContain("invitation.accepted SUCCEEDED");
        trail.ShouldContain("member.added SUCCEEDED");
    }

    [Fact]
    public async Task A_link_is_good_once()
    {
        var tenant = await api.TenantAsync();
        var (_, token) = await api.InvitedAsync(tenant, more: new { fullName = "Grace Hopper" });
        (await AcceptAsync(token)).ShouldBe(200);
        (await AcceptAsync(token)).ShouldFail(409, "INVALID_STATE");
        var failures = (await tenant.GetAsync("/audit?action=AcceptInvitation&outcome=FAILED")).ShouldBe(200).Items;
        ((string?)failures.ShouldHaveSingleItem()!["detail"]!["code"]).ShouldBe("INVALID_STATE");
    }

    [Fact]
    public async Task Of_sixteen_who_accept_at_once_one_becomes_a_member()
    {
        var tenant = await api.TenantAsync();
        var (invitation, token) = await api.InvitedAsync(tenant, more: new { fullName = "Grace Hopper" });
        var replies = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => AcceptAsync(token)));
        replies.Count(r => r.Status == 200).ShouldBe(1, string.Join("\n", replies.Select(r => r.ToString())));
        foreach (var reply in replies.Where(r => r.Status != 200)) reply.ShouldFail(409, "INVALID_STATE");
        (await tenant.GetAsync($"/team/members?email={invitation.Of("email")}")).Items.ShouldHaveSingleItem();
        (await tenant.GetAsync("/team/members")).Items.Count.ShouldBe(2);
        TestContext.Current.TestOutputHelper?.WriteLine("16 acceptances at once: 1 member, 15 times 409.");
    }

    [Fact]
    public async Task An_account_is_linked_by_its_own_password()
    {
        var (mine, other) = (await api.TenantAsync(), await api.TenantAsync());
        var (_, token) = await api.InvitedAsync(mine, other.Email, new { fullName = "Olga Guest" });
        (await AcceptAsync(token)).ShouldFail(401, "INVALID_CREDENTIALS");
        (await mine.GetAsync("/team/members")).Items.ShouldHaveSingleItem();
        var session = (await AcceptAsync(token, new { password = other.Password })).ShouldBe(200);
        ((Guid)session.Data["user"]!["id"]!).ShouldBe(other.UserId);
        var guest = api.Anonymous.As(session.Of("accessToken"));
        (await guest.GetAsync("/leads")).ShouldFail(400, "INVALID_TENANT");
        (await guest.GetAsync("/auth/me", ("X-Tenant-Id", mine.Id.ToString()))).ShouldBe(200).Of("role").ShouldBe("USER");
        (await LoginAsync(other.Email, other.Password, other.Id)).ShouldBe(200);
        ((string?)(await mine.GetAsync("/audit?action=AcceptInvitation&outcome=REFUSED")).Items.ShouldHaveSingleItem()!["detail"]!["code"]).ShouldBe("INVALID_CREDENTIALS");
    }

    [Fact]
    public async Task An_account_with_a_second_factor_needs_a_code_too()
    {
        var (mine, other) = (await api.TenantAsync(), await api.TenantAsync());
        var (authenticator, _) = await other.SecondFactorAsync();
        var (_, token) = await api.InvitedAsync(mine, other.Email, new { fullName = "Olga Guest" });
        (await AcceptAsync(token, new { password = other.Password })).ShouldFail(401, "MFA_REQUIRED");
        (await AcceptAsync(token, new { password = other.Password, code = "000000" })).ShouldFail(401, "INVALID_CREDENTIALS");
        (await mine.GetAsync("/team/members")).Items.ShouldHaveSingleItem();
        (await AcceptAsync(token, new { password = other.Password, code = authenticator.Code(1) })).ShouldBe(200);
    }

    [Fact]
    public async Task Who_was_removed_comes_back_as_the_same_member()
    {
        var tenant = await api.TenantAsync();
        var (_, userId) = await tenant.MemberAsync("MANAGER");
        var email = (await tenant.GetAsync($"/team/members/{userId}")).Of("email")!;
        (await tenant.DeleteAsync($"/team/members/{userId}")).ShouldBe(204);
        var (_, token) = await api.InvitedAsync(tenant, email, new { fullName = "Back Again" });
        var session = (await AcceptAsync(token)).ShouldBe(200);
        ((Guid)session.Data["user"]!["id"]!).ShouldBe(userId);
        (await LoginAsync(email)).ShouldBe(200);
    }

    [Fact]
    public async Task Who_became_a_member_otherwise_meanwhile_is_told_so()
    {
        var tenant = await api.TenantAsync();
        var (invitation, token) = await api.InvitedAsync(tenant, more: new { fullName = "Grace Hopper" });
        (await tenant.PostAsync("/team/members", new { fullName = "Grace", email = invitation.Of("email"), password = Password })).ShouldBe(201);
        (await AcceptAsync(token)).ShouldFail(409, "DUPLICATE");
    }

    [Fact]
    public async Task A_name_is_needed_and_a_team_that_is_gone_is_not()
    {
        var tenant = await api.TenantAsync();
        var team = (await tenant.PostAsync("/teams", new { name = "East" })).ShouldBe(201).Id;
        var (_, token) = await api.InvitedAsync(tenant, more: new { teamId = team });
        (await AcceptAsync(token)).ShouldFail(400, "VALIDATION_FAILED").Errors.Select(e => e.Key).ShouldBe(["fullName"]);
        (await tenant.DeleteAsync($"/teams/{team}")).ShouldBe(204);
        var session = (await AcceptAsync(token, new { fullName = "Grace" })).ShouldBe(200);
        (await api.Anonymous.As(session.Of("accessToken")).GetAsync("/auth/me")).ShouldBe(200).Data["teamId"].ShouldBeNull();
    }

    [Theory]
    [InlineData("nonsense"), InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), InlineData("")]
    public async Task A_token_that_is_none_of_ours_opens_nothing(string token) =>
        (await AcceptAsync(token, new { fullName = "Grace" })).Status.ShouldBeOneOf(400, 401);

    [Fact]
    public async Task Everything_wrong_with_an_acceptance_is_told_at_once() =>
        (await api.Anonymous.PostAsync("/auth/accept-invitation", new { password = "short", language = "fr", timeZone = "Moon/Base", fullName = "", colour = "red" }))
            .ShouldFail(400, "VALIDATION_FAILED").Errors.Select(e => e.Key).Order().ShouldBe(["colour", "fullName", "language", "password", "timeZone", "token"]);

    private Task<Reply> AcceptAsync(string token, object? more = null)
    {
        var body = System.Text.Json.JsonSerializer.SerializeToNode(more ?? new { })!.AsObject();
        body["token"] = token;
        body.TryAdd("password", Password);
        return api.Anonymous.PostAsync("/auth/accept-invitation", body);
    }

    private Task<Reply> LoginAsync(string email, string password = Password, Guid? tenantId = null) => api.Anonymous.PostAsync("/auth/login", new { email, password, tenantId });
}
