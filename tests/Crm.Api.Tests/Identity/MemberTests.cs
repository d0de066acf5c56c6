using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Identity;

public sealed class MemberTests(CrmApi api)
{
    [Fact]
    public async Task Adding_a_member_answers_the_record()
    {
        var tenant = await api.TenantAsync();
        var team = (await tenant.PostAsync("/teams", new { name = "East", region = "Balkans", managerId = tenant.UserId })).ShouldBe(201).Id;
        var (_, userId) = await tenant.MemberAsync("MANAGER", team);
        var member = await tenant.GetAsync($"/team/members/{userId}");
        member.ShouldBe(200).Header("ETag").ShouldBe("\"1\"");
        ((string?)member.Data["role"]).ShouldBe("MANAGER");
        ((Guid)member.Data["teamId"]!).ShouldBe(team);
        ((bool)member.Data["isActive"]!).ShouldBeTrue();
        (await tenant.GetAsync("/team/members?role=MANAGER")).Items.Count.ShouldBe(1);
        (await tenant.PostAsync("/team/members", new { fullName = "Twin", email = tenant.Email, password = tenant.Password })).ShouldFail(409, "DUPLICATE");
        (await tenant.PostAsync("/team/members", new { fullName = "Nobody", email = "x@example.com", password = "Str0ng-pass-x", teamId = Guid.NewGuid() })).ShouldFail(422, "UNPROCESSABLE").Errors.ContainsKey("teamId").ShouldBeTrue();
    }

    [Fact]
    public async Task An_account_of_another_tenant_is_linked_with_its_own_password_only()
    {
        var (mine, other) = (await api.TenantAsync(), await api.TenantAsync());
        (await mine.PostAsync("/team/members", new { fullName = "Guest", email = other.Email, password = "Str0ng-pass-guessed" })).ShouldFail(409, "DUPLICATE").Errors.ContainsKey("email").ShouldBeTrue();
        (await api.Anonymous.PostAsync("/auth/login", new { email = other.Email, password = "Str0ng-pass-guessed" })).ShouldFail(401, "INVALID_CREDENTIALS");
        (await mine.PostAsync("/team/members", new { fullName = "Guest", email = other.Email, password = other.Password })).ShouldBe(201);
    }

    [Theory]
    [InlineData("USER"), InlineData("MANAGER")]
    public async Task Only_who_manages_the_team_changes_it(string role)
    {
        var tenant = await api.TenantAsync();
        var (member, userId) = await tenant.MemberAsync(role);
        (await member.PostAsync("/team/members", new { fullName = "X", email = "x@example.com", password = "Str0ng-pass-x" })).ShouldFail(403, "FORBIDDEN");
        (await member.PatchAsync($"/team/members/{userId}", new { role = "OWNER" })).ShouldFail(403, "FORBIDDEN");
        (await member.DeleteAsync($"/team/members/{tenant.UserId}")).ShouldFail(403, "FORBIDDEN");
        (await member.PostAsync("/teams", new { name = "Mine" })).ShouldFail(403, "FORBIDDEN");
        (await member.PatchAsync("/tenant", new { name = "Mine" })).ShouldFail(403, "FORBIDDEN");
        (await member.GetAsync("/audit")).ShouldFail(403, "FORBIDDEN");
        (await member.GetAsync("/team/members")).ShouldBe(200).Items.Count.ShouldBe(2);
        (await member.GetAsync("/tenant")).ShouldBe(200);
    }

