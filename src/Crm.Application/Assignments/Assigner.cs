using Crm.Application.Abstractions;
using Crm.Application.Resources;
using Crm.Domain.Assignments;

namespace Crm.Application.Assignments;

/// <summary>Of whom one is chosen: the members named, in their order, or those of a team.</summary>
/// <param name="RuleId">Whose turns are counted: a routing rule or a workflow rule.</param>
/// <param name="Slot">Which of its turns: a territory, or a step.</param>
internal sealed record AssignmentPool(Guid RuleId, int Slot, AssignmentStrategy Strategy, IReadOnlyList<Guid> UserIds, Guid? TeamId)
{
    /// <summary>A territory's pool: each in turn.</summary>
    public static AssignmentPool Of(Guid ruleId, int slot, Territory territory) => new(ruleId, slot, AssignmentStrategy.RoundRobin, [.. territory.UserIds.Select(Guid.Parse)], territory.TeamId);
}

/// <summary>
/// Chooses who gets a record, for routing rules and workflow rules alike. The record is held by whoever asks, then the turn; it is given away in the same transaction. So
/// those who ask at once, of whatever instance, are served one after the other, and each sees what the one before was given.
/// </summary>
public sealed class Assigner(IReadDb db, IAssignmentTurns turns) : ISharedByUseCases
{
    private const string MembersSql = """
        select m.id as Id, m.is_active as IsActive from crm_read.members m
        where m.tenant_id = @TenantId and m.deleted_at is null and (m.id = any(@UserIds) or (m.team_id = @TeamId::uuid and m.kind = 'PERSON'))
        order by m.created_at, m.id
        """;

    /// <summary>The next; null when no active member is left.</summary>
    internal async Task<Guid?> NextAsync(AssignmentPool pool, Resource resource, CancellationToken ct)
    {
        var members = await db.QueryAsync<MemberRow>(MembersSql, new { UserIds = pool.UserIds.ToArray(), pool.TeamId }, ct);
        var active = members.Where(m => m.IsActive).Select(m => m.Id).ToHashSet();
        if (active.Count == 0) return null;
        List<Guid> order = pool.UserIds.Count > 0 ? [.. pool.UserIds.Distinct()] : [.. members.Select(m => m.Id)];
        return pool.Strategy == AssignmentStrategy.LeastLoaded ? await LeastLoadedAsync([.. order.Where(active.Contains)], resource, ct) : await InTurnAsync(pool, order, active, ct);
    }

    /// <summary>Who follows the last one, whoever of those between has gone.</summary>
    private async Task<Guid> InTurnAsync(AssignmentPool pool, List<Guid> order, HashSet<Guid> active, CancellationToken ct)
    {
        var next = After(await turns.HoldAsync(pool.RuleId, pool.Slot, ct), order, active);
        await turns.MoveAsync(pool.RuleId, pool.Slot, next, ct);
        return next;
    }

    /// <summary>The first active one after the last one in the order, round and round; from the beginning where the last one is no longer in it.</summary>
    internal static Guid After(Guid? last, List<Guid> order, IReadOnlySet<Guid> active)
    {
        var at = last is { } before ? order.IndexOf(before) : -1;
        return Enumerable.Range(1, order.Count).Select(i => order[(at + i) % order.Count]).First(active.Contains);
    }

    private async Task<Guid> LeastLoadedAsync(List<Guid> members, Resource resource, CancellationToken ct)
    {
        await turns.HoldLoadsAsync(resource.Name, ct);
        var sql = $"select t.{resource.OwnerColumn} as Id, count(*) as Load from crm_read.{resource.Table} t where t.tenant_id = @TenantId and t.deleted_at is null and {OpenRecords.Of(resource)} and t.{resource.OwnerColumn} = any(@Members) group by 1";
        var loads = (await db.QueryAsync<LoadRow>(sql, new { Members = members.ToArray() }, ct)).ToDictionary(l => l.Id, l => l.Load);
        return members.MinBy(m => loads.GetValueOrDefault(m));
    }

    private sealed record MemberRow(Guid Id, bool IsActive);
    private sealed record LoadRow(Guid Id, long Load);
}

/// <summary>Which records are still work for their owners.</summary>
internal static class OpenRecords
{
    /// <summary>SQL over <c>t</c>; of kinds that are never done all are.</summary>
    public static string Of(Resource resource) => resource.Name switch
    {
        "leads" => "t.status not in ('CONVERTED', 'LOST', 'UNQUALIFIED')",
        "deals" => "t.status = 'OPEN'",
        "tasks" => "t.status not in ('COMPLETED', 'CANCELLED')",
        _ => "true",
    };
}
