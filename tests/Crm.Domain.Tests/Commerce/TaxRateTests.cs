using Crm.Domain.Commerce;
using Crm.Domain.Common;

namespace Crm.Domain.Tests.Commerce;

public sealed class TaxRateTests
{
    private static readonly TaxRateDetails Full = new() { Country = "BG", TaxCode = "STANDARD", TaxCategory = TaxCategory.Standard, Percent = 20, ValidFrom = new DateOnly(2026, 1, 1) };

    [Fact]
    public void A_rate_has_a_place_a_class_and_a_first_day()
    {
        Enact(Full).Details.ShouldBe(Full);
        Enact(Full with { ValidTo = Full.ValidFrom }).Details.ValidTo.ShouldBe(Full.ValidFrom);
        Refused("country", Full with { Country = "" });
        Refused("country", Full with { Country = "XX" });
        Refused("taxCode", Full with { TaxCode = "" });
        Refused("region", Full with { Region = "" });
        Refused("validTo", Full with { ValidTo = Full.ValidFrom.AddDays(-1) });
    }

    [Fact]
    public void A_rate_is_one_that_its_category_has()
    {
        Refused("percent", Full with { Percent = 0 });
        Refused("percent", Full with { TaxCategory = TaxCategory.ReverseCharge, Reason = "The buyer owes it" });
        Refused("reason", Full with { TaxCategory = TaxCategory.ReverseCharge, Percent = 0 });
        Refused("reason", Full with { Reason = "None is needed" });
        Enact(Full with { TaxCategory = TaxCategory.Exempt, Percent = 0, Reason = "Education" }).Details.Percent.ShouldBe(0);
    }

    [Fact]
    public void Units_are_those_of_the_recommendations()
    {
        foreach (var code in (string[])["C62", "KGM", "HUR", "MTR", "LTR", "XPX"]) Unit.IsKnown(code).ShouldBeTrue(code);
        foreach (var code in (string?[])["c62", "", "KG", null]) Unit.IsKnown(code).ShouldBeFalse(code);
        Unit.All.Count.ShouldBeGreaterThan(100);
        Unit.All.ShouldAllBe(u => u.Name.Length > 0 && u.Code.Length <= 3);
    }

    private static TaxRate Enact(TaxRateDetails details) => TaxRate.Enact(Guid.CreateVersion7(), details);

    private static void Refused(string member, TaxRateDetails details) => Should.Throw<CrmException>(() => Enact(details)).Errors!.Keys.ShouldBe([member]);
}
