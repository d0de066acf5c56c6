using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Resources;
using Crm.Domain.Scoring;

namespace Crm.Application.Scoring;

/// <summary>The declaration of rules that give leads points.</summary>
public sealed class LeadScoringRuleResource : Resource<LeadScoringRule, LeadScoringRuleDetails>
{
    /// <summary>Declares the members.</summary>
    public LeadScoringRuleResource() : base("lead-scoring/rules", "lead scoring rule")
    {
        Table = "lead_scoring_rules";
        Text(x => x.Name).Required().Search().Sort().Says("What it is called.", "\"Came by recommendation\"");
        Text(x => x.Description).Limit(20_000).Search().NoFilter().Says("What it is for.", "\"They buy twice as often\"");
        Boolean(x => x.IsActive).Says("Whether leads are scored by it.", "true");
        Other(x => x.Condition, FieldKind.Json).NoFilter().Says("A filter tree as lists take it, asked of what is stated about the lead. Without one every lead meets it.", """{"field": "source", "value": "REFERRAL"}""");
        Integer(x => x.Points).Required().Between(-LeadScoringRule.MostPoints, LeadScoringRule.MostPoints).Sort().Says("What a lead that meets it gets; below 0 it speaks against the lead.", "15");
        Text(x => x.DecayFrom).NoFilter().Says("The date the points grow old from: createdAt, updatedAt, lastActivityAt, or a custom field of type DATE, such as customFields.renewal. null: they never do.", "\"lastActivityAt\"");
        Integer(x => x.HalfLifeDays).Between(1, LeadScoringRule.LongestHalfLife).Says("After how many days half the points are left. Goes with decayFrom.", "30");
        Common();
    }

    /// <inheritdoc/>
    protected override string PermissionName => "lead-scoring";

    /// <inheritdoc/>
    protected override ICommand<Guid> Create(LeadScoringRuleDetails details) => new CreateLeadScoringRule(details);

    /// <inheritdoc/>
    protected override ICommand<Guid> Update(Guid id, Patch<LeadScoringRuleDetails> patch) => new UpdateLeadScoringRule(id, patch);
}

/// <summary>A rule's own members, as events carry them.</summary>
public sealed record LeadScoringRuleState : LeadScoringRuleDetails;

internal sealed class LeadScoringRuleStateProfile : StateProfile<LeadScoringRule, LeadScoringRuleDetails, LeadScoringRuleState>;
