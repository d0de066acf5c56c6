using Crm.Domain.Common;

namespace Crm.Domain.Tests.Common;

public class CurrencyAndCountryTests
{
    [Theory]
    [InlineData("EUR", 2)]
    [InlineData("JPY", 0)]
    [InlineData("KWD", 3)]
    [InlineData("CLF", 4)]
    public void A_currency_knows_its_decimals(string code, int digits) => Currency.Find(code).ShouldNotBeNull().Digits.ShouldBe(digits);

    [Fact]
    public void Every_currency_has_a_code_of_three_capitals_and_at_most_four_decimals()
    {
        Currency.All.Count.ShouldBeGreaterThan(150);
        Currency.All.ShouldAllBe(currency => currency.Code.Length == 3 && currency.Code.All(char.IsAsciiLetterUpper)
            && currency.Digits >= 0 && currency.Digits <= 4 && currency.Name.Length > 0);
    }

    [Fact]
    public void What_is_no_currency_is_not_found()
    {
        Currency.Find(null).ShouldBeNull();
        Currency.IsKnown("eur").ShouldBeFalse();
        Currency.IsKnown("XAU").ShouldBeFalse();
    }

    [Theory]
    [InlineData("BG", "359", "Bulgaria")]
    [InlineData("US", "1", "United States")]
    [InlineData("JM", "1876", "Jamaica")]
    [InlineData("NA", "264", "Namibia")]
    public void A_country_knows_its_calling_code_and_name(string code, string dial, string name) =>
        Country.Find(code).ShouldBe(new Country(code, dial, name));

    [Theory]
    [InlineData("BG", "en", "Bulgaria")]
    [InlineData("BG", "bg", "България")]
    [InlineData("DE", "bg", "Германия")]
    [InlineData("HK", "bg", "Хонконг (САР на Китай)")]
    [InlineData("XI", "bg", "XI")]
    public void A_country_has_a_name_in_each_language(string code, string language, string name) => CountryNames.Of(code, language).ShouldBe(name);

    [Fact]
    public void Every_country_has_a_name_of_its_own_in_Bulgarian()
    {
        var names = Country.All.Select(country => CountryNames.Of(country.Code, "bg")).ToList();
        names.ShouldBeUnique();
        names.ShouldAllBe(name => name.Length > 2 && name.All(c => !char.IsAsciiLetter(c)));
    }

    [Fact]
    public void All_249_countries_have_a_code_a_calling_code_and_a_name()
    {
        Country.All.Count.ShouldBe(249);
        Country.All.ShouldAllBe(country => country.Code.Length == 2 && country.Code.All(char.IsAsciiLetterUpper)
            && country.DialCode.Length > 0 && country.DialCode.All(char.IsAsciiDigit) && country.Name.Length > 0);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("bg")]
    [InlineData("UK")]
    [InlineData("BGR")]
    [InlineData("")]
    public void What_is_no_country_is_not_found(string? code) => Country.IsKnown(code).ShouldBeFalse();
}
