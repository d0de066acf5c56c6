using System.Text.Json.Nodes;
using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Identity;

/// <summary>Who the subject of another issuer is here.</summary>
public sealed class OutsideIssuerTests(CrmApi api)
{
    private readonly OutsideIssuer _trusted = api.Issuers.Trusted, _other = api.Issuers.Other;

    [Theory]
    [InlineData("RS256"), InlineData("ES256")]
    public async Task A_linked_subject_is_the_member(string algorithm)
    {
        var tenant = await api.TenantAsync();
        var (_, member) = await tenant.MemberAsync("USER");
        var subject = NewSubject();
        var token = _other.Sign(_other.Claims(subject), algorithm);
        (await api.Anonymous.As(token).GetAsync("/leads")).ShouldFail(401, "UNAUTHENTICATED");
        var link = await LinkAsync(tenant, _other, subject, member);
        (link.IdOf("memberId"), link.Of("issuer"), link.Of("subject")).ShouldBe((member, _other.Name, subject));
        var client = api.Anonymous.As(token);
        (await client.GetAsync("/auth/me")).ShouldBe(200).Id.ShouldBe(member);
        var lead = (await client.PostAsync("/leads", new { name = "Ada Byron" })).ShouldBe(201);
        lead.IdOf("ownerId").ShouldBe(member);
        (await client.GetAsync("/audit")).ShouldFail(403, "FORBIDDEN");
        (await tenant.DeleteAsync($"/team/links/{link.Id}")).ShouldBe(204);
        (await client.GetAsync("/leads")).ShouldFail(401, "UNAUTHENTICATED");
    }

    [Fact]
    public async Task A_service_user_is_linked_like_anybody()
    {
        var tenant = await api.TenantAsync();
        var (service, subject) = (await tenant.ServiceUserAsync(), NewSubject());
        await LinkAsync(tenant, _other, subject, service);
        var lead = (await api.Anonymous.As(_other.Token(subject)).PostAsync("/leads", new { name = "Ada Byron" })).ShouldBe(201).Id;
        ((string?)(await tenant.GetAsync($"/leads/{lead}/history")).Items[0]!["actor"]!["type"]).ShouldBe("SERVICE");
    }

    [Fact]
    public async Task A_verified_address_counts_from_an_issuer_that_is_trusted_with_it_and_from_no_other()
    {
        var tenant = await api.TenantAsync();
        var subject = NewSubject();
        (await api.Anonymous.As(_trusted.Token(subject, tenant.Email.ToUpperInvariant())).GetAsync("/auth/me")).ShouldBe(200).Id.ShouldBe(tenant.UserId);
        (await api.Anonymous.As(_other.Token(subject, tenant.Email)).GetAsync("/auth/me")).ShouldFail(401, "UNAUTHENTICATED");
        foreach (var verified in new JsonNode?[] { false, "true", 1, null })
        {
            var claims = _trusted.Claims(NewSubject(), tenant.Email);
            claims["email_verified"] = verified?.DeepClone();
            (await api.Anonymous.As(_trusted.Sign(claims)).GetAsync("/auth/me")).ShouldFail(401, "UNAUTHENTICATED");
        }
        foreach (var email in new[] { "nobody@example.com", "no address", tenant.Email + " ", $"{tenant.Email}, {tenant.Email}" })
            (await api.Anonymous.As(_trusted.Token(NewSubject(), email)).GetAsync("/auth/me")).ShouldFail(401, "UNAUTHENTICATED");
    }

    [Fact]
    public async Task A_link_wins_over_the_address()
    {
        var tenant = await api.TenantAsync();
        var (_, member) = await tenant.MemberAsync("USER");
        var subject = NewSubject();
        var token = _trusted.Token(subject, tenant.Email);
        (await api.Anonymous.As(token).GetAsync("/auth/me")).ShouldBe(200).Id.ShouldBe(tenant.UserId);
        await LinkAsync(tenant, _trusted, subject, member);
        (await api.Anonymous.As(token).GetAsync("/auth/me")).ShouldBe(200).Id.ShouldBe(member);
    }

    [Fact]
    public async Task A_link_counts_in_its_tenant_and_nowhere_else()
    {
        // Whoever administers one tenant must not get into another by linking a user who is a member of both.
        var (mine, victim) = (await api.TenantAsync(), await api.TenantAsync());
        (await mine.PostAsync("/team/members", new { fullName = "Guest", email = victim.Email, password = victim.Password })).ShouldBe(201);
        var subject = NewSubject();
        await LinkAsync(mine, _other, subject, victim.UserId);
        var client = api.Anonymous.As(_other.Token(subject));
        (await client.GetAsync("/auth/me")).ShouldBe(200).Id.ShouldBe(victim.UserId);
        (await client.GetAsync("/tenant")).ShouldBe(200).Data["id"]!.GetValue<Guid>().ShouldBe(mine.Id);
        (await client.GetAsync("/tenant", ("X-Tenant-Id", victim.Id.ToString()))).ShouldFail(403, "TENANT_FORBIDDEN");
    }

