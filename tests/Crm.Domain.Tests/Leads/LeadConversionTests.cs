using Crm.Domain.Common;
using Crm.Domain.Leads;

namespace Crm.Domain.Tests.Leads;

public sealed class LeadConversionTests
{
    private static readonly LeadDetails Ada = new()
    {
        Name = "Ada King Byron",
        Email = EmailAddress.Parse("ada@example.com", "email"),
        Phone = PhoneNumber.Parse("+44 20 7946 0958", "phone"),
        Company = "Analytical Ltd",
        JobTitle = "Countess",
        Website = "https://analytical.example",
        Value = Money.Of(12500.50m, "EUR"),
        OwnerId = Guid.NewGuid(),
    };

    [Theory]
    [InlineData("Ada Byron", "Ada", "Byron")]
    [InlineData("Ada King Byron", "Ada King", "Byron")]
    [InlineData("  Ada \t Byron ", "Ada", "Byron")]
    [InlineData("Ada", null, "Ada")]
    [InlineData("Ада Байрон", "Ада", "Байрон")]
    [InlineData("  ", null, "  ")]
    public void The_last_word_of_a_name_is_the_last_name(string name, string? first, string last) => LeadConversion.Split(name).ShouldBe((first, last));

    [Fact]
    public void The_customer_takes_the_company_name_and_how_to_reach_the_lead()
    {
        var companyId = Guid.NewGuid();
        var customer = LeadConversion.CustomerOf(Ada, companyId);
        (customer.Name, customer.Email, customer.Phone, customer.OwnerId, customer.CompanyId).ShouldBe(("Analytical Ltd", Ada.Email, Ada.Phone, Ada.OwnerId, companyId));
    }

    [Fact]
    public void Without_a_company_the_customer_is_the_lead_itself()
    {
        var alone = Ada with { Company = null };
        LeadConversion.CustomerOf(alone, null).Name.ShouldBe("Ada King Byron");
        LeadConversion.CompanyOf(alone).ShouldBeNull();
        LeadConversion.CompanyOf(Ada with { Company = " " }).ShouldBeNull();
    }

    [Fact]
    public void The_contact_is_the_person()
    {
        var contact = LeadConversion.ContactOf(Ada, Guid.NewGuid(), null);
        (contact.FirstName, contact.LastName, contact.JobTitle).ShouldBe(("Ada King", "Byron", "Countess"));
        contact.Emails.ShouldHaveSingleItem().ShouldBe(Ada.Email);
        contact.Phones.ShouldHaveSingleItem().ShouldBe(Ada.Phone);
    }

    [Fact]
    public void The_deal_takes_value_and_owner_and_is_called_like_the_lead()
    {
        var leadId = Guid.NewGuid();
        var deal = LeadConversion.DealOf(leadId, Ada, null, null);
        (deal.Title, deal.Value, deal.OwnerId, deal.LeadId).ShouldBe(("Ada King Byron", Ada.Value, Ada.OwnerId, leadId));
        LeadConversion.DealOf(leadId, Ada, "Engine no. 1", null).Title.ShouldBe("Engine no. 1");
    }
}
