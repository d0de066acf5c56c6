using Crm.Application.Abstractions;
using Crm.Application.Resources;
using Crm.Application.Tagging;
using Crm.Infrastructure.Events;
using Crm.Infrastructure.Persistence;
using Dapper;

namespace Crm.Infrastructure.Tagging;

/// <summary>
/// Changes tags with one statement per resource. Records are found through the reading view, whose plan may use the index of tags, then held in
/// the order of their ids; those whose tags changed meanwhile are left as they are.
/// </summary>
internal sealed class TagRewriter(TenantSession session, TaggedResources resources, SetBasedEvents events, TagCounts counts) : ITagRewriter
{
    public async Task<int> RewriteAsync(TagChange change, CancellationToken ct)
    {
        await session.SendDeferredAsync(ct);
        var (from, changed) = (change.From.ToArray(), 0);
        foreach (var resource in resources.All)
        {
            if (changed == change.AtMost) break;
            var parameters = events.Parameters(resource, ["tags"], change.Actor, change.CausationId);
            parameters.AddDynamicParams(new { From = from, change.To, AtMost = change.AtMost - changed });
            var differences = (await session.Connection.QueryAsync<(string Tag, long Difference, int Changed)>(new CommandDefinition(Sql(resource), parameters, session.Transaction, cancellationToken: ct))).AsList();
            if (differences.Count == 0) continue;
            foreach (var (tag, difference, _) in differences) counts.Add(resource.Name, tag, difference);
            changed += differences[0].Changed;
            session.NextEventNumber += differences[0].Changed;
        }
        return changed;
    }

    public Task<int> CountAsync(IReadOnlyList<string> tags, CancellationToken ct) => session.Connection.ExecuteScalarAsync<int>(new CommandDefinition(
        $"select sum(n)::int from ({string.Join(" union all ", resources.All.Select(r => $"select count(*) as n from {Found(r)}"))}) as counted",
        new { session.TenantId, From = tags.ToArray() }, session.Transaction, cancellationToken: ct));

    private static string Found(Resource resource) => $"crm_read.{resource.Table} t where t.tenant_id = @TenantId and t.deleted_at is null and t.tags && @From";

    // Each tag once, where its first stood.
    private static string Sql(Resource resource) => $"""
        with found as materialized (select t.id from {Found(resource)} limit @AtMost),
        held as materialized (
          select t.id, t.tags from crm.{resource.Table} t
          where t.tenant_id = @TenantId and t.id = any(array(select f.id from found f)) and t.deleted_at is null order by t.id for update),
        changed as (
          update crm.{resource.Table} t set version = t.version + 1, updated_at = @Now, updated_by = @ActorId, tags = array(
            select m.tag from (
              select case when u.tag = any(@From) then @To else u.tag end as tag, min(u.n) as n
              from unnest(h.tags) with ordinality u (tag, n) group by 1) m order by m.n)
          from held h
          where t.tenant_id = @TenantId and t.id = h.id and h.tags && @From
          returning t.id, t.version, h.tags as before, t.tags as after, jsonb_build_object('tags', t.tags) as patch, {SetBasedEvents.Whose(resource)}),
        logged as ({SetBasedEvents.Append})
        select d.tag as Tag, sum(d.difference)::bigint as Difference, (select count(*) from changed)::int as Changed
        from (
          select u.tag, 1 as difference from changed c cross join lateral unnest(c.after) u (tag)
          union all
          select u.tag, -1 from changed c cross join lateral unnest(c.before) u (tag)) d
        group by d.tag having sum(d.difference) <> 0
        """;
}
