using System.Text.Json;
using Crm.Application.Abstractions;
using Crm.Application.CustomFields;
using Crm.Application.Events;
using Crm.Application.Resources;

namespace Crm.Application.Workflows;

/// <summary>What events of the log did to records, and what they followed from.</summary>
public sealed class RecordChanges(IReadDb db, IRequestContext context) : ISharedByUseCases
{
    /// <summary>How many hops from the first cause an event may be to set a rule off.</summary>
    internal const int MaxDepth = 8;

    /// <summary>More records than that, changed by one transaction, are many at once.</summary>
    internal const int ManyRecords = 50;

    // A record's versions grow by one per transaction; within one, n orders the events.
    private const string BeforeSql = """
        select e.id as Id, b.state::text as State
        from crm_read.events e cross join lateral (
          select p.state from crm_read.events p
          where p.tenant_id = @TenantId and p.aggregate_id = e.aggregate_id and p.state is not null and (p.version < e.version or p.version = e.version and p.n < e.n)
          order by p.version desc, p.n desc limit 1) b
        where e.tenant_id = @TenantId and e.id = any(@Ids)
        """;

    // Only what the service did itself followed from an event: who calls may name any cause.
    private const string ChainSql = """
        with recursive chain as (
          select e.id as start, e.id as link, case when e.actor_type = 'SYSTEM' and e.causation_id ~ '^[0-9a-f]{8}-[0-9a-f-]{27}$' then e.causation_id::uuid end as cause, 0 as depth
          from crm_read.events e where e.tenant_id = @TenantId and e.id = any(@Ids)
          union all
          select c.start, e.id, case when e.actor_type = 'SYSTEM' and e.causation_id ~ '^[0-9a-f]{8}-[0-9a-f-]{27}$' then e.causation_id::uuid end, c.depth + 1
          from chain c join crm_read.events e on e.tenant_id = @TenantId and e.id = c.cause
          where c.depth <= 8)
        select c.start as Start, c.depth as Depth, c.link as Link, c.cause as Cause from chain c
        """;

    private const string RunsSql = """
        select r.rule_id as RuleId, r.record_id as RecordId, r.event_id as EventId, r.id as RunId from crm_read.workflow_runs r
        where r.tenant_id = @TenantId and r.has_fired and (r.event_id = any(@Causes) or r.id = any(@Causes))
        """;

    private const string ManySql = """
        select e.epoch as Epoch, e.xid as Xid from crm_read.events e
        where e.tenant_id = @TenantId and (e.epoch, e.xid) in (select * from unnest(@Epochs, @Xids))
        group by e.epoch, e.xid having count(distinct e.aggregate_id) > @ManyRecords
        """;

    /// <summary>What each of these events did; only events with a state, in their order.</summary>
    internal async Task<IReadOnlyList<RecordChange>> ReadAsync(Resource resource, IReadOnlyList<LogEvent> events, CancellationToken ct)
    {
        var fields = context.Caller.CustomFields.Of(resource.Name);
        var before = (await db.QueryAsync<BeforeRow>(BeforeSql, new { Ids = events.Select(e => e.Id).ToArray() }, ct)).ToDictionary(r => r.Id, r => r.State);
        return [.. events.Select(e => new RecordChange(e.Id, e.Type, e.AggregateId, e.OccurredAt, e.CorrelationId, e.Data.GetProperty("record"), Told(before.GetValueOrDefault(e.Id))))];

        JsonElement? Told(string? state) => state is null ? null : CustomFieldNames.Told(fields, $"{{\"record\": {state}}}").GetProperty("record");
    }

    /// <summary>For each of these events, what it followed from.</summary>
    internal async Task<IReadOnlyDictionary<Guid, CauseChain>> ChainsAsync(IReadOnlyList<Guid> events, CancellationToken ct)
    {
        var links = await db.QueryAsync<ChainRow>(ChainSql, new { Ids = events.ToArray() }, ct);
        var causes = links.Select(l => l.Cause).OfType<Guid>().Distinct().ToArray();
        var runs = causes.Length == 0 ? [] : await db.QueryAsync<RunRow>(RunsSql, new { Causes = causes }, ct);
        return links.GroupBy(l => l.Start).ToDictionary(g => g.Key, g =>
        {
            var because = g.Select(l => l.Cause).OfType<Guid>().ToHashSet();
            return new CauseChain(g.Max(l => l.Depth), because, runs.Where(r => (r.EventId is { } e && because.Contains(e)) || because.Contains(r.RunId)).Select(r => (r.RuleId, r.RecordId)).ToHashSet());
        });
    }

    /// <summary>Which transactions changed many records at once.</summary>
    internal async Task<IReadOnlySet<(long Epoch, long Xid)>> ManyAsync(IReadOnlyCollection<LogPosition> places, CancellationToken ct)
    {
        var asked = places.Select(p => (p.Epoch, p.Xid)).Distinct().ToList();
        return (await db.QueryAsync<TransactionRow>(ManySql, new { Epochs = asked.Select(a => a.Epoch).ToArray(), Xids = asked.Select(a => a.Xid).ToArray(), ManyRecords }, ct))
            .Select(r => (r.Epoch, r.Xid)).ToHashSet();
    }

    private sealed record BeforeRow(Guid Id, string State);
    private sealed record ChainRow(Guid Start, int Depth, Guid Link, Guid? Cause);
    private sealed record RunRow(Guid RuleId, Guid? RecordId, Guid? EventId, Guid RunId);
    private sealed record TransactionRow(long Epoch, long Xid);
}

/// <summary>What an event followed from.</summary>
/// <param name="Depth">How many hops it is from the first cause.</param>
/// <param name="Causes">The events, or run, it followed from.</param>
/// <param name="Ran">Which rules have run on which records because of those.</param>
internal sealed record CauseChain(int Depth, IReadOnlySet<Guid> Causes, IReadOnlySet<(Guid RuleId, Guid? RecordId)> Ran)
{
    /// <summary>Why the rule must not run again; null when it may.</summary>
    public string? Loop(Guid ruleId, Guid recordId) =>
        Ran.Contains((ruleId, recordId)) ? "The rule has run on this record already, and this change followed from that: it would go round in a circle."
        : Depth >= RecordChanges.MaxDepth ? $"The change is {Depth} hops from its first cause; rules react to at most {RecordChanges.MaxDepth - 1}."
        : null;
}
