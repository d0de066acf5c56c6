using Crm.Domain.Common;

namespace Crm.Domain.Scoring;

/// <summary>What users state about a rule that gives leads points.</summary>
public record LeadScoringRuleDetails : RecordDetails
{
    /// <summary>What it is called, 1–300 characters.</summary>
    public required string Name { get; init; }
    /// <summary>What it is for, at most 20,000 characters.</summary>
    public string? Description { get; init; }
    /// <summary>Whether leads are scored by it.</summary>
    public bool IsActive { get; init; } = true;
    /// <summary>A filter tree over the lead; none = every lead.</summary>
    public FreeJson? Condition { get; init; }
    /// <summary>What a lead that meets it gets, −100 to 100; below 0 it speaks against the lead.</summary>
    public required int? Points { get; init; }
    /// <summary>The date its points grow old from, such as <c>createdAt</c>; none = they never do. Goes with <see cref="HalfLifeDays"/>.</summary>
    public string? DecayFrom { get; init; }
    /// <summary>After how many days half the points are left, 1–3,650. Goes with <see cref="DecayFrom"/>.</summary>
    public int? HalfLifeDays { get; init; }
}

/// <summary>A rule that gives leads points. What several rules give is added to what a model says of the lead; everybody who may read scores sees it.</summary>
public sealed class LeadScoringRule : Record<LeadScoringRule, LeadScoringRuleDetails>, IUnrestricted
{
    /// <summary>The most points a rule gives or takes.</summary>
    public const int MostPoints = 100;

    /// <summary>The longest half-life: ten years.</summary>
    public const int LongestHalfLife = 3_650;

    private LeadScoringRule() { }

    /// <summary>Makes a rule. Raises <see cref="Created{LeadScoringRule}"/>.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED: no name or points, points or a half-life out of range, a half-life without a date or a date without one.</exception>
    public static LeadScoringRule Define(Guid id, LeadScoringRuleDetails details)
    {
        var rule = new LeadScoringRule { Id = id };
        rule.Begin(details);
        return rule;
    }

    /// <inheritdoc/>
    protected override void Guard(LeadScoringRuleDetails? before, LeadScoringRuleDetails after)
    {
        Require.Text(after.Name, "name");
        if (after.Points is not (>= -MostPoints and <= MostPoints)) throw CrmException.Validation("points", $"must be between {-MostPoints} and {MostPoints}");
        if (after.HalfLifeDays is < 1 or > LongestHalfLife) throw CrmException.Validation("halfLifeDays", $"must be between 1 and {LongestHalfLife}");
        if (after.DecayFrom is not null && after.HalfLifeDays is null) throw CrmException.Validation("halfLifeDays", "is required with decayFrom");
        if (after.DecayFrom is null && after.HalfLifeDays is not null) throw CrmException.Validation("decayFrom", "is required with halfLifeDays");
    }
}
