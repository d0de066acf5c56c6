using Crm.Domain.Commerce;
using Crm.Domain.Common;
using Crm.Domain.RecurringInvoices;

namespace Crm.Domain.Tests.RecurringInvoices;

public sealed class RecurringInvoiceTests
{
    private static readonly DateTimeOffset Now = new(2027, 1, 31, 9, 30, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(RecurrenceInterval.Month, 1, "2027-01-31 2027-02-28 2027-03-31 2027-04-30 2027-05-31")]
    [InlineData(RecurrenceInterval.Month, 2, "2027-01-31 2027-03-31 2027-05-31 2027-07-31 2027-09-30")]
    [InlineData(RecurrenceInterval.Quarter, 1, "2027-01-31 2027-04-30 2027-07-31 2027-10-31 2028-01-31")]
    [InlineData(RecurrenceInterval.Week, 2, "2027-01-31 2027-02-14 2027-02-28 2027-03-14 2027-03-28")]
    [InlineData(RecurrenceInterval.Year, 1, "2027-01-31 2028-01-31 2029-01-31 2030-01-31 2031-01-31")]
    public void The_last_day_of_a_month_stays_it(RecurrenceInterval interval, int every, string days)
    {
        var recurring = Start(Details() with { Interval = interval, Every = every });
        Enumerable.Range(0, 5).Select(period => recurring.DayOf(period)!.Value.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture)).ShouldBe(days.Split(' '));
    }

    [Fact]
    public void A_leap_day_comes_again_every_fourth_year()
    {
        var recurring = Start(Details() with { StartsOn = new DateOnly(2028, 2, 29), Interval = RecurrenceInterval.Year });
        new[] { 0, 1, 4 }.Select(period => recurring.DayOf(period)).ShouldBe([new DateOnly(2028, 2, 29), new DateOnly(2029, 2, 28), new DateOnly(2032, 2, 29)]);
    }

    [Fact]
    public void Each_period_is_made_once_and_what_was_missed_is_made_up_for()
    {
        var recurring = Start(Details() with { Occurrences = 3 });
        Make(recurring, new DateOnly(2027, 1, 30)).ShouldBeNull("its day has not come");
        var first = Make(recurring, new DateOnly(2027, 1, 31))!;
        (first.RecurringInvoiceId, first.Recurrence, first.Total).ShouldBe((recurring.Id, 1, recurring.Total));
        Make(recurring, new DateOnly(2027, 1, 31)).ShouldBeNull();
        var late = new DateOnly(2027, 12, 1);
        (Make(recurring, late)!.Recurrence, Make(recurring, late)!.Recurrence).ShouldBe((2, 3));
        Make(recurring, late).ShouldBeNull();
        (recurring.Status, recurring.NextOn, recurring.InvoiceCount).ShouldBe((RecurringInvoiceStatus.Ended, null, 3));
    }

    [Fact]
    public void What_falls_into_a_pause_is_left_out_and_the_rhythm_stays()
    {
        var recurring = Start(Details());
        Make(recurring, new DateOnly(2027, 1, 31));
        recurring.Pause();
        Make(recurring, new DateOnly(2027, 5, 31)).ShouldBeNull();
        recurring.Resume(new DateOnly(2027, 5, 1));
        recurring.NextOn.ShouldBe(new DateOnly(2027, 5, 31));
        Refusal("INVALID_STATE", () => recurring.Change(recurring.Details with { Every = 2 }, Found()));
        recurring.Change(recurring.Details with { EndsOn = new DateOnly(2027, 5, 1) }, Found());
        recurring.NextOn.ShouldBeNull();
        recurring.End();
        Refusal("INVALID_STATE", recurring.Pause);
        Refusal("INVALID_STATE", () => recurring.Change(recurring.Details with { Notes = "More" }, Found()));
    }

    [Fact]
    public void What_never_ends_well_is_refused()
    {
        Refusal("VALIDATION_FAILED", () => Start(Details() with { Every = 0 }));
        Refusal("VALIDATION_FAILED", () => Start(Details() with { Occurrences = 0 }));
        Refusal("VALIDATION_FAILED", () => Start(Details() with { AutoSend = true }));
        Refusal("VALIDATION_FAILED", () => Start(Details() with { EndsOn = new DateOnly(2027, 1, 30) }));
        Refusal("VALIDATION_FAILED", () => Start(Details() with { LineItems = [] }));
        Refusal("UNPROCESSABLE", () => Start(Details() with { StartsOn = new DateOnly(2027, 1, 30) }));
        Start(Details() with { StartsOn = new DateOnly(9990, 1, 1) }).DayOf(500).ShouldBeNull();
    }

    private static Crm.Domain.Invoices.Invoice? Make(RecurringInvoice recurring, DateOnly today) => recurring.Make(Guid.CreateVersion7(), today, Now);

    private static RecurringInvoice Start(RecurringInvoiceDetails details) => RecurringInvoice.Start(Guid.CreateVersion7(), details, Found());

    private static DocumentSetting Found() => new("EUR", "en", [], new DateOnly(2027, 1, 31), Now);

    private static RecurringInvoiceDetails Details() => new()
    {
        CustomerId = Guid.CreateVersion7(), LineItems = [new DocumentItem { Name = "Care", UnitPrice = Money.Of(100, "EUR"), TaxCategory = TaxCategory.Standard, TaxPercent = 20 }],
    };

    private static void Refusal(string code, Action act) => Should.Throw<CrmException>(act).Code.ShouldBe(code);
}
