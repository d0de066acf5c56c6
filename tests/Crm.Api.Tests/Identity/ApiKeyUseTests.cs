using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.Operations;
using Crm.Infrastructure.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace Crm.Api.Tests.Identity;

/// <summary>What a program may do with a key.</summary>
public sealed class ApiKeyUseTests(CrmApi api)
{
    [Fact]
    public async Task A_key_does_what_its_scopes_name_and_nothing_else()
    {
        var tenant = await api.TenantAsync();
        var (program, id) = await tenant.KeyAsync(["leads.read", "leads.write"]);
        var lead = (await program.PostAsync("/leads", new { name = "Ada Byron" })).ShouldBe(201);
        lead.IdOf("ownerId").ShouldBe(tenant.UserId);
        (await program.DeleteAsync($"/leads/{lead.Id}")).ShouldFail(403, "FORBIDDEN");
        (await program.GetAsync("/deals")).ShouldFail(403, "FORBIDDEN");
        (await program.PostAsync("/api-keys", new { name = "x", scopes = new[] { "leads.read" } })).ShouldFail(403, "FORBIDDEN");
        (await program.DeleteAsync($"/api-keys/{id}")).ShouldFail(403, "FORBIDDEN");
        (await program.PostAsync("/auth/change-password", new { currentPassword = tenant.Password, newPassword = "another-Horse-8-battery" })).ShouldFail(403, "FORBIDDEN");
        (await program.PatchAsync("/auth/me", new { fullName = "X" })).ShouldFail(403, "FORBIDDEN");
        (await program.GetAsync("/auth/me")).ShouldBe(200).Id.ShouldBe(tenant.UserId);
        (await program.GetAsync("/meta/leads")).ShouldBe(200);
        (await program.GetAsync("/no-such-thing")).ShouldFail(404, "NOT_FOUND");
    }

    [Fact]
    public async Task History_events_and_audit_name_the_key()
    {
        var tenant = await api.TenantAsync();
        var (program, key) = await tenant.KeyAsync(["leads.read", "leads.write"]);
        var lead = (await program.PostAsync("/leads", new { name = "Ada Byron" })).ShouldBe(201).Id;
        (await tenant.PatchAsync($"/leads/{lead}", new { notes = "By hand" })).ShouldBe(200);
        (await program.GetAsync("/deals")).ShouldFail(403, "FORBIDDEN");
        var history = (await tenant.GetAsync($"/leads/{lead}/history")).ShouldBe(200).Items.Select(e => e!["actor"]!).ToList();
        history[0]["apiKeyId"].ShouldBeNull();
        ((string?)history[1]["type"], (Guid)history[1]["id"]!, (Guid)history[1]["apiKeyId"]!).ShouldBe(("USER", tenant.UserId, key));
        var made = (await tenant.EventsAsync($"after=0&aggregateId={lead}", 2)).Items[0]!["actor"]!;
        ((Guid)made["id"]!, (Guid)made["apiKeyId"]!).ShouldBe((tenant.UserId, key));
        var refused = (await tenant.GetAsync("/audit?outcome=REFUSED")).ShouldBe(200).Items.ShouldHaveSingleItem()!;
        ((string?)refused["action"], (Guid)refused["actor"]!["apiKeyId"]!).ShouldBe(("ListRecords", key));
        var timeline = (await tenant.GetAsync($"/leads/{lead}/timeline")).ShouldBe(200).Items;
        ((Guid)timeline[^1]!["actor"]!["apiKeyId"]!).ShouldBe(key);
    }

    [Fact]
    public async Task A_service_user_acts_under_its_own_name_and_cannot_sign_in()
    {
        var tenant = await api.TenantAsync();
        var service = await tenant.ServiceUserAsync();
        var member = (await tenant.GetAsync($"/team/members/{service}")).ShouldBe(200);
        (member.Of("kind"), member.Of("role"), member.Of("fullName")).ShouldBe(("SERVICE", "USER", "Web shop"));
        var (program, key) = await tenant.KeyAsync(["leads.read", "leads.write", "activities.read", "activities.write", "team.manage"], service);
        (await program.GetAsync("/auth/me")).ShouldBe(200).Id.ShouldBe(service);
        var lead = (await program.PostAsync("/leads", new { name = "Ada Byron" })).ShouldBe(201);
        (lead.IdOf("ownerId"), lead.IdOf("createdBy")).ShouldBe((service, service));
        (await program.PostAsync("/activities", new { type = "CALL", subject = "Called back", leadId = lead.Id })).ShouldBe(201);
        var actors = (await tenant.GetAsync($"/leads/{lead.Id}/timeline")).ShouldBe(200).Items.Select(e => e!["actor"]!).ToList();
        actors.ShouldAllBe(a => (string)a["type"]! == "SERVICE" && (Guid)a["id"]! == service && (Guid)a["apiKeyId"]! == key);
        actors.Count.ShouldBe(2);
        // The scope goes as far as the service user's role.
        (await program.PostAsync("/team/service-users", new { fullName = "Twin" })).ShouldFail(403, "FORBIDDEN");
        (await api.Anonymous.PostAsync("/auth/login", new { email = member.Of("email"), password = "Str0ng-pass-any" })).ShouldFail(401, "INVALID_CREDENTIALS");
    }

