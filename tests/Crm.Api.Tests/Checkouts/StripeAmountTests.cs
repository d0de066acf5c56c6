using Crm.Domain.Common;
using Crm.Infrastructure.Checkouts;

namespace Crm.Api.Tests.Checkouts;

/// <summary>Amounts as Stripe counts them.</summary>
public sealed class StripeAmountTests
{
    [Theory]
    [InlineData("EUR", "12.34", 1_234)]
    [InlineData("JPY", "500", 500)]
    [InlineData("KWD", "5.120", 5_120)]
    [InlineData("ISK", "5", 500)]
    public void Every_currency_has_its_units(string currency, string amount, long units)
    {
        var money = Money.Of(decimal.Parse(amount, System.Globalization.CultureInfo.InvariantCulture), currency);
        StripeAmounts.Refusal(money).ShouldBeNull();
        StripeAmounts.ToUnits(money).ShouldBe(units);
        StripeAmounts.Of(units, currency.ToLowerInvariant()).ShouldBe(money);
    }

    [Theory]
    [InlineData("KWD", "5.124")]
    [InlineData("UGX", "100")]
    [InlineData("EUR", "1000000.00")]
    public void What_Stripe_cannot_take_is_refused(string currency, string amount) =>
        StripeAmounts.Refusal(Money.Of(decimal.Parse(amount, System.Globalization.CultureInfo.InvariantCulture), currency)).ShouldNotBeNull();
}
