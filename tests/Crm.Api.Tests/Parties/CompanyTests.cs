using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Parties;

public sealed class CompanyTests(CrmApi api)
{
    [Fact]
    public async Task A_company_belongs_to_its_parent_and_can_be_expanded()
    {
        var tenant = await api.TenantAsync();
        var parent = (await tenant.PostAsync("/companies", new { name = "Holding", annualRevenue = new { amount = -5.5m, currency = "EUR" } })).ShouldBe(201).Id;
        var child = (await tenant.PostAsync("/companies", new { name = "Works", parentId = parent, domain = "works.example", industry = "Machinery", size = "51-200", country = "BG" })).ShouldBe(201);
        var read = (await tenant.GetAsync($"/companies/{child.Id}?expand=parent")).ShouldBe(200);
        ((string?)read.Data["parent"]!["name"]).ShouldBe("Holding");
        (await tenant.GetAsync($"/companies?parentId={parent}&domain=works.example&search=machin")).Names().ShouldBe(["Works"]);
    }

    [Fact]
    public async Task A_company_is_not_its_own_parent()
    {
        var tenant = await api.TenantAsync();
        var id = (await tenant.PostAsync("/companies", new { name = "Holding" })).ShouldBe(201).Id;
        (await tenant.PatchAsync($"/companies/{id}", new { parentId = id })).ShouldFail(400, "VALIDATION_FAILED").Errors.ContainsKey("parentId").ShouldBeTrue();
        (await tenant.PatchAsync($"/companies/{id}", new { country = "EU" })).ShouldFail(400, "VALIDATION_FAILED").Errors.ContainsKey("country").ShouldBeTrue();
    }

    [Fact]
    public async Task A_batch_may_name_parents_it_made_itself()
    {
        var tenant = await api.TenantAsync();
        (await tenant.PutAsync("/companies/by-external-id/acme", new { name = "Acme" })).ShouldBe(201);
        var again = await tenant.PutAsync("/companies/by-external-id/acme", new { name = "Acme", city = "Sofia" });
        again.ShouldBe(200).Header("ETag").ShouldBe("\"2\"");
        var batch = await tenant.PostAsync("/companies/batch", new { operations = new object[] { new { op = "upsert", data = new { name = "Daughter", externalId = "d", parentId = again.Id } }, new { op = "create", data = new { name = "" } } } });
        batch.ShouldBe(200).Items.Select(i => (int)i!["status"]!).ShouldBe([201, 400]);
    }

    [Fact]
    public async Task Another_tenant_finds_nothing_and_cannot_refer_to_it()
    {
        var (mine, other) = (await api.TenantAsync(), await api.TenantAsync());
        var id = (await mine.PostAsync("/companies", new { name = "Mine" })).ShouldBe(201).Id;
        (await other.GetAsync($"/companies/{id}")).ShouldFail(404, "NOT_FOUND");
        (await other.PostAsync("/companies", new { name = "Theirs", parentId = id })).ShouldFail(422, "UNPROCESSABLE");
        (await other.GetAsync("/companies")).Items.ShouldBeEmpty();
    }
}
