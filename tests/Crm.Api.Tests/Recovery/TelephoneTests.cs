using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Recovery;

/// <summary>Telephone numbers after the organization has moved.</summary>
public sealed class TelephoneTests(CrmApi api)
{
    [Fact]
    public async Task A_local_number_is_found_by_the_code_of_the_country_that_the_organization_is_in_now()
    {
        var tenant = await api.TenantAsync();
        (await tenant.PatchAsync("/tenant", new { country = "BG" })).ShouldBe(200);
        await tenant.LeadAsync("Local", more: new { phone = "088 123 4567" });
        (await tenant.GetAsync("/leads?phone=%2B359881234567")).ShouldBe(200).Items.Count.ShouldBe(1);
        (await tenant.PatchAsync("/tenant", new { country = "DE" })).ShouldBe(200);
        await Eventually.Async(async () => (await tenant.GetAsync("/leads?phone=%2B49881234567")).ShouldBe(200).Items.Count == 1, "it is respelt");
        (await tenant.GetAsync("/leads?phone=%2B359881234567")).ShouldBe(200).Items.ShouldBeEmpty();
    }
}
