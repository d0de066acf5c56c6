using Crm.Application.Abstractions;
using Crm.Application.Resources;

namespace Crm.Application.Listing;

/// <summary>The SQL of tenancy and record visibility: the same in lists, searches, counts, reports, references and the log.</summary>
public static class RecordScope
{
    /// <summary>The records of the tenant the caller may see, living or deleted.</summary>
    public static string Of(Resource resource, Caller caller, Dictionary<string, object?> parameters, bool deleted)
    {
        var scope = $"t.tenant_id = @TenantId and t.deleted_at is {(deleted ? "not " : "")}null";
        return Visible(resource, "t", caller, parameters) is { } visible ? $"{scope} and {visible}" : scope;
    }

    /// <summary>
    /// The condition of record visibility, or null when the caller sees everything. What is attached to a deleted record is not seen by
    /// who sees some records only, unless <paramref name="withDeleted"/>.
    /// </summary>
    public static string? Visible(Resource resource, string alias, Caller caller, Dictionary<string, object?> parameters, bool withDeleted = false) =>
        resource.IsPersonal ? Personal($"{alias}.{resource.OwnerColumn}", caller, parameters)
        : resource.AttachedTo.Count > 0 ? VisibleWith(resource, alias, caller, parameters, withDeleted)
        : Visible(resource.OwnerColumn, alias, caller, parameters, resource.CoOwnerColumn);

    /// <summary>The condition of records that are their owner's alone; null for the service itself.</summary>
    public static string? Personal(string owner, Caller caller, Dictionary<string, object?> parameters)
    {
        if (caller.IsSystem) return null;
        parameters["PersonOfCaller"] = caller.UserId;
        return $"{owner} = @PersonOfCaller";
    }

    /// <summary>
    /// What must hold of events <c>e</c> besides: those of personal records are seen by whose they are. Null where there are none, and for the service itself.
    /// </summary>
    public static string? PersonalEvents(IEnumerable<Resource> resources, Caller caller, Dictionary<string, object?> parameters)
    {
        var personal = resources.Where(r => r.IsPersonal).Select(r => r.EventName).ToArray();
        if (personal.Length == 0 || Personal("e.owner_id", caller, parameters) is not { } own) return null;
        parameters["Personal"] = personal;
        return $"(e.aggregate_type <> all(@Personal) or {own})";
    }

    /// <summary>The same for rows that are no declared records.</summary>
    public static string? Visible(string? ownerColumn, string alias, Caller caller, Dictionary<string, object?> parameters, string? coOwnerColumn = null)
    {
        if (ownerColumn is null || caller.VisibleOwners is null) return null;
        parameters["VisibleOwners"] = caller.VisibleOwners.ToArray();
        var team = caller.VisibleTeams switch
        {
            [] => $"{alias}.team_id is null",
            [_] => $"{alias}.team_id = @VisibleTeam",
            _ => $"{alias}.team_id = any(@VisibleTeams)",
        };
        if (caller.VisibleTeams is [var only]) parameters["VisibleTeam"] = only;
        else if (caller.VisibleTeams.Count > 0) parameters["VisibleTeams"] = caller.VisibleTeams.ToArray();
        var shared = coOwnerColumn is null ? "" : $" or {alias}.{coOwnerColumn} = any(@VisibleOwners)";
        return $"({alias}.{ownerColumn} = any(@VisibleOwners){shared} or ({alias}.{ownerColumn} is null and {team}))";
    }

    /// <summary>Of records that are attached to others: as those are, where the caller may read them at all.</summary>
    private static string? VisibleWith(Resource resource, string alias, Caller caller, Dictionary<string, object?> parameters, bool withDeleted)
    {
        // The indexes of owners hold living records only.
        var living = withDeleted ? "" : " and r.deleted_at is null";
        var ways = resource.AttachedTo.Where(a => caller.May(a.Target.Permission("read")))
            .Select(a => (a.Link.Column, a.Target.Table, Condition: Visible(a.Target, "r", caller, parameters))).ToList();
        if (ways.Count == resource.AttachedTo.Count && ways.All(w => w.Condition is null)) return null;
        if (ways.Count == 0) return "false";
        return $"({string.Join(" or ", ways.Select(w => w.Condition is null
            ? $"{alias}.{w.Column} is not null"
            : $"exists (select from crm_read.{w.Table} r where r.tenant_id = @TenantId and r.id = {alias}.{w.Column}{living} and {w.Condition})"))})";
    }
}
