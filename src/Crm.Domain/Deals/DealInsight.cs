namespace Crm.Domain.Deals;

/// <summary>Something that makes a deal more or less likely to be won.</summary>
/// <param name="Name">What speaks for or against it.</param>
/// <param name="Multiplier">What the base probability is multiplied by.</param>
public sealed record InsightFactor(string Name, decimal Multiplier);

/// <summary>How likely a deal is won and what to do next (product.md §4).</summary>
/// <param name="WinProbability">0..1 after the factors, at most .95 while the deal is open.</param>
/// <param name="BaseProbability">0..1, what the stage alone says.</param>
/// <param name="Factors">The factors that applied, in the order they did.</param>
/// <param name="NextActions">What to do next in this stage.</param>
public sealed record DealInsight(decimal WinProbability, decimal BaseProbability, IReadOnlyList<InsightFactor> Factors, IReadOnlyList<string> NextActions)
{
    private const decimal Most = 0.95m;
    private const int OldAfterDays = 90;

    /// <summary>Judges a deal.</summary>
    /// <param name="engagement">The customer's engagement score, 0–100; null without a customer.</param>
    /// <param name="ageDays">Days since the deal was opened, in the tenant's zone.</param>
    public static DealInsight Of(DealStatus status, string stage, int stageProbability, int? engagement, int ageDays)
    {
        if (status != DealStatus.Open)
        {
            var certain = status == DealStatus.Won ? 1m : 0m;
            return new DealInsight(certain, certain, [], []);
        }
        var fromStage = stage.ToUpperInvariant() switch
        {
            "NEW" or "LEAD" => 0.10m,
            "CONTACTED" or "QUALIFIED" => 0.25m,
            "PROPOSAL" => 0.50m,
            "NEGOTIATION" => 0.75m,
            _ => stageProbability / 100m,
        };
        var factors = new List<InsightFactor>();
        if (engagement > 70) factors.Add(new("HIGH_CUSTOMER_ENGAGEMENT", 1.3m));
        if (engagement < 30) factors.Add(new("LOW_CUSTOMER_ENGAGEMENT", 0.7m));
        if (ageDays > OldAfterDays) factors.Add(new("OLDER_THAN_90_DAYS", 0.8m));
        var likely = factors.Aggregate(fromStage, (probability, factor) => probability * factor.Multiplier);
        return new DealInsight(Math.Min(likely, Most), fromStage, factors, Actions(stage.ToUpperInvariant()));
    }

    private static IReadOnlyList<string> Actions(string stage) => stage switch
    {
        "NEW" or "LEAD" => ["Make initial contact within 24 hours", "Research customer background", "Qualify budget and timeline"],
        "CONTACTED" or "QUALIFIED" => ["Send product information", "Schedule discovery call", "Identify decision makers"],
        "PROPOSAL" => ["Follow up on proposal", "Address questions/objections", "Schedule closing call"],
        _ => [],
    };
}
