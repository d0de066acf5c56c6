using Crm.Application.Invoices;
using Crm.Domain.Common;

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
        var letter = InvoiceEmail.Write(new InvoiceEmail.Letter(kind, "2026-000001", language, new DateOnly(2026, 3, 15), 120, due, "EUR", "Analytical Ltd", "BG80BNBG96611020345678", null, "Babbage & Co"), isAttached: due > 0);
        letter.Subject.ShouldBe(subject);
        letter.Text.ShouldContain("120.00 EUR");
        letter.Text.Contains("IBAN", StringComparison.Ordinal).ShouldBe(line is not null);
        if (line is not null) letter.Text.ShouldContain(line);
        letter.Text.Contains("PDF", StringComparison.Ordinal).ShouldBe(due > 0, "what goes along is told of");
    }

    [Theory]
    [InlineData("en", 1, "was due on 2026-03-15, has not been paid in full yet. It is 1 day overdue.", "Amount due: 70.00 EUR.", "Pay here: https://pay.example.com/1")]
    [InlineData("en", 8, "It is 8 days overdue.", "Amount due: 70.00 EUR.", "Pay here: https://pay.example.com/1")]
    [InlineData("bg", 1, "със срок за плащане 15.03.2026 все още не е платена изцяло. Закъснението е 1 ден.", "Сума за плащане: 70.00 EUR.", "Платете тук: https://pay.example.com/1")]
    [InlineData("bg", 8, "Закъснението е 8 дни.", "Сума за плащане: 70.00 EUR.", "Платете тук: https://pay.example.com/1")]
    public void A_reminder_says_what_is_due_and_how_late_it_is(string language, int days, params string[] lines)
    {
        var text = InvoiceReminderEmail.Write(new InvoiceReminderEmail.Letter("2026-000001", language, "Analytical Ltd", "BG80BNBG96611020345678", null, "Babbage & Co", "https://pay.example.com/1"),
            new InvoiceReminderEmail.Told(1, EmailAddress.Parse("b@example.com"), new DateOnly(2026, 3, 15), days, Money.Of(70, "EUR")), isAttached: false);
        foreach (var line in (string[])["2026-000001", "Babbage & Co", "Analytical Ltd", "IBAN BG80BNBG96611020345678", .. lines]) text.ShouldContain(line);
        text.ShouldNotContain("PDF");
    }
}