    [Fact]
    public async Task An_admin_grants_nothing_above_himself_and_leaves_owners_alone()
    {
        var tenant = await api.TenantAsync();
        var (admin, adminId) = await tenant.MemberAsync("ADMIN");
        (await admin.PostAsync("/team/members", new { fullName = "X", email = $"x-{adminId:N}@example.com", password = "Str0ng-pass-x", role = "OWNER" })).ShouldFail(403, "FORBIDDEN");
        (await admin.PatchAsync($"/team/members/{adminId}", new { role = "OWNER" })).ShouldFail(403, "FORBIDDEN");
        (await admin.PatchAsync($"/team/members/{tenant.UserId}", new { role = "USER" })).ShouldFail(403, "FORBIDDEN");
        (await admin.DeleteAsync($"/team/members/{tenant.UserId}")).ShouldFail(403, "FORBIDDEN");
        (await admin.PostAsync("/team/members", new { fullName = "Y", email = $"y-{adminId:N}@example.com", password = "Str0ng-pass-y", role = "ADMIN" })).ShouldBe(201);
    }

    [Fact]
    public async Task The_last_owner_stays()
    {
        var tenant = await api.TenantAsync();
        (await tenant.PatchAsync($"/team/members/{tenant.UserId}", new { role = "ADMIN" })).ShouldFail(409, "INVALID_STATE");
        (await tenant.PatchAsync($"/team/members/{tenant.UserId}", new { isActive = false })).ShouldFail(409, "INVALID_STATE");
        (await tenant.DeleteAsync($"/team/members/{tenant.UserId}")).ShouldFail(409, "INVALID_STATE");
        var (second, secondId) = await tenant.MemberAsync("OWNER");
        (await tenant.PatchAsync($"/team/members/{tenant.UserId}", new { role = "ADMIN" })).ShouldBe(200);
        (await second.DeleteAsync($"/team/members/{secondId}")).ShouldFail(409, "INVALID_STATE");
    }

