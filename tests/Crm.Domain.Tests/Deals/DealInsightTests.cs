using Crm.Domain.Common;
using Crm.Domain.Deals;

namespace Crm.Domain.Tests.Deals;

/// <summary>The numbers of product.md §4.</summary>
public sealed class DealInsightTests
{
    [Theory]
    [InlineData("NEW", 10)]
    [InlineData("LEAD", 10)]
    [InlineData("Lead", 10)]
    [InlineData("CONTACTED", 25)]
    [InlineData("QUALIFIED", 25)]
    [InlineData("PROPOSAL", 50)]
    [InlineData("NEGOTIATION", 75)]
    [InlineData("Prospecting", 33)]
    public void The_stage_sets_the_base(string stage, int percent)
    {
        var insight = DealInsight.Of(DealStatus.Open, stage, 33, null, 0);
        insight.BaseProbability.ShouldBe(percent / 100m);
        insight.WinProbability.ShouldBe(percent / 100m);
        insight.Factors.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(null, 0, 0.5)]
    [InlineData(71, 0, 0.65)]
    [InlineData(70, 0, 0.5)]
    [InlineData(30, 0, 0.5)]
    [InlineData(29, 0, 0.35)]
    [InlineData(null, 90, 0.5)]
    [InlineData(null, 91, 0.4)]
    [InlineData(100, 91, 0.52)]
    [InlineData(0, 91, 0.28)]
    public void Engagement_and_age_are_factors(int? engagement, int age, double expected) =>
        DealInsight.Of(DealStatus.Open, "PROPOSAL", 1, engagement, age).WinProbability.ShouldBe((decimal)expected);

    [Fact]
    public void The_factors_that_applied_are_told()
    {
        var insight = DealInsight.Of(DealStatus.Open, "LEAD", 10, 15, 120);
        insight.Factors.ShouldBe([new InsightFactor("LOW_CUSTOMER_ENGAGEMENT", 0.7m), new InsightFactor("OLDER_THAN_90_DAYS", 0.8m)]);
        insight.WinProbability.ShouldBe(0.056m);
    }

    [Theory]
    [InlineData("NEGOTIATION", 75, 80)]
    [InlineData("Verbal", 100, null)]
    public void No_open_deal_is_certain(string stage, int probability, int? engagement) =>
        DealInsight.Of(DealStatus.Open, stage, probability, engagement, 0).WinProbability.ShouldBe(0.95m);

    [Theory]
    [InlineData(DealStatus.Won, 1)]
    [InlineData(DealStatus.Lost, 0)]
    public void A_closed_deal_is_certain(DealStatus status, int expected)
    {
        var insight = DealInsight.Of(status, "PROPOSAL", 50, 100, 200);
        (insight.WinProbability, insight.BaseProbability).ShouldBe((expected, expected));
        insight.Factors.ShouldBeEmpty();
        insight.NextActions.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("NEW", "Make initial contact within 24 hours|Research customer background|Qualify budget and timeline")]
    [InlineData("LEAD", "Make initial contact within 24 hours|Research customer background|Qualify budget and timeline")]
    [InlineData("CONTACTED", "Send product information|Schedule discovery call|Identify decision makers")]
    [InlineData("QUALIFIED", "Send product information|Schedule discovery call|Identify decision makers")]
    [InlineData("PROPOSAL", "Follow up on proposal|Address questions/objections|Schedule closing call")]
    [InlineData("NEGOTIATION", "")]
    public void The_stage_says_what_to_do_next(string stage, string actions) =>
        string.Join('|', DealInsight.Of(DealStatus.Open, stage, 50, null, 0).NextActions).ShouldBe(actions);
}
