using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Conditions;
using Crm.Application.CustomFields;
using Crm.Application.Leads;
using Crm.Domain.Common;
using Crm.Domain.Scoring;

namespace Crm.Application.Scoring;

/// <summary>Holds a rule to what leads have, so that what cannot be asked is refused when it is saved.</summary>
public sealed class LeadScoringRuleChecks(LeadResource leads, ILatestCustomFields fields, IRequestContext context) : ISharedByUseCases
{
    /// <summary>
    /// Refuses everything that leads do not have, at once. Of a rule that is there already only what changes is asked: one whose custom field has been retired can still be
    /// switched off.
    /// </summary>
    /// <exception cref="CrmException">VALIDATION_FAILED by path, such as <c>condition.and[0].field</c>.</exception>
    internal async Task CheckAsync(LeadScoringRuleDetails? before, LeadScoringRuleDetails after, CancellationToken ct) => await fields.ReadAsync(() =>
    {
        var errors = new BindErrors();
        if (before is null || !Equals(before.Condition, after.Condition))
            errors.Collect("condition", () => ConditionTree.Parse(leads, after.Condition?.Element ?? default, context.Caller, "condition"));
        if (after.DecayFrom is { } from && from != before?.DecayFrom && !DecayDates.Has(from, context.Caller.CustomFields.Of(leads.Name)))
            errors.Add("decayFrom", $"must be one of {string.Join(", ", DecayDates.OfLeads)} or a custom field of leads of type DATE, such as customFields.renewal");
        errors.ThrowIfAny();
        return true;
    }, ct);
}
