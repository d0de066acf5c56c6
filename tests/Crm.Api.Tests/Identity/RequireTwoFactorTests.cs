using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Identity;

/// <summary>A tenant that asks its members for a second factor.</summary>
public sealed class RequireTwoFactorTests(CrmApi api)
{
    [Fact]
    public async Task Whoever_has_none_reaches_nothing_but_his_own_sign_in_until_he_has_one()
    {
        var tenant = await api.TenantAsync();
        var (member, _) = await tenant.MemberAsync();
        var lead = await member.LeadAsync();
        (await tenant.GetAsync("/tenant")).ShouldBe(200).Data["requireTwoFactor"]!.GetValue<bool>().ShouldBeFalse();
        (await tenant.PatchAsync("/tenant", new { requireTwoFactor = true })).ShouldBe(200);

        (await member.GetAsync($"/leads/{lead}")).ShouldFail(403, "FORBIDDEN").Text.ShouldContain("second factor");
        (await member.PostAsync("/leads", new { name = "x" })).ShouldFail(403, "FORBIDDEN");
        (await member.GetAsync("/meta/leads")).ShouldFail(403, "FORBIDDEN");
        (await member.GetAsync("/auth/me")).ShouldBe(200);
        (await member.GetAsync("/auth/sessions")).ShouldBe(200);
        (await tenant.PatchAsync("/tenant", new { requireTwoFactor = false })).ShouldFail(403, "FORBIDDEN");
        await tenant.SecondFactorAsync();
        (await tenant.GetAsync($"/leads/{lead}")).ShouldBe(200);
        (await tenant.GetAsync("/audit?outcome=REFUSED")).ShouldBe(200).Items.ShouldNotBeEmpty();
        (await member.GetAsync($"/leads/{lead}")).ShouldFail(403, "FORBIDDEN");

        (await tenant.PostAsync("/auth/totp/disable", new { currentPassword = tenant.Password })).ShouldBe(204);
        (await tenant.GetAsync($"/leads/{lead}")).ShouldFail(403, "FORBIDDEN");
    }

    [Fact]
    public async Task Other_tenants_and_API_keys_are_not_concerned()
    {
        var (tenant, other) = (await api.TenantAsync(), await api.TenantAsync());
        var (program, _) = await tenant.KeyAsync(["leads.read"]);
        (await tenant.PatchAsync("/tenant", new { requireTwoFactor = true })).ShouldBe(200);
        (await program.GetAsync("/leads")).ShouldBe(200);
        (await other.GetAsync("/leads")).ShouldBe(200);
        (await tenant.GetAsync("/leads")).ShouldFail(403, "FORBIDDEN");
    }
}
