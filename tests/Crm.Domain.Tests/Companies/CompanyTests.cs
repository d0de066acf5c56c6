using Crm.Domain.Common;
using Crm.Domain.Companies;

namespace Crm.Domain.Tests.Companies;

public sealed class CompanyTests
{
    [Fact]
    public void A_company_is_not_its_own_parent()
    {
        var company = Company.Add(Guid.CreateVersion7(), new CompanyDetails { Name = "A" });

        Should.Throw<CrmException>(() => company.Revise(company.Details with { ParentId = company.Id })).Errors!.Keys.ShouldBe(["parentId"]);
    }

    [Fact]
    public void A_company_may_have_lost_money() =>
        Company.Add(Guid.CreateVersion7(), new CompanyDetails { Name = "A", AnnualRevenue = Money.Of(-1, "EUR") }).Details.AnnualRevenue!.Amount.ShouldBe(-1);

    [Fact]
    public void A_country_outside_iso_3166_is_refused() =>
        Should.Throw<CrmException>(() => Company.Add(Guid.CreateVersion7(), new CompanyDetails { Name = "A", Country = "ZZ" })).Errors!.Keys.ShouldBe(["country"]);
}
