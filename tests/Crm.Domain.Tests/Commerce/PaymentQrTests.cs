using System.Text;
using Crm.Domain.Commerce;
using Crm.Domain.Common;

namespace Crm.Domain.Tests.Commerce;

public sealed class PaymentQrTests
{
    private const string Iban = "BG80 BNBG 9661 1020 3456 78";

    [Fact]
    public void A_credit_transfer_is_written_line_by_line() =>
        PaymentQr.CreditTransfer("Аналитикъл ООД", Iban, "BNBGBGSD", Money.Of(3204.67m, "EUR"), "Фактура 2026-000042")
            .ShouldBe("BCD\n002\n1\nSCT\nBNBGBGSD\nАналитикъл ООД\nBG80BNBG96611020345678\nEUR3204.67\n\n\nФактура 2026-000042");

    [Fact]
    public void What_is_not_there_is_left_empty_or_out() =>
        PaymentQr.CreditTransfer("A", Iban, null, Money.Of(0.01m, "EUR"), null).ShouldBe("BCD\n002\n1\nSCT\n\nA\nBG80BNBG96611020345678\nEUR0.01");

    [Theory]
    [InlineData("", Iban, null, "1", "EUR", "x", "name")]
    [InlineData("two\nlines", Iban, null, "1", "EUR", "x", "name")]
    [InlineData("A", "BG81BNBG96611020345678", null, "1", "EUR", "x", "iban")]
    [InlineData("A", Iban, "BNB", "1", "EUR", "x", "bic")]
    [InlineData("A", Iban, null, "0", "EUR", "x", "amount")]
    [InlineData("A", Iban, null, "1000000000", "EUR", "x", "amount")]
    [InlineData("A", Iban, null, "1", "USD", "x", "amount")]
    [InlineData("A", Iban, null, "1", "EUR", "two\r\nlines", "remittance")]
    public void What_no_bank_would_take_is_refused(string name, string iban, string? bic, string amount, string currency, string remittance, string wrong) =>
        Should.Throw<CrmException>(() => PaymentQr.CreditTransfer(name, iban, bic, Money.Of(decimal.Parse(amount, System.Globalization.CultureInfo.InvariantCulture), currency), remittance)).Errors!.Keys.ShouldBe([wrong]);

    [Fact]
    public void Lengths_are_those_of_the_standard()
    {
        var euro = Money.Of(999_999_999.99m, "EUR");
        PaymentQr.CreditTransfer(new string('n', 70), Iban, "BNBGBGSD", euro, new string('r', 140)).Length.ShouldBeLessThanOrEqualTo(PaymentQr.MaxBytes);
        Should.Throw<CrmException>(() => PaymentQr.CreditTransfer(new string('n', 71), Iban, null, euro, null)).Errors!.Keys.ShouldBe(["name"]);
        Should.Throw<CrmException>(() => PaymentQr.CreditTransfer("A", Iban, null, euro, new string('r', 141))).Errors!.Keys.ShouldBe(["remittance"]);
        // Each is short enough, but together they are more bytes than a code may have.
        Should.Throw<CrmException>(() => PaymentQr.CreditTransfer(new string('ю', 70), Iban, null, euro, new string('я', 140))).Errors!.Keys.ShouldBe(["name"]);
    }

    [Fact]
    public void An_invoice_is_paid_by_transfer_in_euros_and_else_at_its_address()
    {
        const string url = "https://pay.example.com/1";
        PaymentQr.Of(new string('ю', 100), Iban, null, Money.Of(1, "EUR"), "1", url)!.Split('\n')[5].Length.ShouldBe(70);
        Encoding.UTF8.GetByteCount(PaymentQr.Of(new string('ю', 100), Iban, null, Money.Of(1, "EUR"), "1", url)!).ShouldBeLessThanOrEqualTo(PaymentQr.MaxBytes);
        PaymentQr.Of("A", Iban, null, Money.Of(1, "USD"), "1", url).ShouldBe(url);
        PaymentQr.Of("A", null, null, Money.Of(1, "EUR"), "1", url).ShouldBe(url);
        PaymentQr.Of("A", "no account", null, Money.Of(1, "EUR"), "1", url).ShouldBe(url);
        PaymentQr.Of("A", null, null, Money.Of(1, "EUR"), "1", null).ShouldBeNull();
    }
}
