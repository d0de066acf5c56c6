using Crm.Domain.Common;
using Crm.Domain.Customers;

namespace Crm.Domain.Tests.Customers;

public sealed class CustomerInsightTests
{
    private static readonly string[] RiskActions = ["Schedule immediate follow-up call", "Send personalized check-in email"];
    private static readonly string[] EngagementActions = ["Increase engagement with valuable content", "Offer product demo or consultation"];
    private static readonly string[] DealActions = ["Create sales opportunity", "Schedule needs assessment"];

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 10)]
    [InlineData(4, 40)]
    [InlineData(5, 50)]
    [InlineData(6, 50)]
    [InlineData(1_000, 50)]
    public void Activities_score_ten_each_and_fifty_at_most(int activities, int score) => Insight(activities: activities).EngagementScore.ShouldBe(score);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 15)]
    [InlineData(2, 30)]
    [InlineData(3, 30)]
    public void Open_deals_score_fifteen_each_and_thirty_at_most(int open, int score) => Insight(open: open, deals: open).EngagementScore.ShouldBe(score);

    [Theory]
    [InlineData("0", 0)]
    [InlineData("0.0333", 0)]
    [InlineData("0.0334", 1)]
    [InlineData("0.5", 15)]
    [InlineData("0.9999", 29)]
    [InlineData("1", 30)]
    public void Opened_emails_score_thirty_times_their_rate_rounded_down(string rate, int score) =>
        Insight(rate: decimal.Parse(rate, System.Globalization.CultureInfo.InvariantCulture)).EngagementScore.ShouldBe(score);

    [Fact]
    public void The_score_ends_at_a_hundred() => Insight(activities: 5, rate: 1, open: 2, deals: 2).EngagementScore.ShouldBe(100);

    [Theory]
    [InlineData(50_000, 30, false)]
    [InlineData(50_000, 31, true)]
    [InlineData(50_000.01, 14, false)]
    [InlineData(50_000.01, 15, true)]
    [InlineData(0, 0, false)]
    [InlineData(1_000_000, 0, false)]
    public void Contact_is_lost_after_14_days_above_50000_and_after_30_otherwise(decimal value, int days, bool isAtRisk) =>
        Insight(value: value, days: days).IsAtRisk.ShouldBe(isAtRisk);

    [Theory]
    [InlineData(0)]
    [InlineData(1_000_000)]
    public void A_customer_never_contacted_is_at_risk(decimal value) => Insight(value: value, days: null).IsAtRisk.ShouldBeTrue();

    [Fact]
    public void Other_currencies_do_not_make_a_customer_valuable()
    {
        var insight = CustomerInsight.Of(new CustomerFigures(Money.Of(0, "EUR"), [Money.Of(90_000, "USD")], 0, 20, 0, 1, 0));

        insight.IsAtRisk.ShouldBeFalse();
        insight.OtherValues.ShouldBe([Money.Of(90_000, "USD")]);
    }

    [Fact]
    public void All_is_well_with_a_customer_in_touch_and_buying() =>
        Insight(activities: 3, days: 0, open: 0, deals: 1).RecommendedActions.ShouldBeEmpty();

    [Theory]
    [InlineData(2, 1)]
    [InlineData(1, 1)]
    public void Engagement_below_30_asks_for_more(int activities, int deals) =>
        Insight(activities: activities, days: 0, deals: deals).RecommendedActions.ShouldBe(EngagementActions);

    [Fact]
    public void Engagement_of_29_is_low_and_of_30_is_not()
    {
        Insight(rate: 0.99m, days: 0, deals: 1).RecommendedActions.ShouldBe(EngagementActions);
        Insight(rate: 1, days: 0, deals: 1).RecommendedActions.ShouldBeEmpty();
    }

    [Fact]
    public void A_customer_at_risk_is_called_and_written_to() => Insight(activities: 3, days: 31, deals: 1).RecommendedActions.ShouldBe(RiskActions);

    [Fact]
    public void A_lost_deal_is_a_deal_all_the_same() => Insight(activities: 3, days: 0, open: 0, deals: 1).RecommendedActions.ShouldBeEmpty();

    [Fact]
    public void A_new_customer_gets_every_recommendation_in_order() =>
        Insight(days: null).RecommendedActions.ShouldBe([.. RiskActions, .. EngagementActions, .. DealActions]);

    [Fact]
    public void The_figures_are_answered_as_they_were_counted()
    {
        var insight = Insight(value: 12.5m, activities: 2, days: 9, open: 1, deals: 3);

        (insight.Value, insight.ActivitiesLast30Days, insight.DaysSinceContact, insight.OpenDeals).ShouldBe((Money.Of(12.5m, "EUR"), 2, 9, 1));
    }

    private static CustomerInsight Insight(decimal value = 0, int activities = 0, int? days = 0, int open = 0, int deals = 0, decimal rate = 0) =>
        CustomerInsight.Of(new CustomerFigures(Money.Of(value, "EUR"), [], activities, days, open, deals, rate));
}
