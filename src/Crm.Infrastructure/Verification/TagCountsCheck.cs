using Crm.Application.Resources;
using Crm.Application.Tagging;

namespace Crm.Infrastructure.Verification;

/// <summary>How many living records carry each tag is what is kept beside them.</summary>
internal sealed class TagCountsCheck : ITenantCheck
{
    /// <summary>What is kept: resource, tag, n.</summary>
    internal const string Kept = "select c.resource, c.tag, sum(c.count) as n from crm_read.tag_counts c where c.tenant_id = @TenantId group by c.resource, c.tag";

    private readonly string _count, _wrong;

    public TagCountsCheck(ResourceCatalog resources)
    {
        var counted = Counted(resources);
        _count = $"select count(*) from ({Kept}) as kept where n <> 0";
        // A tag is somebody's words: only where it stands is told.
        _wrong = $"""
            select resource || ': ' || count(*) || ' tags' from ({Kept}) as kept full join ({counted}) as counted using (resource, tag)
            where coalesce(kept.n, 0) <> coalesce(counted.n, 0) group by resource
            """;
    }

    /// <summary>What the living records carry: resource, tag, n.</summary>
    internal static string Counted(ResourceCatalog resources) => string.Join("\nunion all\n", resources.All.Where(TaggedResources.IsTagged).Select(r =>
        $"select '{r.Name}' as resource, u.tag, count(*) as n from crm_read.{r.Table} t cross join lateral unnest(t.tags) u (tag) where t.tenant_id = @TenantId and t.deleted_at is null group by u.tag"));

    public string Name => "tags are counted as often as records carry them";

    public Task RunAsync(TenantRows rows, CheckReport report, CancellationToken ct) => new SqlCheck(Name, _count, _wrong).RunAsync(rows, report, ct);
}
