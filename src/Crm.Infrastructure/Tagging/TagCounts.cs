using Crm.Application.Resources;
using Crm.Application.Tagging;
using Crm.Domain.Common;
using Crm.Infrastructure.Persistence;
using Dapper;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;

namespace Crm.Infrastructure.Tagging;

/// <summary>
/// Keeps how many living records carry each tag, in the transaction that changes it. Differences are gathered while the command runs and
/// written as its last statement, in one order: commands at once wait for each other as briefly as can be, and never in a ring.
/// </summary>
internal sealed class TagCounts(ResourceCatalog resources)
{
    /// <summary>Each connection counts in one of so many slots; the sum is the count.</summary>
    private const int Slots = 8;

    private const string Write = """
        insert into crm.tag_counts as c (tenant_id, resource, tag, slot, count)
        select @TenantId, d.resource, d.tag, (pg_backend_pid() % @Slots)::smallint, d.difference
        from unnest(@Resources, @Tags, @Differences) as d (resource, tag, difference) order by d.resource, d.tag
        on conflict (tenant_id, resource, tag, slot) do update set count = c.count + excluded.count
        """;

    private readonly List<(string Resource, string Tag, long Difference)> _pending = [];
    private readonly Stack<int> _parts = new();

    /// <summary>Gathers what the aggregates' changes mean; before they are saved, while what was loaded is still known.</summary>
    public void Gather(IEnumerable<EntityEntry<AggregateRoot>> changed)
    {
        foreach (var entry in changed)
        {
            if (resources.FindBy(entry.Entity.GetType()) is not { } resource || !TaggedResources.IsTagged(resource)) continue;
            var tags = entry.ComplexProperty("Details").Property(nameof(RecordDetails.Tags));
            var deletion = entry.Property(nameof(AggregateRoot.DeletedAt));
            var before = entry.State == EntityState.Added || deletion.OriginalValue is not null ? Tags.None : (Tags)tags.OriginalValue!;
            var after = entry.State == EntityState.Deleted || deletion.CurrentValue is not null ? Tags.None : (Tags)tags.CurrentValue!;
            if (before.Equals(after)) continue;
            foreach (var tag in after.Except(before, StringComparer.Ordinal)) Add(resource.Name, tag, 1);
            foreach (var tag in before.Except(after, StringComparer.Ordinal)) Add(resource.Name, tag, -1);
        }
    }

    /// <summary>Adds a difference that no aggregate tells of.</summary>
    public void Add(string resource, string tag, long difference) => _pending.Add((resource, tag, difference));

    public void BeginPart() => _parts.Push(_pending.Count);

    public void KeepPart() => _parts.Pop();

    public void UndoPart()
    {
        var kept = _parts.Pop();
        _pending.RemoveRange(kept, _pending.Count - kept);
    }

    /// <summary>Writes the differences; right before the commit.</summary>
    public async Task FlushAsync(TenantSession session)
    {
        if (_pending.Count == 0) return;
        var differences = _pending.GroupBy(d => (d.Resource, d.Tag)).Select(g => (g.Key.Resource, g.Key.Tag, Difference: g.Sum(d => d.Difference))).Where(d => d.Difference != 0).ToList();
        Clear();
        if (differences.Count == 0) return;
        await session.Connection.ExecuteAsync(new CommandDefinition(Write, new
        {
            session.TenantId,
            Slots,
            Resources = differences.Select(d => d.Resource).ToArray(),
            Tags = differences.Select(d => d.Tag).ToArray(),
            Differences = differences.Select(d => d.Difference).ToArray(),
        }, session.Transaction));
    }

    public void Clear()
    {
        _pending.Clear();
        _parts.Clear();
    }
}
