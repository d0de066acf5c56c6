using Crm.Application.Abstractions;
using Crm.Application.Assignments;
using Crm.Application.Binding;
using Crm.Application.Conditions;
using Crm.Application.CustomFields;
using Crm.Application.Leads;
using Crm.Application.Members;
using Crm.Domain.Common;
using Crm.Domain.Routing;

namespace Crm.Application.Routing;

/// <summary>Holds a rule to what leads have and who there is, so that what cannot work is refused when it is saved.</summary>
public sealed class RoutingRuleChecks(LeadResource leads, NamedMembers members, ILatestCustomFields fields, IRequestContext context) : ISharedByUseCases
{
    /// <summary>
    /// Refuses everything that leads do not have, and then everybody there is not, at once. Of a rule that is there already only what changes is asked: one whose custom field
    /// has been retired, or who names a member that has left, can still be switched off.
    /// </summary>
    /// <exception cref="CrmException">VALIDATION_FAILED and UNPROCESSABLE by path, such as <c>territories[0].userIds[1]</c>.</exception>
    internal async Task CheckAsync(RoutingRuleDetails? before, RoutingRuleDetails after, CancellationToken ct)
    {
        await fields.ReadAsync(() => CheckMembers(before, after), ct);
        var known = before is null ? [] : NamedBy(before).Select(n => n.Id).ToHashSet();
        await members.CheckAsync([.. NamedBy(after).Where(n => !known.Contains(n.Id))], ct);
    }

    private bool CheckMembers(RoutingRuleDetails? before, RoutingRuleDetails after)
    {
        var errors = new BindErrors();
        if (before is null || !Equals(before.Condition, after.Condition))
            errors.Collect("condition", () => ConditionTree.Parse(leads, after.Condition?.Element ?? default, context.Caller, "condition"));
        if (after.TerritoryField is { } field && (field != before?.TerritoryField || !after.Territories.Equals(before.Territories)))
            TerritoryMap.Check(errors, leads, field, after.Territories, context.Caller);
        errors.ThrowIfAny();
        return true;
    }

    // The rule's own team is a reference, which is checked when it is saved.
    private static IEnumerable<Named> NamedBy(RoutingRuleDetails rule) => Named.Each(rule.UserIds, "userIds").Concat(TerritoryMap.NamedBy(rule.Territories));
}
