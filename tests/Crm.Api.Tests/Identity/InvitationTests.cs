using Crm.Api.Tests.Fixture;
using Dapper;

namespace Crm.Api.Tests.Identity;

/// <summary>Inviting, sending again and taking back; who may, and what stands in the way.</summary>
public sealed class InvitationTests(CrmApi api)
{
    [Fact]
    public async Task Inviting_answers_the_invitation_and_sends_a_link_that_is_kept_nowhere()
    {
        var tenant = await api.TenantAsync();
        var email = $"grace-{Guid.NewGuid():N}@example.com";
        var (invitation, token) = await api.InvitedAsync(tenant, email.ToUpperInvariant(), new { fullName = "Grace Hopper", role = "MANAGER", language = "bg" });
        invitation.Header("Location").ShouldBe($"/api/v1/team/invitations/{invitation.Id}");
        (invitation.Of("email"), invitation.Of("status"), invitation.Of("role")).ShouldBe((email, "PENDING", "MANAGER"));
        (DateTimeOffset.Parse(invitation.Of("expiresAt")!) - DateTimeOffset.Parse(invitation.Of("createdAt")!)).TotalDays.ShouldBe(7, 0.01);
        var mail = await api.InvitationMailAsync(tenant, invitation.Id);
        MailText.Header(mail, "To").ShouldContain(email);
        MailText.Body(mail).ShouldContain("Olga Owner Ви кани");
        token.Length.ShouldBe(43);
        foreach (var path in (string[])[$"/team/invitations/{invitation.Id}", $"/team/invitations/{invitation.Id}/history", "/events?take=200", $"/audit?id={invitation.Id}"])
            (await tenant.GetAsync(path)).ShouldBe(200).Text.ShouldNotContain(token);
        (await tenant.GetAsync("/team/invitations?status=PENDING&search=grace")).Items.ShouldHaveSingleItem();
        (await tenant.GetAsync("/team/invitations?status=EXPIRED,ACCEPTED")).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task Everything_wrong_with_an_invitation_is_told_at_once()
    {
        var tenant = await api.TenantAsync();
        var body = new { email = "nobody", role = "KING", permissions = new { grant = new[] { "fly" } }, language = "fr", fullName = new string('x', 301), colour = "red" };
        (await tenant.PostAsync("/team/invitations", body)).ShouldFail(400, "VALIDATION_FAILED").Errors.Select(e => e.Key).Order().ShouldBe(["colour", "email", "fullName", "language", "permissions.grant[0]", "role"]);
        (await tenant.PostAsync("/team/invitations", new { email = Address(), teamId = Guid.NewGuid() })).ShouldFail(422, "UNPROCESSABLE").Errors.ContainsKey("teamId").ShouldBeTrue();
    }

    [Fact]
    public async Task Nobody_invites_above_himself()
    {
        var tenant = await api.TenantAsync();
        var (admin, _) = await tenant.MemberAsync("ADMIN");
        (await admin.PostAsync("/team/invitations", new { email = Address(), role = "OWNER" })).ShouldFail(403, "FORBIDDEN");
        var (manager, _) = await tenant.MemberAsync("MANAGER", permissions: new { grant = new[] { "team.manage" } });
        (await manager.PostAsync("/team/invitations", new { email = Address(), permissions = new { grant = new[] { "audit.read" } } })).ShouldFail(403, "FORBIDDEN");
        (await manager.PostAsync("/team/invitations", new { email = Address(), role = "MANAGER", permissions = new { grant = new[] { "team.manage" } } })).ShouldBe(201);
        var (user, _) = await tenant.MemberAsync();
        (await user.PostAsync("/team/invitations", new { email = Address() })).ShouldFail(403, "FORBIDDEN");
        (await user.GetAsync("/team/invitations")).ShouldFail(403, "FORBIDDEN");
    }

    [Fact]
    public async Task Who_is_a_member_or_invited_already_is_not_invited()
    {
        var tenant = await api.TenantAsync();
        (await tenant.PostAsync("/team/invitations", new { email = tenant.Email })).ShouldFail(409, "DUPLICATE").Errors.ContainsKey("email").ShouldBeTrue();
        var (invitation, _) = await api.InvitedAsync(tenant);
        var again = (await tenant.PostAsync("/team/invitations", new { email = invitation.Of("email") })).ShouldFail(409, "DUPLICATE");
        ((Guid)again.Json["existingId"]!).ShouldBe(invitation.Id);
        (await (await api.TenantAsync()).PostAsync("/team/invitations", new { email = invitation.Of("email") })).ShouldBe(201);
    }

    [Fact]
    public async Task Of_sixteen_who_invite_the_same_address_at_once_one_does()
    {
        var tenant = await api.TenantAsync();
        var email = Address();
        var replies = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => tenant.PostAsync("/team/invitations", new { email })));
        replies.Count(r => r.Status == 201).ShouldBe(1);
        foreach (var reply in replies.Where(r => r.Status != 201)) reply.ShouldFail(409, "DUPLICATE").Errors.ContainsKey("email").ShouldBeTrue();
        (await tenant.GetAsync("/team/invitations")).Items.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_link_sent_again_replaces_the_one_before()
    {
        var tenant = await api.TenantAsync();
        var (invitation, first) = await api.InvitedAsync(tenant);
        await ExpireAsync(tenant, invitation.Id);
        (await AcceptAsync(first)).ShouldFail(409, "INVALID_STATE");
        (await tenant.GetAsync($"/team/invitations/{invitation.Id}")).Of("status").ShouldBe("EXPIRED");
        var again = (await tenant.PostAsync($"/team/invitations/{invitation.Id}/resend")).ShouldBe(200);
        (again.Of("status"), again.Header("ETag")).ShouldBe(("PENDING", "\"2\""));
        var second = await api.InvitationTokenAsync(tenant, invitation.Id);
        second.ShouldNotBe(first);
        (await AcceptAsync(first)).ShouldFail(401, "UNAUTHENTICATED");
        (await AcceptAsync(second)).ShouldBe(200);
        (await tenant.PostAsync($"/team/invitations/{invitation.Id}/resend")).ShouldFail(409, "INVALID_STATE");
        (await tenant.DeleteAsync($"/team/invitations/{invitation.Id}")).ShouldFail(409, "INVALID_STATE");
    }