    [Fact]
    public async Task Of_two_owners_who_demote_each_other_one_remains()
    {
        var tenant = await api.TenantAsync();
        var (second, secondId) = await tenant.MemberAsync("OWNER");
        var replies = await Task.WhenAll(tenant.PatchAsync($"/team/members/{secondId}", new { role = "USER" }), second.PatchAsync($"/team/members/{tenant.UserId}", new { role = "USER" }));
        replies.Count(r => r.Status == 200).ShouldBe(1, string.Join("\n", replies.Select(r => r.ToString())));
        (await tenant.GetAsync("/team/members?role=OWNER")).Items.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_deactivated_member_is_out_at_once_and_may_come_back()
    {
        var tenant = await api.TenantAsync();
        var email = $"member-{Guid.NewGuid():N}@example.com";
        var userId = (await tenant.PostAsync("/team/members", new { fullName = "Ann", email, password = "Str0ng-pass-x" })).ShouldBe(201).Id;
        var member = api.Anonymous.As(await SignInAsync(email));
        (await member.GetAsync("/leads")).ShouldBe(200);
        (await tenant.PatchAsync($"/team/members/{userId}", new { isActive = false })).ShouldBe(200);
        (await member.GetAsync("/leads")).ShouldFail(403, "TENANT_FORBIDDEN");
        (await tenant.PatchAsync($"/team/members/{userId}", new { isActive = true })).ShouldBe(200);
        // His sessions ended then; he signs in again.
        (await member.GetAsync("/leads")).ShouldFail(401, "UNAUTHENTICATED");
        (await api.Anonymous.As(await SignInAsync(email)).GetAsync("/leads")).ShouldBe(200);
    }

    [Fact]
    public async Task A_removed_member_is_out_and_leaves_his_records_to_the_heir()
    {
        var tenant = await api.TenantAsync();
        var (member, userId) = await tenant.MemberAsync();
        var lead = (await member.PostAsync("/leads", new { name = "Ada Byron", notes = "Keep me" })).ShouldBe(201).Id;
        var task = (await member.PostAsync("/tasks", new { title = "Call Ada", leadId = lead })).ShouldBe(201).Id;
        (await tenant.DeleteAsync($"/team/members/{userId}?reassignTo={userId}")).ShouldFail(400, "VALIDATION_FAILED");
        (await tenant.DeleteAsync($"/team/members/{userId}?reassignTo={Guid.NewGuid()}")).ShouldFail(422, "UNPROCESSABLE");
        (await tenant.DeleteAsync($"/team/members/{userId}?reassignTo={tenant.UserId}")).ShouldBe(204);
        (await member.GetAsync("/leads")).ShouldFail(403, "TENANT_FORBIDDEN");
        (await tenant.GetAsync($"/team/members/{userId}")).ShouldFail(404, "NOT_FOUND");
        var moved = await tenant.GetAsync($"/leads/{lead}");
        ((Guid)moved.Data["ownerId"]!).ShouldBe(tenant.UserId);
        moved.Header("ETag").ShouldBe("\"2\"");
        ((Guid)(await tenant.GetAsync($"/tasks/{task}")).Data["assigneeId"]!).ShouldBe(tenant.UserId);
        var history = (await tenant.GetAsync($"/leads/{lead}/history")).Items;
        history.Count.ShouldBe(2);
        history[0]!["changes"]!.AsArray().Select(c => (string?)c!["field"]).ShouldBe(["ownerId"]);
        (await tenant.PatchAsync($"/leads/{lead}", new { status = "CONTACTED" })).ShouldBe(200).Header("ETag").ShouldBe("\"3\"");
    }

    [Fact]
    public async Task Who_was_removed_is_added_again_with_a_new_password()
    {
        var tenant = await api.TenantAsync();
        var (_, userId) = await tenant.MemberAsync("MANAGER");
        var email = (string)(await tenant.GetAsync($"/team/members/{userId}")).Data["email"]!;
        (await tenant.DeleteAsync($"/team/members/{userId}")).ShouldBe(204);
        var again = await tenant.PostAsync("/team/members", new { fullName = "Back Again", email, password = "Str0ng-pass-new" });
        again.ShouldBe(201).Id.ShouldBe(userId);
        ((string?)again.Data["role"]).ShouldBe("USER");
        (await api.Anonymous.PostAsync("/auth/login", new { email, password = "Str0ng-pass-new" })).ShouldBe(200);
    }

    [Fact]
    public async Task Members_and_teams_of_another_tenant_do_not_exist()
    {
        var (mine, other) = (await api.TenantAsync(), await api.TenantAsync());
        var team = (await other.PostAsync("/teams", new { name = "Theirs" })).ShouldBe(201).Id;
        (await mine.GetAsync($"/team/members/{other.UserId}")).ShouldFail(404, "NOT_FOUND");
        (await mine.PatchAsync($"/team/members/{other.UserId}", new { role = "USER" })).ShouldFail(404, "NOT_FOUND");
        (await mine.DeleteAsync($"/team/members/{other.UserId}")).ShouldFail(404, "NOT_FOUND");
        (await mine.GetAsync($"/teams/{team}")).ShouldFail(404, "NOT_FOUND");
        (await mine.PostAsync("/teams", new { name = "Mine", managerId = other.UserId })).ShouldFail(422, "UNPROCESSABLE");
        (await mine.GetAsync("/team/members")).Items.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_team_that_has_members_is_kept()
    {
        var tenant = await api.TenantAsync();
        var team = (await tenant.PostAsync("/teams", new { name = "East" })).ShouldBe(201).Id;
        var (_, userId) = await tenant.MemberAsync("USER", team);
        (await tenant.DeleteAsync($"/teams/{team}")).ShouldFail(409, "INVALID_STATE");
        (await tenant.PatchAsync($"/team/members/{userId}", new { teamId = (Guid?)null })).ShouldBe(200);
        (await tenant.DeleteAsync($"/teams/{team}")).ShouldBe(204);
    }

    private async Task<string> SignInAsync(string email) => (string)(await api.Anonymous.PostAsync("/auth/login", new { email, password = "Str0ng-pass-x" })).ShouldBe(200).Data["accessToken"]!;
}
