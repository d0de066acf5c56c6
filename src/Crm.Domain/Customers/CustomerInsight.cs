using Crm.Domain.Common;

namespace Crm.Domain.Customers;

/// <summary>What a customer's insight is worked out from.</summary>
/// <param name="Value">The total of won deals in the tenant's currency.</param>
/// <param name="OtherValues">The totals of won deals in other currencies; no rule uses them.</param>
/// <param name="ActivitiesLast30Days">Activities of today and the 30 days before, in the tenant's time zone.</param>
/// <param name="DaysSinceContact">Days from the last contact to today, in the tenant's time zone; null = never contacted.</param>
/// <param name="OpenDeals">Deals that are open.</param>
/// <param name="Deals">Deals of any status.</param>
/// <param name="EmailOpenRate">The share of e-mails that were opened, 0–1.</param>
public sealed record CustomerFigures(Money Value, ValueList<Money> OtherValues, int ActivitiesLast30Days, int? DaysSinceContact, int OpenDeals, int Deals, decimal EmailOpenRate);

/// <summary>How a customer is doing and what to do about it (the rules and numbers of product.md §2).</summary>
/// <param name="Value">The total of won deals in the tenant's currency.</param>
/// <param name="OtherValues">The totals in other currencies.</param>
/// <param name="EngagementScore">0–100.</param>
/// <param name="IsAtRisk">Whether contact was lost, or never made.</param>
/// <param name="DaysSinceContact">Null = never contacted.</param>
/// <param name="ActivitiesLast30Days">What the score counted.</param>
/// <param name="OpenDeals">What the score counted.</param>
/// <param name="EmailOpenRate">0–1.</param>
/// <param name="RecommendedActions">What to do next; empty when all is well.</param>
public sealed record CustomerInsight(Money Value, ValueList<Money> OtherValues, int EngagementScore, bool IsAtRisk, int? DaysSinceContact,
    int ActivitiesLast30Days, int OpenDeals, decimal EmailOpenRate, ValueList<string> RecommendedActions)
{
    private const decimal ValuableAbove = 50_000;
    private const int SilenceOfValuable = 14, SilenceOfOthers = 30, LowEngagement = 30;

    /// <summary>The insight the figures give.</summary>
    public static CustomerInsight Of(CustomerFigures figures)
    {
        var engagement = Engagement(figures.ActivitiesLast30Days, figures.EmailOpenRate, figures.OpenDeals);
        var isAtRisk = figures.DaysSinceContact is not { } days || days > (figures.Value.Amount > ValuableAbove ? SilenceOfValuable : SilenceOfOthers);
        return new CustomerInsight(figures.Value, figures.OtherValues, engagement, isAtRisk, figures.DaysSinceContact,
            figures.ActivitiesLast30Days, figures.OpenDeals, figures.EmailOpenRate, ValueList.Of(Actions(isAtRisk, engagement, figures.Deals)));
    }

    /// <summary>The engagement score, 0–100: 10 an activity (50 at most), 30 for e-mails that are opened, 15 an open deal (30 at most).</summary>
    public static int Engagement(int activitiesLast30Days, decimal emailOpenRate, int openDeals) => Math.Min(100,
        Math.Min(10 * activitiesLast30Days, 50) + (int)Math.Floor(30 * Math.Clamp(emailOpenRate, 0, 1)) + Math.Min(15 * openDeals, 30));

    private static IEnumerable<string> Actions(bool isAtRisk, int engagement, int deals)
    {
        if (isAtRisk)
        {
            yield return "Schedule immediate follow-up call";
            yield return "Send personalized check-in email";
        }
        if (engagement < LowEngagement)
        {
            yield return "Increase engagement with valuable content";
            yield return "Offer product demo or consultation";
        }
        if (deals == 0)
        {
            yield return "Create sales opportunity";
            yield return "Schedule needs assessment";
        }
    }
}
