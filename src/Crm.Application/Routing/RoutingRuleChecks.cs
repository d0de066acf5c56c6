using Crm.Application.Abstractions;
using Crm.Application.Assignments;
using Crm.Application.Binding;
using Crm.Application.Conditions;
using Crm.Application.CustomFields;
using Crm.Application.Leads;
using Crm.Domain.Common;
using Crm.Domain.Routing;

namespace Crm.Application.Routing;

/// <summary>Holds a rule to what leads have and who there is, so that what cannot work is refused when it is saved.</summary>
public sealed class RoutingRuleChecks(LeadResource leads, IReadDb db, ILatestCustomFields fields, IRequestContext context) : ISharedByUseCases
{
    private const string KnownSql = """
        select m.id from crm_read.members m where m.tenant_id = @TenantId and m.deleted_at is null and m.id = any(@Ids)
        union all select t.id from crm_read.teams t where t.tenant_id = @TenantId and t.deleted_at is null and t.id = any(@Ids)
        """;

    /// <summary>
    /// Refuses everything that leads do not have, and then everybody there is not, at once. Of a rule that is there already only what changes is asked: one whose custom field
    /// has been retired, or who names a member that has left, can still be switched off.
    /// </summary>
    /// <exception cref="CrmException">VALIDATION_FAILED and UNPROCESSABLE by path, such as <c>territories[0].userIds[1]</c>.</exception>
    internal async Task CheckAsync(RoutingRuleDetails? before, RoutingRuleDetails after, CancellationToken ct)
    {
        await fields.ReadAsync(() => CheckMembers(before, after), ct);
        var known = before is null ? [] : Named(before).Select(n => n.Id).ToHashSet();
        var asked = Named(after).Where(n => !known.Contains(n.Id)).ToList();
        if (asked.Count == 0) return;
        var found = (await db.QueryAsync<Guid>(KnownSql, new { Ids = asked.Select(a => a.Id).Distinct().ToArray() }, ct)).ToHashSet();
        var missing = asked.Where(a => !found.Contains(a.Id)).ToDictionary(a => a.Path, a => new[] { $"refers to no {a.What} you can see" });
        if (missing.Count > 0) throw new CrmException(ErrorKind.Unprocessable, "UNPROCESSABLE", "The request refers to what is not there.", missing);
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
    private static IEnumerable<(string Path, Guid Id, string What)> Named(RoutingRuleDetails rule)
    {
        var users = rule.UserIds.Select((id, i) => ($"userIds[{i}]", Guid.Parse(id), "member"));
        return users.Concat(rule.Territories.SelectMany((t, i) => t.UserIds.Select((id, n) => ($"territories[{i}].userIds[{n}]", Guid.Parse(id), "member"))
            .Concat(t.TeamId is { } team ? [($"territories[{i}].teamId", team, "team")] : [])));
    }
}
