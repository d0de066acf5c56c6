using Crm.Application.Invoices;

namespace Crm.Application.Tests.Invoices;

public sealed class InvoiceTextTests
{
    [Theory]
    [InlineData("Net 30", 30)]
    [InlineData("net 0", 0)]
    [InlineData("Net 3650", 3650)]
    [InlineData("Net 3651", null)]
    [InlineData("Net 99999999999", null)]
    [InlineData("Net -1", null)]
    [InlineData("Net", null)]
    [InlineData("In advance", null)]
    [InlineData(null, null)]
    public void Terms_of_payment_are_days_where_they_say_so(string? terms, int? days) => IssueSettings.DaysOf(terms).ShouldBe(days);

    [Theory]
    [InlineData("INVOICE", "en", 120, "Invoice 2026-000001", "To be paid by 2026-03-15: 120.00 EUR.")]
    [InlineData("INVOICE", "bg", 120, "Фактура 2026-000001", "За плащане до 15.03.2026: 120.00 EUR.")]
    [InlineData("INVOICE", "en", 0, "Invoice 2026-000001", null)]
    [InlineData("CREDIT_NOTE", "bg", 0, "Кредитно известие 2026-000001", null)]
    public void The_e_mail_says_what_is_to_be_paid_where_something_is(string kind, string language, int due, string subject, string? line)
    {
        var letter = InvoiceEmail.Write(new InvoiceEmail.Letter(kind, "2026-000001", language, new DateOnly(2026, 3, 15), 120, due, "EUR", "Analytical Ltd", "BG80BNBG96611020345678", null, "Babbage & Co"));
        letter.Subject.ShouldBe(subject);
        letter.Text.ShouldContain("120.00 EUR");
        letter.Text.Contains("IBAN", StringComparison.Ordinal).ShouldBe(line is not null);
        if (line is not null) letter.Text.ShouldContain(line);
    }
}