    [Fact]
    public async Task A_service_user_stands_no_higher_than_who_adds_it_and_owns_no_tenant()
    {
        var tenant = await api.TenantAsync();
        var (admin, _) = await tenant.MemberAsync("ADMIN");
        var (user, _) = await tenant.MemberAsync("USER");
        (await tenant.PostAsync("/team/service-users", new { fullName = "x", role = "OWNER" })).ShouldFail(400, "VALIDATION_FAILED").Errors.ContainsKey("role").ShouldBeTrue();
        (await user.PostAsync("/team/service-users", new { fullName = "x" })).ShouldFail(403, "FORBIDDEN");
        var service = await admin.ServiceUserAsync("ADMIN");
        (await tenant.PatchAsync($"/team/members/{service}", new { role = "OWNER" })).ShouldFail(400, "VALIDATION_FAILED");
        (await tenant.PatchAsync($"/team/members/{service}", new { kind = "PERSON" })).ShouldFail(400, "VALIDATION_FAILED");
    }

    [Fact]
    public async Task A_key_sees_what_its_member_sees()
    {
        var tenant = await api.TenantAsync();
        (await tenant.PatchAsync("/tenant", new { recordVisibility = "OWN" })).ShouldBe(200);
        var mine = await tenant.LeadAsync();
        var service = await tenant.ServiceUserAsync();
        var (program, _) = await tenant.KeyAsync(["leads.read", "leads.write"], service);
        var its = (await program.PostAsync("/leads", new { name = "Of the shop" })).ShouldBe(201).Id;
        (await program.GetAsync($"/leads/{mine}")).ShouldFail(404, "NOT_FOUND");
        (await program.GetAsync("/leads")).ShouldBe(200).Items.Select(l => (Guid)l!["id"]!).ShouldBe([its]);
    }

    [Fact]
    public async Task A_key_shrinks_with_its_creator_and_ends_with_him()
    {
        var tenant = await api.TenantAsync();
        var (admin, adminId) = await tenant.MemberAsync("ADMIN");
        var service = await tenant.ServiceUserAsync("ADMIN");
        var (his, hisId) = await admin.KeyAsync(["leads.read", "tenant.write"]);
        var (its, itsId) = await admin.KeyAsync(["leads.read", "tenant.write"], service);
        foreach (var program in new[] { his, its }) (await program.PatchAsync("/tenant", new { country = "BG" })).ShouldBe(200);
        (await tenant.PatchAsync($"/team/members/{adminId}", new { role = "USER" })).ShouldBe(200);
        foreach (var program in new[] { his, its })
        {
            (await program.PatchAsync("/tenant", new { country = "DE" })).ShouldFail(403, "FORBIDDEN");
            (await program.GetAsync("/leads")).ShouldBe(200);
        }
        (await tenant.PatchAsync($"/team/members/{adminId}", new { isActive = false })).ShouldBe(200);
        foreach (var program in new[] { his, its }) (await program.GetAsync("/leads")).ShouldFail(401, "UNAUTHENTICATED");
        (await tenant.PatchAsync($"/team/members/{adminId}", new { isActive = true })).ShouldBe(200);
        (await his.GetAsync("/leads")).ShouldBe(200);
        (await tenant.DeleteAsync($"/team/members/{adminId}")).ShouldBe(204);
        foreach (var program in new[] { his, its }) (await program.GetAsync("/leads")).ShouldFail(401, "UNAUTHENTICATED");
        (await tenant.GetAsync("/api-keys?deleted=true")).ShouldBe(200).Items.Select(k => (Guid)k!["id"]!).ShouldBe([hisId, itsId], ignoreOrder: true);
    }

