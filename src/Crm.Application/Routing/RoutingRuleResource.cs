using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Resources;
using Crm.Domain.Routing;

namespace Crm.Application.Routing;

/// <summary>The declaration of rules that give new leads to members.</summary>
public sealed class RoutingRuleResource : Resource<RoutingRule, RoutingRuleDetails>
{
    /// <summary>Declares the members.</summary>
    public RoutingRuleResource() : base("routing-rules", "routing rule")
    {
        Text(x => x.Name).Required().Search().Sort().Says("What it is called.", "\"Referrals\"");
        Text(x => x.Description).Limit(20_000).Search().NoFilter().Says("What it is for.", "\"They are called the same day\"");
        Boolean(x => x.IsActive).Says("Whether leads are routed by it.", "true");
        Integer(x => x.Position).Between(0, 100_000).Sort().Says("Where it stands: the first rule that a lead meets, and that has somebody to give it to, decides. Rules without come last, the oldest first.", "10");
        Other(x => x.Condition, FieldKind.Json).NoFilter().Says("A filter tree as lists take it, asked of what is stated about the lead. Without one every lead meets it.", """{"field": "source", "value": "REFERRAL"}""");
        Choice(x => x.Strategy).Required().Says("Who of the pool gets a lead: each in turn, who has the fewest open leads, or those of the lead's territory, each in turn.", "\"ROUND_ROBIN\"");
        Words(x => x.UserIds).NoFilter().Says("The pool: members by id, at most 100. Those who are not active are passed over.", """["019ca8d2-7c1f-7d00-9d55-0e1b1018f4c1"]""");
        Reference(x => x.TeamId, "teams").Says("The pool: the members of a team, instead of userIds.");
        Text(x => x.TerritoryField).NoFilter().Says("Of TERRITORY: the member of leads that says where one belongs, such as customFields.country.");
        Other(x => x.Territories, FieldKind.Embedded).NotNull().NoFilter().Reads("t.territories::text").Says("Of TERRITORY: the territories, at most 100, each with the values it has and a pool; the first with the lead's value counts.", "[]");
        Common();
    }

    /// <inheritdoc/>
    protected override ICommand<Guid> Create(RoutingRuleDetails details) => new CreateRoutingRule(details);

    /// <inheritdoc/>
    protected override ICommand<Guid> Update(Guid id, Patch<RoutingRuleDetails> patch) => new UpdateRoutingRule(id, patch);
}

/// <summary>A rule's own members, as events carry them.</summary>
public sealed record RoutingRuleState : RoutingRuleDetails;

internal sealed class RoutingRuleStateProfile : StateProfile<RoutingRule, RoutingRuleDetails, RoutingRuleState>;
