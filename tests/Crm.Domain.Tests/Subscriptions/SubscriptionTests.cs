using Crm.Domain.Common;
using Crm.Domain.Subscriptions;

namespace Crm.Domain.Tests.Subscriptions;

public sealed class SubscriptionTests
{
    private static readonly DateTimeOffset Start = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Grace = TimeSpan.FromDays(14);
    private static readonly Plan Free = Of(PlanCode.Free, 0, 0), Starter = Of(PlanCode.Starter, 19, 190), Professional = Of(PlanCode.Professional, 49, 490);
    private static readonly Plan[] Plans = [Free, Starter, Professional, Of(PlanCode.Enterprise, 199, 1990)];

    [Fact]
    public void The_first_paid_plan_is_charged_for_a_period_in_advance()
    {
        var step = Subscription.Free(Guid.NewGuid(), "EUR").Change(Starter, BillingInterval.Month, Start);

        step.Kind.ShouldBe(SubscriptionChangeKind.Started);
        step.Charge.ShouldBe(new ChargeAsked(ChargeKind.Period, Eur(19), Start, Start.AddMonths(1)));
        (step.After.Status, step.After.PeriodStart, step.After.PeriodEnd).ShouldBe((SubscriptionStatus.Active, Start, Start.AddMonths(1)));
    }

    [Fact]
    public void A_plan_with_days_for_it_is_tried_once_and_then_charged()
    {
        var trial = Subscription.Free(Guid.NewGuid(), "EUR").Change(Starter with { TrialDays = 14 }, BillingInterval.Month, Start);
        (trial.Kind, trial.Charge, trial.After.Status, trial.After.PeriodEnd).ShouldBe((SubscriptionChangeKind.TrialStarted, null, SubscriptionStatus.Trialing, Start.AddDays(14)));
        trial.After.Advance(Start.AddDays(13), Plans, null, Grace).ShouldBeNull();

        var begun = trial.After.Advance(Start.AddDays(14), Plans, null, Grace)!;

        (begun.Kind, begun.After.Status).ShouldBe((SubscriptionChangeKind.Started, SubscriptionStatus.Active));
        begun.Charge.ShouldBe(new ChargeAsked(ChargeKind.Period, Eur(19), Start.AddDays(14), Start.AddDays(14).AddMonths(1)));
        var ended = begun.After.Cancel().After.Advance(begun.After.PeriodEnd!.Value, Plans, null, Grace)!;
        ended.After.Change(Starter with { TrialDays = 14 }, BillingInterval.Month, Start.AddYears(1)).Kind.ShouldBe(SubscriptionChangeKind.Started, "nobody tries twice");
    }

    [Theory]
    [InlineData(0, 19, 49, 30)]
    [InlineData(10, 12.67, 32.67, 20)]
    [InlineData(15, 9.5, 24.5, 15)]
    [InlineData(29, 0.63, 1.63, 1)]
    public void A_larger_plan_costs_the_difference_for_the_rest_of_the_period(int days, decimal credit, decimal charge, decimal due)
    {
        var quote = OnStarter().Quote(Professional, BillingInterval.Month, Start.AddDays(days));

        (quote.Credit, quote.Charge, quote.Due).ShouldBe((Eur(credit), Eur(charge), Eur(due)));
        (quote.Effective, quote.PeriodEnd).ShouldBe((ChangeTime.Now, Start.AddMonths(1)));
        var step = OnStarter().Change(Professional, BillingInterval.Month, Start.AddDays(days));
        step.Charge.ShouldBe(new ChargeAsked(ChargeKind.Proration, Eur(due), Start.AddDays(days), Start.AddMonths(1)));
        (step.Kind, step.After.Plan, step.After.PeriodStart).ShouldBe((SubscriptionChangeKind.Upgraded, PlanCode.Professional, Start));
    }

    [Fact]
    public void From_a_month_to_a_year_a_new_period_begins_less_what_is_left_of_the_old()
    {
        var step = OnStarter().Change(Starter, BillingInterval.Year, Start.AddDays(15));

        step.Charge.ShouldBe(new ChargeAsked(ChargeKind.Period, Eur(180.50m), Start.AddDays(15), Start.AddDays(15).AddYears(1)));
        step.After.Credit.ShouldBeNull();
    }

    [Fact]
    public void What_a_change_leaves_of_a_credit_pays_for_later_periods()
    {
        var yearly = Subscription.Free(Guid.NewGuid(), "EUR").Change(Starter, BillingInterval.Year, Start).After;
        var step = yearly.Change(Professional, BillingInterval.Month, Start);
        (step.Charge, step.After.Credit).ShouldBe((null, Eur(141)));

        var (months, paid) = (step.After, 0m);
        for (var i = 0; i < 4; i++)
        {
            var next = months.Advance(months.PeriodEnd!.Value, Plans, null, Grace)!;
            (months, paid) = (next.After, paid + (next.Charge?.Amount.Amount ?? 0));
        }
        paid.ShouldBe(4 * 49 - 141);
        months.Credit.ShouldBeNull();
    }