    [Fact]
    public async Task A_key_ends_with_its_service_user()
    {
        var tenant = await api.TenantAsync();
        var service = await tenant.ServiceUserAsync();
        var (program, id) = await tenant.KeyAsync(["leads.read"], service);
        (await program.GetAsync("/leads")).ShouldBe(200);
        (await tenant.DeleteAsync($"/team/members/{service}?reassignTo={tenant.UserId}")).ShouldBe(204);
        (await program.GetAsync("/leads")).ShouldFail(401, "UNAUTHENTICATED");
        (await tenant.GetAsync($"/api-keys/{id}")).ShouldFail(404, "NOT_FOUND");
    }

    [Fact]
    public async Task A_key_is_its_tenants_and_no_others()
    {
        var (tenant, other) = (await api.TenantAsync(), await api.TenantAsync());
        var (program, _) = await tenant.KeyAsync(["leads.read"]);
        (await program.GetAsync("/leads", ("X-Tenant-Id", tenant.Id.ToString()))).ShouldBe(200);
        (await program.GetAsync("/leads", ("X-Tenant-Id", other.Id.ToString()))).ShouldFail(403, "TENANT_FORBIDDEN");
        (await program.GetAsync("/leads", ("X-Tenant-Id", "nonsense"))).ShouldFail(400, "INVALID_TENANT");
        // Of two tenants its creator reaches, the key is still the first's.
        (await other.PostAsync("/team/members", new { fullName = "Olga Guest", email = tenant.Email, password = tenant.Password })).ShouldBe(201);
        (await tenant.GetAsync("/leads")).ShouldFail(400, "INVALID_TENANT");
        (await program.GetAsync("/leads")).ShouldBe(200);
        (await program.GetAsync("/leads", ("X-Tenant-Id", other.Id.ToString()))).ShouldFail(403, "TENANT_FORBIDDEN");
    }

    [Fact]
    public async Task One_credential_at_a_time()
    {
        var tenant = await api.TenantAsync();
        var (program, _) = await tenant.KeyAsync(["leads.read"]);
        (await tenant.GetAsync("/leads", ("X-Api-Key", program.ApiKey!))).ShouldFail(401, "UNAUTHENTICATED");
        (await program.GetAsync("/leads", ("X-Api-Key", program.ApiKey!))).ShouldFail(401, "UNAUTHENTICATED");
        foreach (var wrong in new[] { "", "crm_", "crm_" + new string('0', 64), program.ApiKey!.ToUpperInvariant(), program.ApiKey + "0", new string('x', 10_000), $"Bearer {program.ApiKey}" })
            (await api.Anonymous.WithKey(wrong).GetAsync("/leads")).ShouldFail(401, "UNAUTHENTICATED");
        (await api.Anonymous.As(program.ApiKey).GetAsync("/leads")).ShouldFail(401, "UNAUTHENTICATED");
    }

    [Fact]
    public async Task An_expired_key_is_refused_to_the_moment()
    {
        var tenant = await api.TenantAsync();
        var clock = new MovedClock();
        await using var later = new ConfiguredApi(api, services => ConfiguredApi.Tells(services, clock));
        var (program, _) = await tenant.KeyAsync(["leads.read"], expiresAt: DateTimeOffset.UtcNow.AddDays(2));
        var same = later.Anonymous.WithKey(program.ApiKey!);
        (await same.GetAsync("/leads")).ShouldBe(200);
        clock.Offset = TimeSpan.FromDays(2) + TimeSpan.FromSeconds(1);
        (await same.GetAsync("/leads")).ShouldFail(401, "UNAUTHENTICATED");
    }

    [Fact]
    public async Task The_last_use_is_written_aside_and_not_lost_when_the_service_stops()
    {
        var tenant = await api.TenantAsync();
        var (program, id) = await tenant.KeyAsync(["leads.read"]);
        var before = DateTimeOffset.UtcNow.AddSeconds(-1);
        (await program.GetAsync("/leads")).ShouldBe(200);
        await api.Services.GetRequiredService<ApiKeyUses>().WriteAsync(all: true, default);
        var first = await UsedAsync();
        first.ShouldBeGreaterThan(before);
        // Another instance, which ends before its minute is over.
        await using (var other = new ConfiguredApi(api))
        {
            (await other.Anonymous.WithKey(program.ApiKey!).GetAsync("/leads")).ShouldBe(200);
            (await other.Anonymous.WithKey(program.ApiKey!).GetAsync("/leads")).ShouldBe(200);
        }
        (await UsedAsync()).ShouldBeGreaterThan(first);
        (await tenant.GetAsync($"/api-keys/{id}")).Header("ETag").ShouldBe("\"1\"");

        async Task<DateTimeOffset> UsedAsync() => DateTimeOffset.Parse((await tenant.GetAsync($"/api-keys/{id}")).ShouldBe(200).Of("lastUsedAt")!, System.Globalization.CultureInfo.InvariantCulture);
    }
}
