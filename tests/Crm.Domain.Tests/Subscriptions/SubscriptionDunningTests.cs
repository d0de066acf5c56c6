using Crm.Domain.Common;
using Crm.Domain.Subscriptions;

namespace Crm.Domain.Tests.Subscriptions;

public sealed class SubscriptionDunningTests
{
    private static readonly DateTimeOffset DueAt = new(2026, 6, 15, 0, 0, 0, TimeSpan.Zero);
    private static readonly SubscriptionTerms Terms = new(TimeSpan.FromDays(14), TimeSpan.FromDays(14));
    private static readonly Subscription Active = new(Guid.NewGuid(), PlanCode.Starter, BillingInterval.Month, SubscriptionStatus.Active, Eur(19)) { PeriodStart = DueAt.AddDays(-14), PeriodEnd = DueAt.AddDays(16), AnchorAt = DueAt.AddDays(-14) };
    private static readonly Subscription PastDue = Active with { Status = SubscriptionStatus.PastDue, PastDueSince = DueAt };

    [Theory]
    [InlineData(-14, DunningStage.Due)]
    [InlineData(-0.001, DunningStage.Due)]
    [InlineData(0, DunningStage.PastDue)]
    [InlineData(10.999, DunningStage.PastDue)]
    [InlineData(11, DunningStage.Ending)]
    [InlineData(14, DunningStage.Ending)]
    public void A_charge_goes_through_the_stages_and_each_says_when_it_costs_the_plan(double days, DunningStage stage)
    {
        var charge = Charge(ChargeStatus.Due);
        var notice = SubscriptionDunning.OfCharges(days < 0 ? Active : PastDue, [charge], Terms, DueAt.AddDays(days)).ShouldHaveSingleItem();
        notice.ShouldBe(new DunningNotice(stage, charge.Id, PlanCode.Starter, [Eur(19)], DueAt, DueAt.AddDays(14)));
    }

    [Fact]
    public void A_short_grace_warns_after_half_of_it()
    {
        var terms = Terms with { Grace = TimeSpan.FromDays(2) };
        SubscriptionDunning.OfCharges(PastDue, [Charge(ChargeStatus.Due)], terms, DueAt.AddHours(23)).ShouldHaveSingleItem().Stage.ShouldBe(DunningStage.PastDue);
        SubscriptionDunning.OfCharges(PastDue, [Charge(ChargeStatus.Due)], terms, DueAt.AddHours(24)).ShouldHaveSingleItem().Stage.ShouldBe(DunningStage.Ending);
    }

    [Fact]
    public void Nothing_is_told_without_a_charge_or_a_plan_or_before_it_is_past_due()
    {
        SubscriptionDunning.OfCharges(PastDue, [], Terms, DueAt).ShouldBeEmpty();
        SubscriptionDunning.OfCharges(Active, [Charge(ChargeStatus.Due)], Terms, DueAt).ShouldBeEmpty();
        SubscriptionDunning.OfCharges(Subscription.Free(Guid.NewGuid(), "EUR"), [Charge(ChargeStatus.Due)], Terms, DueAt.AddDays(-1)).ShouldBeEmpty();
    }

    [Fact]
    public void The_end_says_what_need_not_be_paid_any_more_for_a_week()
    {
        var change = Guid.NewGuid();
        var voided = new[] { Charge(ChargeStatus.Void), Charge(ChargeStatus.Void), Charge(ChargeStatus.Void) with { Amount = Money.Of(5, "USD") } };
        SubscriptionDunning.OfEnd(change, PlanCode.Starter, DueAt, voided, DueAt)
            .ShouldBe(new DunningNotice(DunningStage.Ended, change, PlanCode.Starter, [Eur(38), Money.Of(5, "USD")], DueAt, DueAt));
        SubscriptionDunning.OfEnd(change, PlanCode.Starter, DueAt, voided, DueAt + SubscriptionDunning.Memory).ShouldBeNull();
    }

    private static SubscriptionCharge Charge(ChargeStatus status) =>
        new(Guid.NewGuid(), Active.TenantId, PlanCode.Starter, BillingInterval.Month, ChargeKind.Period, Eur(19), DueAt.AddDays(-14), DueAt.AddDays(16), status, DueAt, null, DueAt.AddDays(-14));

    private static Money Eur(decimal amount) => Money.Of(amount, "EUR");
}
