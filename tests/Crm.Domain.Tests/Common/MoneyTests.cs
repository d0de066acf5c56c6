using System.Globalization;
using Crm.Domain.Common;

namespace Crm.Domain.Tests.Common;

public class MoneyTests
{
    [Theory]
    [InlineData("1250", "EUR", "1250.00")]
    [InlineData("1250.0000", "EUR", "1250.00")]
    [InlineData("1.500", "EUR", "1.50")]
    [InlineData("1250", "JPY", "1250")]
    [InlineData("1250.000", "JPY", "1250")]
    [InlineData("0.001", "KWD", "0.001")]
    [InlineData("0.0001", "CLF", "0.0001")]
    [InlineData("0", "EUR", "0.00")]
    [InlineData("-0.000", "EUR", "0.00")]
    [InlineData("-12.3", "EUR", "-12.30")]
    [InlineData("9999999999999.99", "EUR", "9999999999999.99")]
    public void An_amount_has_exactly_the_decimals_of_its_currency(string amount, string currency, string expected)
    {
        var money = Money.Of(Decimal(amount), currency);
        money.Amount.ToString(CultureInfo.InvariantCulture).ShouldBe(expected);
        money.ToString().ShouldBe($"{expected} {currency}");
    }

    [Theory]
    [InlineData("1.005", "EUR")]
    [InlineData("1250.5", "JPY")]
    [InlineData("0.0001", "KWD")]
    [InlineData("0.00000000000000000001", "EUR")]
    public void More_decimals_than_the_currency_has_are_refused(string amount, string currency) =>
        Refusal(Decimal(amount), currency).ShouldBe("value.amount");

    [Theory]
    [InlineData("10000000000000")]
    [InlineData("-10000000000000")]
    [InlineData("79228162514264337593543950335")]
    public void Ten_to_the_thirteenth_and_more_is_refused(string amount) => Refusal(Decimal(amount), "EUR").ShouldBe("value.amount");

    [Theory]
    [InlineData("ABC")]
    [InlineData("eur")]
    [InlineData("")]
    [InlineData("XXX")]
    [InlineData("XAU")]
    [InlineData("DEM")]
    [InlineData("EUR ")]
    public void A_currency_that_is_no_active_code_with_a_minor_unit_is_refused(string currency) =>
        Refusal(1m, currency).ShouldBe("value.currency");

    [Fact]
    public void Trying_gives_the_reason_instead_of_an_exception()
    {
        Money.TryOf(1.005m, "EUR", out var none, out var error).ShouldBeFalse();
        (none, error).ShouldBe((null, "An amount in EUR has at most 2 decimals."));
        Money.TryOf(1m, null, out _, out error).ShouldBeFalse();
        error.ShouldNotBeNull();
        Money.TryOf(1m, "EUR", out var money, out error).ShouldBeTrue();
        (money, error).ShouldBe((Money.Of(1m, "EUR"), null));
    }

    [Fact]
    public void Equal_amounts_are_equal_however_they_were_written() => Money.Of(1.5m, "EUR").ShouldBe(Money.Of(1.500m, "EUR"));

    [Fact]
    public void Amounts_of_one_currency_add_up()
    {
        Money.Of(0.1m, "EUR").Add(Money.Of(0.2m, "EUR")).ShouldBe(Money.Of(0.3m, "EUR"));
        Money.Sum([Money.Of(1m, "JPY"), Money.Of(2m, "JPY")], "JPY").ShouldBe(Money.Of(3m, "JPY"));
        Money.Sum([], "EUR").ToString().ShouldBe("0.00 EUR");
    }

    [Fact]
    public void Amounts_of_two_currencies_do_not_add_up()
    {
        Should.Throw<CrmException>(() => Money.Of(1m, "EUR").Add(Money.Of(1m, "USD"))).Kind.ShouldBe(ErrorKind.Validation);
        Should.Throw<CrmException>(() => Money.Sum([Money.Of(1m, "USD")], "EUR")).Errors.ShouldNotBeNull().Keys.ShouldBe(["currency"]);
    }

    [Fact]
    public void A_sum_beyond_the_range_is_refused() => Should.Throw<CrmException>(
        () => Money.Of(9_999_999_999_999m, "EUR").Add(Money.Of(1m, "EUR"))).Kind.ShouldBe(ErrorKind.Validation);

    [Theory]
    [InlineData("0.25", "0.5", "EUR", "0.12")]
    [InlineData("0.75", "0.5", "EUR", "0.38")]
    [InlineData("19.99", "3", "EUR", "59.97")]
    [InlineData("5", "0.5", "JPY", "2")]
    [InlineData("7", "0.5", "JPY", "4")]
    [InlineData("1.001", "0.5", "KWD", "0.500")]
    [InlineData("0", "79228162514264337593543950335", "EUR", "0.00")]
    public void A_quantity_times_a_price_is_rounded_half_to_even(string price, string quantity, string currency, string expected) =>
        Money.Of(Decimal(price), currency).Times(Decimal(quantity)).ToString().ShouldBe($"{expected} {currency}");

    [Theory]
    [InlineData("10000000000000")]
    [InlineData("79228162514264337593543950335")]
    [InlineData("-79228162514264337593543950335")]
    public void A_product_beyond_the_range_is_refused(string quantity) =>
        Should.Throw<CrmException>(() => Money.Of(9_999_999_999_999m, "EUR").Times(Decimal(quantity))).Kind.ShouldBe(ErrorKind.Validation);

    [Fact]
    public void A_stored_amount_comes_back_with_the_decimals_of_its_currency_even_if_the_currency_has_been_withdrawn()
    {
        // What the object-relational mapper does with numeric(19,4).
        var constructor = typeof(Money).GetConstructors(System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic)
            .Single(candidate => candidate.GetParameters().Length == 2);
        constructor.Invoke([1250.0000m, "EUR"]).ToString().ShouldBe("1250.00 EUR");
        constructor.Invoke([1250.0000m, "DEM"]).ToString().ShouldBe("1250.0000 DEM");
    }

    private static string Refusal(decimal amount, string currency)
    {
        var error = Should.Throw<CrmException>(() => Money.Of(amount, currency, "value"));
        error.Kind.ShouldBe(ErrorKind.Validation);
        return error.Errors.ShouldNotBeNull().Keys.Single();
    }

    private static decimal Decimal(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);
}
