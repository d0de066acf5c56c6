using Crm.Domain.Common;
using Crm.Domain.Customers;

namespace Crm.Domain.Tests.Customers;

public sealed class CustomerTests
{
    private static readonly Guid Id = Guid.CreateVersion7();

    [Fact]
    public void Opening_an_account_raises_created_and_keeps_the_defaults()
    {
        var customer = Customer.Open(Id, 42, new CustomerDetails { Name = "Analytical Ltd" });

        customer.Number.ShouldBe("C-000042");
        customer.Details.ShouldSatisfyAllConditions(
            d => d.Status.ShouldBe(CustomerStatus.Active), d => d.PaymentTerms.ShouldBe("Net 30"), d => d.IsActive.ShouldBeTrue());
        customer.DrainEvents().ShouldBe([new Created<Customer>(Id)]);
    }

    [Fact]
    public void The_number_outgrows_its_six_digits() => Customer.NumberOf(1_234_567).ShouldBe("C-1234567");

    [Fact]
    public void The_registrys_id_is_kept() => Customer.Open(Id, 1, new CustomerDetails { Name = "A" }, "R-17").RegistryId.ShouldBe("R-17");

    [Fact]
    public void A_negative_credit_limit_is_refused() =>
        Refused(new CustomerDetails { Name = "A", CreditLimit = Money.Of(-0.01m, "EUR") }).Keys.ShouldBe(["creditLimit.amount"]);

    [Fact]
    public void A_credit_limit_of_nothing_is_allowed() =>
        Customer.Open(Id, 1, new CustomerDetails { Name = "A", CreditLimit = Money.Of(0, "EUR") }).Details.CreditLimit!.Amount.ShouldBe(0);

    [Theory]
    [InlineData("XX")]
    [InlineData("bg")]
    [InlineData("BGR")]
    [InlineData("")]
    public void A_country_outside_iso_3166_is_refused(string country) => Refused(new CustomerDetails { Name = "A", Country = country }).Keys.ShouldBe(["country"]);

    [Fact]
    public void A_customer_without_a_name_is_refused() => Refused(new CustomerDetails { Name = "" }).Keys.ShouldBe(["name"]);

    [Fact]
    public void Revising_to_the_same_details_changes_nothing()
    {
        var customer = Customer.Open(Id, 1, new CustomerDetails { Name = "A", Tags = Tags.Of(["vip"], "tags") });
        customer.DrainEvents();

        customer.Revise(new CustomerDetails { Name = "A", Tags = Tags.Of(["vip"], "tags") });

        customer.DrainEvents().ShouldBeEmpty();
    }

    private static IReadOnlyDictionary<string, string[]> Refused(CustomerDetails details) =>
        Should.Throw<CrmException>(() => Customer.Open(Id, 1, details)).Errors!;
}
