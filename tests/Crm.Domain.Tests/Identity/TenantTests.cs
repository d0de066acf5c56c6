using Crm.Domain.Common;
using Crm.Domain.Teams;
using Crm.Domain.Tenants;

namespace Crm.Domain.Tests.Identity;

public sealed class TenantTests
{
    private static readonly Guid Id = Guid.NewGuid();

    [Fact]
    public void Registering_says_so_with_the_defaults_of_the_contract()
    {
        var tenant = Tenant.Register(Id, new TenantDetails { Name = "Analytical Ltd" });
        tenant.DrainEvents().ShouldHaveSingleItem().ShouldBe(new TenantRegistered(Id));
        (tenant.Details.Currency, tenant.Details.RecordVisibility, tenant.Details.WelcomeEmail).ShouldBe(("EUR", RecordVisibility.All, true));
    }

    [Theory]
    [InlineData("currency"), InlineData("country"), InlineData("language"), InlineData("timeZone"), InlineData("name")]
    public void Settings_that_mean_nothing_are_refused(string member)
    {
        var good = new TenantDetails { Name = "Analytical Ltd" };
        var bad = member switch
        {
            "currency" => good with { Currency = "EURO" },
            "country" => good with { Country = "XX" },
            "language" => good with { Language = "fr" },
            "timeZone" => good with { TimeZone = "Mars" },
            _ => good with { Name = "" },
        };
        var tenant = Tenant.Register(Id, good);
        Should.Throw<CrmException>(() => tenant.Revise(bad)).Errors!.Keys.ShouldBe([member]);
        tenant.Details.ShouldBe(good);
    }

    [Fact]
    public void A_team_needs_a_name() =>
        Should.Throw<CrmException>(() => Team.Form(Id, new TeamDetails { Name = "" }, RecordTree.Empty)).Errors!.Keys.ShouldBe(["name"]);
}