    [Fact]
    public async Task A_subject_of_two_tenants_names_one_and_may_be_another_in_each()
    {
        var (first, second) = (await api.TenantAsync(), await api.TenantAsync());
        var subject = NewSubject();
        await LinkAsync(first, _other, subject, first.UserId);
        await LinkAsync(second, _other, subject, second.UserId);
        var client = api.Anonymous.As(_other.Token(subject));
        (await client.GetAsync("/auth/me")).ShouldFail(400, "INVALID_TENANT");
        (await client.GetAsync("/auth/me", ("X-Tenant-Id", first.Id.ToString()))).ShouldBe(200).Id.ShouldBe(first.UserId);
        (await client.GetAsync("/auth/me", ("X-Tenant-Id", second.Id.ToString()))).ShouldBe(200).Id.ShouldBe(second.UserId);
        (await client.GetAsync("/auth/me", ("X-Tenant-Id", Guid.NewGuid().ToString()))).ShouldFail(403, "TENANT_FORBIDDEN");
    }

    [Fact]
    public async Task The_same_subject_of_another_issuer_is_somebody_else()
    {
        var tenant = await api.TenantAsync();
        var subject = NewSubject();
        await LinkAsync(tenant, _other, subject, tenant.UserId);
        (await api.Anonymous.As(_trusted.Token(subject)).GetAsync("/auth/me")).ShouldFail(401, "UNAUTHENTICATED");
    }

    [Fact]
    public async Task A_removed_member_is_out_and_his_links_are_gone_for_good()
    {
        var tenant = await api.TenantAsync();
        var (_, member) = await tenant.MemberAsync("USER");
        var subject = NewSubject();
        var link = await LinkAsync(tenant, _other, subject, member);
        var client = api.Anonymous.As(_other.Token(subject));
        (await tenant.PatchAsync($"/team/members/{member}", new { isActive = false })).ShouldBe(200);
        (await client.GetAsync("/auth/me")).ShouldFail(403, "TENANT_FORBIDDEN");
        (await tenant.PatchAsync($"/team/members/{member}", new { isActive = true })).ShouldBe(200);
        (await client.GetAsync("/auth/me")).ShouldBe(200);
        (await tenant.DeleteAsync($"/team/members/{member}")).ShouldBe(204);
        (await client.GetAsync("/auth/me")).ShouldFail(401, "UNAUTHENTICATED");
        (await tenant.GetAsync($"/team/links/{link.Id}")).ShouldFail(404, "NOT_FOUND");
        (await LinkAsync(tenant, _other, subject, tenant.UserId)).ShouldBe(201);
    }

    [Fact]
    public async Task Nobody_links_a_member_above_himself_nor_an_issuer_that_is_not_accepted()
    {
        var tenant = await api.TenantAsync();
        var (admin, _) = await tenant.MemberAsync("ADMIN");
        var (user, _) = await tenant.MemberAsync("USER");
        (await admin.PostAsync("/team/links", new { issuer = _other.Name, subject = NewSubject(), memberId = tenant.UserId })).ShouldFail(403, "FORBIDDEN");
        (await user.PostAsync("/team/links", new { issuer = _other.Name, subject = NewSubject() })).ShouldFail(403, "FORBIDDEN");
        (await tenant.PostAsync("/team/links", new { issuer = "https://evil.example", subject = "x" })).ShouldFail(400, "VALIDATION_FAILED").Errors.ContainsKey("issuer").ShouldBeTrue();
        (await tenant.PostAsync("/team/links", new { issuer = _other.Name, subject = new string('x', 256) })).ShouldFail(400, "VALIDATION_FAILED").Errors.ContainsKey("subject").ShouldBeTrue();
        (await tenant.PostAsync("/team/links", new { issuer = _other.Name, subject = "x", memberId = Guid.NewGuid() })).ShouldFail(422, "UNPROCESSABLE");
    }

    [Fact]
    public async Task A_subject_is_linked_once_however_many_try()
    {
        var tenant = await api.TenantAsync();
        var (_, member) = await tenant.MemberAsync("USER");
        var subject = NewSubject();
        var body = new { issuer = _other.Name, subject };
        var replies = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => tenant.PostAsync("/team/links", i % 2 == 0 ? new { issuer = _other.Name, subject, memberId = member } : (object)body)));
        var winner = replies.Single(r => r.Status == 201).IdOf("memberId");
        foreach (var loser in replies.Where(r => r.Status != 201)) loser.ShouldFail(409, "DUPLICATE").Errors.ContainsKey("subject").ShouldBeTrue();
        (await api.Anonymous.As(_other.Token(subject)).GetAsync("/auth/me")).ShouldBe(200).Id.ShouldBe(winner!.Value);
    }

    [Fact]
    public async Task Such_a_token_counts_like_any_other_for_tenants_and_limits()
    {
        var tenant = await api.TenantAsync();
        var client = api.Anonymous.As(_trusted.Token(NewSubject(), tenant.Email));
        (await client.GetAsync("/leads", ("X-Tenant-Id", "nonsense"))).ShouldFail(400, "INVALID_TENANT");
        (await client.GetAsync("/leads", ("X-Tenant-Id", Guid.NewGuid().ToString()))).ShouldFail(403, "TENANT_FORBIDDEN");
        (await client.PostAsync("/auth/change-password", new { currentPassword = "Wr0ng-password", newPassword = "another-Horse-8-battery" })).ShouldFail(401, "INVALID_CREDENTIALS");
        (await client.GetAsync("/no-such-thing")).ShouldFail(404, "NOT_FOUND");
    }

    private static string NewSubject() => $"user|{Guid.NewGuid():N}";

    private static async Task<Reply> LinkAsync(TenantClient tenant, OutsideIssuer issuer, string subject, Guid memberId) =>
        (await tenant.PostAsync("/team/links", new { issuer = issuer.Name, subject, memberId })).ShouldBe(201);
}