    [Fact]
    public async Task An_expired_invitation_gives_way_to_another()
    {
        var tenant = await api.TenantAsync();
        var (invitation, token) = await api.InvitedAsync(tenant);
        await ExpireAsync(tenant, invitation.Id);
        var (next, good) = await api.InvitedAsync(tenant, invitation.Of("email"));
        (await AcceptAsync(token)).ShouldFail(409, "INVALID_STATE");
        (await tenant.GetAsync($"/team/invitations/{invitation.Id}")).Of("status").ShouldBe("EXPIRED");
        (await AcceptAsync(good)).ShouldBe(200);
        (await tenant.GetAsync($"/team/invitations/{next.Id}")).Of("status").ShouldBe("ACCEPTED");
        (await tenant.PostAsync($"/team/invitations/{invitation.Id}/resend")).ShouldFail(409, "DUPLICATE");
    }

    [Fact]
    public async Task A_revoked_invitation_opens_nothing()
    {
        var tenant = await api.TenantAsync();
        var (invitation, token) = await api.InvitedAsync(tenant);
        (await tenant.DeleteAsync($"/team/invitations/{invitation.Id}")).ShouldBe(204);
        (await AcceptAsync(token)).ShouldFail(409, "INVALID_STATE");
        (await tenant.DeleteAsync($"/team/invitations/{invitation.Id}")).ShouldFail(404, "NOT_FOUND");
        (await tenant.PostAsync($"/team/invitations/{invitation.Id}/resend")).ShouldFail(404, "NOT_FOUND");
        ((string?)(await tenant.GetAsync("/team/invitations?deleted=true")).Items.ShouldHaveSingleItem()!["status"]).ShouldBe("REVOKED");
        (await tenant.PostAsync("/team/invitations", new { email = invitation.Of("email") })).ShouldBe(201);
        (await tenant.GetAsync($"/audit?action=invitation.revoked&id={invitation.Id}")).Items.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task What_a_member_could_promise_no_more_is_taken_back()
    {
        var tenant = await api.TenantAsync();
        var (admin, adminId) = await tenant.MemberAsync("ADMIN");
        var asAdmin = (await admin.PostAsync("/team/invitations", new { email = Address(), role = "ADMIN" })).ShouldBe(201).Id;
        var asUser = (await admin.PostAsync("/team/invitations", new { email = Address() })).ShouldBe(201).Id;
        (await tenant.PatchAsync($"/team/members/{adminId}", new { role = "MANAGER", permissions = new { grant = new[] { "team.manage" } } })).ShouldBe(200);
        (await tenant.GetAsync($"/team/invitations/{asAdmin}")).ShouldFail(404, "NOT_FOUND");
        (await tenant.GetAsync($"/team/invitations/{asUser}")).ShouldBe(200);
        (await tenant.DeleteAsync($"/team/members/{adminId}?reassignTo={tenant.UserId}")).ShouldBe(204);
        (await tenant.GetAsync($"/team/invitations/{asUser}")).ShouldFail(404, "NOT_FOUND");
    }

    [Fact]
    public async Task Another_tenants_invitations_do_not_exist()
    {
        var (mine, other) = (await api.TenantAsync(), await api.TenantAsync());
        var (invitation, _) = await api.InvitedAsync(other);
        (await mine.GetAsync($"/team/invitations/{invitation.Id}")).ShouldFail(404, "NOT_FOUND");
        (await mine.DeleteAsync($"/team/invitations/{invitation.Id}")).ShouldFail(404, "NOT_FOUND");
        (await mine.PostAsync($"/team/invitations/{invitation.Id}/resend")).ShouldFail(404, "NOT_FOUND");
        (await mine.GetAsync("/team/invitations")).Items.ShouldBeEmpty();
    }

    private Task<Reply> AcceptAsync(string token) => api.Anonymous.PostAsync("/auth/accept-invitation", new { token, password = "Str0ng-pass-x", fullName = "Grace Hopper" });

    private async Task ExpireAsync(TenantClient tenant, Guid invitation)
    {
        await using var connection = await api.TenantConnectionAsync(tenant.Id);
        (await connection.ExecuteAsync("update crm.invitations set expires_at = now() - interval '1 second' where id = @invitation", new { invitation })).ShouldBe(1);
    }

    private static string Address() => $"invited-{Guid.NewGuid():N}@example.com";
}
