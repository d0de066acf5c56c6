using Crm.Domain.Commerce;

namespace Crm.Domain.Tests.Commerce;

public sealed class SellerRulesTests
{
    // The examples of the IBAN registry.
    [Theory]
    [InlineData("BG80BNBG96611020345678")]
    [InlineData("DE89370400440532013000")]
    [InlineData("GB29NWBK60161331926819")]
    [InlineData("NO9386011117947")]
    [InlineData("MT84MALT011000012345MTLCAST001S")]
    [InlineData("XK051212012345678906")]
    public void An_account_has_right_check_digits(string iban)
    {
        SellerRules.IsIban(iban).ShouldBeTrue();
        for (var i = 2; i < iban.Length; i++)
            if (char.IsAsciiDigit(iban[i])) SellerRules.IsIban(iban[..i] + (char)('0' + (iban[i] - '0' + 1) % 10) + iban[(i + 1)..]).ShouldBeFalse($"digit {i}");
    }

    [Theory]
    [InlineData("")]
    [InlineData("BG80 BNBG 9661 1020 3456 78")]
    [InlineData("bg80bnbg96611020345678")]
    [InlineData("ZZ80BNBG96611020345678")]
    [InlineData("BG80")]
    [InlineData("BG80BNBG96611020345678\n")]
    public void What_is_no_account_is_refused(string text) => SellerRules.IsIban(text).ShouldBeFalse();

    [Theory]
    [InlineData("BG123456789", true)]
    [InlineData("EL123456789", true)]
    [InlineData("XI123456789", true)]
    [InlineData("ZZ123456789", false)]
    [InlineData("123456789", false)]
    [InlineData("BG1", false)]
    [InlineData("BG12345678901234", false)]
    public void A_VAT_identifier_begins_with_its_country(string text, bool holds) => SellerRules.IsVatId(text).ShouldBe(holds);

    [Theory]
    [InlineData("BNBGBGSD", true)]
    [InlineData("DEUTDEFF500", true)]
    [InlineData("DEUTDEFF50", false)]
    [InlineData("DEUTZZFF", false)]
    public void A_bank_has_a_code(string text, bool holds) => SellerRules.IsBic(text).ShouldBe(holds);

    [Theory]
    [InlineData("INV-", true)]
    [InlineData("A/1.b_", true)]
    [InlineData("", false)]
    [InlineData("два", false)]
    [InlineData("123456789012345678901", false)]
    public void A_series_is_short_and_plain(string text, bool holds) => SellerRules.IsSeries(text).ShouldBe(holds);
}