    [Fact]
    public void A_smaller_plan_comes_with_the_end_of_the_period_unless_that_is_taken_back()
    {
        var professional = Subscription.Free(Guid.NewGuid(), "EUR").Change(Professional, BillingInterval.Month, Start).After;
        var asked = professional.Change(Starter, BillingInterval.Month, Start.AddDays(3));
        (asked.Kind, asked.Charge, asked.After.Plan, asked.After.NextPlan).ShouldBe((SubscriptionChangeKind.DowngradeScheduled, null, PlanCode.Professional, PlanCode.Starter));
        asked.After.Resume().After.NextPlan.ShouldBeNull();

        var come = asked.After.Advance(Start.AddMonths(1), Plans, null, Grace)!;

        (come.Kind, come.After.Plan, come.After.Price, come.Charge!.Amount).ShouldBe((SubscriptionChangeKind.Downgraded, PlanCode.Starter, Eur(19), Eur(19)));
    }

    [Fact]
    public void It_ends_with_the_period_unless_that_is_taken_back()
    {
        var asked = OnStarter().Cancel();
        asked.After.Resume().After.CancelAtPeriodEnd.ShouldBeFalse();
        asked.After.Advance(Start.AddDays(20), Plans, null, Grace).ShouldBeNull();

        var ended = asked.After.Advance(Start.AddMonths(1), Plans, null, Grace)!;

        (ended.Kind, ended.Charge, ended.After.Plan, ended.After.Status, ended.After.PeriodEnd).ShouldBe((SubscriptionChangeKind.Canceled, null, PlanCode.Free, SubscriptionStatus.Canceled, null));
    }

    [Fact]
    public void Who_does_not_pay_is_past_due_and_falls_back_when_grace_is_over()
    {
        var overdue = Start.AddDays(14);
        OnStarter().Advance(overdue.AddDays(-1), Plans, null, Grace).ShouldBeNull();
        var late = OnStarter().Advance(overdue, Plans, overdue, Grace)!;
        (late.Kind, late.After.Status, late.After.Plan).ShouldBe((SubscriptionChangeKind.PastDue, SubscriptionStatus.PastDue, PlanCode.Starter));
        late.After.Advance(overdue.AddDays(13), Plans, overdue, Grace).ShouldBeNull();
        late.After.Settle()!.After.Status.ShouldBe(SubscriptionStatus.Active);
        Should.Throw<CrmException>(() => late.After.Change(Professional, BillingInterval.Month, overdue)).Code.ShouldBe("INVALID_STATE");

        var fallen = late.After.Advance(overdue.AddDays(14), Plans, overdue, Grace)!;

        (fallen.Kind, fallen.VoidsDue, fallen.After.Plan, fallen.After.Status).ShouldBe((SubscriptionChangeKind.FellBack, true, PlanCode.Free, SubscriptionStatus.Canceled));
    }

    [Fact]
    public void Periods_begin_on_the_day_the_first_began_also_after_February()
    {
        var current = Subscription.Free(Guid.NewGuid(), "EUR").Change(Starter, BillingInterval.Month, new DateTimeOffset(2026, 1, 31, 9, 0, 0, TimeSpan.Zero)).After;
        var ends = new List<int>();
        for (var i = 0; i < 4; i++)
        {
            ends.Add(current.PeriodEnd!.Value.Day);
            current = current.Advance(current.PeriodEnd.Value, Plans, null, Grace)!.After;
        }
        ends.ShouldBe([28, 31, 30, 31]);
    }

    [Fact]
    public void What_makes_no_sense_is_refused()
    {
        Refused(() => OnStarter().Change(Starter, BillingInterval.Month, Start));
        Refused(() => Subscription.Free(Guid.NewGuid(), "EUR").Change(Free, BillingInterval.Year, Start));
        Refused(() => Subscription.Free(Guid.NewGuid(), "EUR").Cancel());
        Refused(() => OnStarter().Cancel().After.Cancel());
        Refused(() => OnStarter().Resume());
        Should.Throw<CrmException>(() => Starter.Revise("Starter", Eur(-1), Eur(0), 0, [])).Errors!.Keys.ShouldContain("monthlyPrice.amount");
        Should.Throw<CrmException>(() => Starter.Revise("Starter", Eur(1), Money.Of(1, "USD"), 0, [])).Errors!.Keys.ShouldContain("yearlyPrice.currency");
        Should.Throw<CrmException>(() => Starter.Revise("Starter", Eur(1), Eur(1), 0, [new("leads", 1), new("leads", 2)])).Errors!.Keys.ShouldContain("limits");
        Should.Throw<CrmException>(() => Free.Revise("Free", Eur(1), Eur(0), 0, [])).Errors!.Keys.ShouldContain("monthlyPrice.amount");

        static void Refused(Action act) => Should.Throw<CrmException>(act).Code.ShouldBe("INVALID_STATE");
    }

    private static Subscription OnStarter() => Subscription.Free(Guid.NewGuid(), "EUR").Change(Starter, BillingInterval.Month, Start).After;

    private static Plan Of(PlanCode code, decimal monthly, decimal yearly) => new(code, code.ToString(), Eur(monthly), Eur(yearly), 0, []);

    private static Money Eur(decimal amount) => Money.Of(amount, "EUR");
}
