using Crm.Domain.Assignments;
using Crm.Domain.Common;

namespace Crm.Domain.Routing;

/// <summary>What users state about a rule that gives new leads to members.</summary>
public record RoutingRuleDetails : RecordDetails
{
    /// <summary>What it is called, 1–300 characters.</summary>
    public required string Name { get; init; }
    /// <summary>What it is for, at most 20,000 characters.</summary>
    public string? Description { get; init; }
    /// <summary>Whether leads are routed by it.</summary>
    public bool IsActive { get; init; } = true;
    /// <summary>Where it stands among the rules, 0–100,000: the first that a lead meets decides. Those without come last, the oldest first.</summary>
    public int? Position { get; init; }
    /// <summary>A filter tree over the lead; none = every lead.</summary>
    public FreeJson? Condition { get; init; }
    /// <summary>Who of the pool gets a lead.</summary>
    public required AssignmentStrategy Strategy { get; init; }
    /// <summary>The pool: members by id, at most 100.</summary>
    public ValueList<string> UserIds { get; init; } = ValueList<string>.Empty;
    /// <summary>The pool: the members of a team, instead of <see cref="UserIds"/>.</summary>
    public Guid? TeamId { get; init; }
    /// <summary>Of TERRITORY: the member of leads that says to which territory one belongs, such as <c>customFields.country</c>.</summary>
    public string? TerritoryField { get; init; }
    /// <summary>Of TERRITORY: the territories, each with a pool of its own; the first that has the lead's value counts. At most 100.</summary>
    public ValueList<Territory> Territories { get; init; } = ValueList<Territory>.Empty;
}

/// <summary>A rule by which leads that arrive with no owner stated are given to members; everybody sees it.</summary>
public sealed class RoutingRule : Record<RoutingRule, RoutingRuleDetails>, IUnrestricted
{
    private RoutingRule() { }

    /// <summary>Makes a rule; a member named twice is in the pool once. Raises <see cref="Created{RoutingRule}"/>.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED: no name, a pool that does not fit the strategy, territories without values or members.</exception>
    public static RoutingRule Define(Guid id, RoutingRuleDetails details)
    {
        var rule = new RoutingRule { Id = id };
        rule.Begin(Once(details));
        return rule;
    }

    /// <inheritdoc/>
    public override void Revise(RoutingRuleDetails details) => base.Revise(Once(details));

    private static RoutingRuleDetails Once(RoutingRuleDetails details) =>
        details with { UserIds = MemberIds.Once(details.UserIds), Territories = ValueList.Of(details.Territories.Select(t => t.Once())) };

    /// <inheritdoc/>
    protected override void Guard(RoutingRuleDetails? before, RoutingRuleDetails after)
    {
        Require.Text(after.Name, "name");
        var refusals = (after.Strategy == AssignmentStrategy.Territory ? OfTerritories(after) : OfPool(after)).ToLookup(r => r.Path, r => r.Message);
        if (refusals.Count > 0) throw CrmException.Validation(refusals.ToDictionary(r => r.Key, r => r.Distinct().ToArray()));
    }

    private static IEnumerable<(string Path, string Message)> OfTerritories(RoutingRuleDetails rule)
    {
        if (rule.TerritoryField is null) yield return ("territoryField", "is required with TERRITORY");
        if (rule.Territories.Count == 0) yield return ("territories", "is required with TERRITORY");
        if (rule.UserIds.Count > 0) yield return ("userIds", "does not belong to TERRITORY: its territories have pools of their own");
        if (rule.TeamId is not null) yield return ("teamId", "does not belong to TERRITORY: its territories have pools of their own");
        foreach (var refusal in Territory.Refusals(rule.Territories)) yield return refusal;
    }

    private static IEnumerable<(string Path, string Message)> OfPool(RoutingRuleDetails rule)
    {
        if (rule.TerritoryField is not null) yield return ("territoryField", "belongs to TERRITORY only");
        if (rule.Territories.Count > 0) yield return ("territories", "belongs to TERRITORY only");
        foreach (var refusal in Territory.PoolRefusals(rule.UserIds, rule.TeamId)) yield return refusal;
    }
}
