using Crm.Application.Resources;

namespace Crm.Infrastructure.Persistence;

/// <summary>
/// What falls and rises with a record: tasks and activities linked to it and to nothing else, and what is attached to it or to one of
/// those. One statement per kind that can have any; each way has an index of its own.
/// </summary>
internal static class Dependents
{
    private static readonly string[] Work = ["tasks", "activities"];

    /// <summary>The statements, which read ids of rows in this state; parameters <c>TenantId</c>, <c>Id</c>.</summary>
    public static IReadOnlyList<(Resource Kind, string Sql)> Of(ResourceCatalog resources, Resource resource, string state)
    {
        var kinds = new List<(Resource, string)>();
        var works = resource.LinkColumn is null ? [] : Work.Select(name => resources[name]).ToList();
        foreach (var work in works)
            kinds.Add((work, $"select w.id from crm.{work.Table} w where w.tenant_id = @TenantId and {LinkedOnly(resources, resource, state)} order by w.id"));
        foreach (var kind in resources.All.Where(r => r.AttachedTo.Count > 0))
        {
            var ways = kind.AttachedTo.Where(a => a.Target.Name == resource.Name || works.Any(w => w.Name == a.Target.Name)).Select(a => a.Target.Name == resource.Name
                ? $"select a.id from crm.{kind.Table} a where a.tenant_id = @TenantId and a.{state} and a.{a.Link.Column} = @Id"
                : $"select a.id from crm.{a.Target.Table} w join crm.{kind.Table} a on a.tenant_id = @TenantId and a.{a.Link.Column} = w.id and a.{state} where w.tenant_id = @TenantId and {LinkedOnly(resources, resource, state)}").ToList();
            if (ways.Count > 0) kinds.Add((kind, $"{string.Join(" union ", ways)} order by 1"));
        }
        return kinds;
    }

    private static string LinkedOnly(ResourceCatalog resources, Resource resource, string state) =>
        $"w.{resource.LinkColumn} = @Id and w.{state}"
        + string.Concat(resources.All.Select(r => r.LinkColumn).OfType<string>().Where(c => c != resource.LinkColumn).Distinct().Select(c => $" and w.{c} is null"));
}
