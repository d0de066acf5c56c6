using Crm.Domain.Commerce;
using Crm.Domain.Common;
using Crm.Domain.Documents;
using Crm.Domain.Invoices;
using static Crm.Domain.Tests.Invoices.InvoiceExamples;

namespace Crm.Domain.Tests.Invoices;

/// <summary>Reminders of late invoices, and the stages they come in.</summary>
public sealed class InvoiceReminderTests
{
    private static readonly EmailAddress To = EmailAddress.Parse("b@example.com");
    private static readonly DateOnly Due = Today.AddDays(14);

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("7 14 30")]
    [InlineData("1 2 3 4 5 6 7 8 9 3650")]
    public void Stages_ascend(string days) => Dunning.Refusals(Stages(days)).ShouldBeEmpty();

    [Theory]
    [InlineData("0", "dunningStages[0].daysAfterDue")]
    [InlineData("-7", "dunningStages[0].daysAfterDue")]
    [InlineData("3651", "dunningStages[0].daysAfterDue")]
    [InlineData("7 7", "dunningStages[1].daysAfterDue")]
    [InlineData("14 7 0", "dunningStages[1].daysAfterDue dunningStages[2].daysAfterDue")]
    [InlineData("1 2 3 4 5 6 7 8 9 10 11", "dunningStages")]
    public void What_are_no_stages_is_told_by_path(string days, string paths) => string.Join(' ', Dunning.Refusals(Stages(days)).Keys).ShouldBe(paths);

    [Theory]
    [InlineData(6, 0)]
    [InlineData(7, 1)]
    [InlineData(29, 2)]
    [InlineData(30, 3)]
    [InlineData(3000, 3)]
    public void The_stage_follows_from_the_days(int days, int stage) => Dunning.Reached(Stages("7 14 30"), days).ShouldBe(stage);

    [Fact]
    public void A_reminder_tells_what_is_due_and_its_stage_never_comes_again()
    {
        var invoice = Issued();
        invoice.DrainEvents();
        invoice.Remind(2, To, Due.AddDays(8), Now);
        (invoice.ReminderStage, invoice.RemindedAt).ShouldBe((2, Now));
        invoice.DrainEvents().ShouldHaveSingleItem().ShouldBe(new InvoiceReminded(invoice.Id, "1", 2, To, Due, 8, Money.Of(120, "EUR"), invoice.Details.CustomerId));
        foreach (var stage in (int[])[1, 2, 11]) InvalidState(() => invoice.Remind(stage, To, Due.AddDays(9), Now));
        invoice.Remind(10, To, Due.AddDays(9), Now);
        InvalidState(() => invoice.EnsureRemindable(invoice.ReminderStage + 1, Due.AddDays(10)));
    }

    [Fact]
    public void Nobody_is_reminded_of_what_is_not_due()
    {
        Refused(Draft(Details(Line())));
        var early = Issued();
        InvalidState(() => early.Remind(1, To, Due, Now));
        early.Remind(1, To, Due.AddDays(1), Now);
        var isVoid = Issued();
        isVoid.DeclareVoid(null, Now);
        Refused(isVoid);
        var credited = Issued();
        var note = credited.Credit(Guid.CreateVersion7(), null, CreditedSoFar.Nothing, null, "2", Today, Now);
        Refused(credited);
        Refused(note);
        Refused(Issued(Details(Line()) with { Prepaid = Money.Of(120, "EUR") }));
    }

    [Fact]
    public void What_stood_in_the_way_is_told_once_until_it_is_over()
    {
        var invoice = Issued();
        invoice.DrainEvents();
        invoice.FailReminder(1, "No address.");
        invoice.FailReminder(2, "No address.");
        invoice.DrainEvents().ShouldHaveSingleItem().ShouldBe(new InvoiceReminderFailed(invoice.Id, "1", 1, "No address.", invoice.Details.CustomerId));
        invoice.Remind(2, To, Due.AddDays(20), Now);
        invoice.ReminderFailure.ShouldBeNull();
        invoice.FailReminder(3, "No address.");
        invoice.DeclareVoid(null, Now);
        invoice.ReminderFailure.ShouldBeNull("nothing is due any more");
    }

    [Fact]
    public void Reminders_of_what_is_issued_are_paused_and_nothing_else_of_it_changes()
    {
        var invoice = Issued();
        invoice.Revise(invoice.Details with { RemindersPaused = true }, Setting(invoice.Details));
        invoice.Details.RemindersPaused.ShouldBeTrue();
        InvalidState(() => invoice.Revise(invoice.Details with { RemindersPaused = false, DueDate = Due.AddDays(1) }, Setting(invoice.Details)));
    }

    private static void InvalidState(Action act) => Should.Throw<CrmException>(act).Code.ShouldBe("INVALID_STATE");

    private static void Refused(Invoice invoice)
    {
        invoice.IsRemindable(1, Due.AddDays(30)).ShouldBeFalse();
        InvalidState(() => invoice.Remind(1, To, Due.AddDays(30), Now));
    }

    private static Invoice Issued(InvoiceDetails? details = null)
    {
        var invoice = Draft(details ?? Details(Line()));
        invoice.Issue("1", new IssueSetting(new DocumentParty { Name = "Analytical Ltd", VatId = "BG123456789", Country = "BG" }, new DocumentParty { Name = "Babbage & Co", Country = "DE" }, 14, null, Today, Now, TemplateUse.BuiltIn));
        return invoice;
    }

    private static ValueList<DunningStage> Stages(string days) =>
        ValueList.Of(days.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(d => new DunningStage { DaysAfterDue = int.Parse(d, System.Globalization.CultureInfo.InvariantCulture) }));
}
