using System.Text.Json;
using Crm.Application.Abstractions;
using Crm.Application.Assignments;
using Crm.Application.Conditions;
using Crm.Application.CustomFields;
using Crm.Application.Leads;
using Crm.Domain.Assignments;
using Crm.Domain.Common;

namespace Crm.Application.Routing;

/// <summary>A rule made ready to be asked: its trees are read once.</summary>
internal sealed class ReadyRoutingRule
{
    private readonly ConditionTree? _condition;
    private readonly TerritoryMap? _map;
    private readonly ValueList<Territory> _territories;
    private readonly AssignmentPool _pool;

    public ReadyRoutingRule(Guid id, string name, FreeJson? condition, AssignmentPool pool, string? territoryField, ValueList<Territory> territories, LeadResource leads, Caller caller)
    {
        (Id, Name, _pool, _territories) = (id, name, pool, territories);
        try
        {
            _condition = ConditionTree.Parse(leads, condition?.Element ?? default, caller, "condition", isSaved: true);
            if (territoryField is not null) _map = TerritoryMap.Of(leads, territoryField, territories, caller);
        }
        catch (CrmException refusal)
        {
            // It fitted when it was saved; a custom field has been retired or renamed since.
            Broken = refusal.Message;
        }
    }

    public Guid Id { get; }
    public string Name { get; }
    public AssignmentStrategy Strategy => _pool.Strategy;

    /// <summary>Why it cannot be asked; null when it can.</summary>
    public string? Broken { get; }

    /// <summary>Whom the lead could be given to, or why to nobody.</summary>
    public (AssignmentPool? Pool, RoutingVerdict Verdict) PoolOf(JsonElement state)
    {
        if (Broken is not null) return (null, RoutingVerdict.Broken);
        if (!_condition!.Matches(state)) return (null, RoutingVerdict.NotMet);
        if (_map is null) return (_pool, RoutingVerdict.Chosen);
        return _map.Find(state) is { } slot ? (AssignmentPool.Of(Id, slot, _territories[slot]), RoutingVerdict.Chosen) : (null, RoutingVerdict.NoTerritory);
    }

    /// <summary>What came of asking it.</summary>
    public RoutingStep Step(RoutingVerdict verdict) => new(Id, Name, verdict, verdict == RoutingVerdict.Broken ? Broken : null);
}

/// <summary>Reads rules to ask them, in one round trip.</summary>
public sealed class ActiveRoutingRules(IReadDb db, LeadResource leads, ILatestCustomFields fields, IRequestContext context) : ISharedByUseCases
{
    private const string Sql = """
        select r.id as Id, r.name as Name, r.condition::text as Condition, r.strategy as Strategy, r.user_ids as UserIds, r.team_id as TeamId, r.territory_field as TerritoryField,
          r.territories::text as Territories
        from crm_read.routing_rules r
        where r.tenant_id = @TenantId and r.is_active and r.deleted_at is null order by r.position nulls last, r.created_at, r.id
        """;

    /// <summary>Those that route, in their order.</summary>
    internal async Task<IReadOnlyList<ReadyRoutingRule>> AllAsync(CancellationToken ct)
    {
        var rows = await db.QueryAsync<Row>(Sql, null, ct);
        // What they are called may be seconds old where another instance has changed it, or not known yet.
        if (rows.Any(r => (r.Condition + r.TerritoryField).Contains("customFields.", StringComparison.Ordinal))) await fields.RenewAsync(ct);
        return [.. rows.Select(r => r.Ready(leads, context.Caller))];
    }

    // Properties, not parameters: the driver tells Dapper that an array is an Array.
    private sealed record Row
    {
        public Guid Id { get; init; }
        public string Name { get; init; } = "";
        public string? Condition { get; init; }
        public string Strategy { get; init; } = "";
        public string[] UserIds { get; init; } = [];
        public Guid? TeamId { get; init; }
        public string? TerritoryField { get; init; }
        public string Territories { get; init; } = "[]";

        public ReadyRoutingRule Ready(LeadResource leads, Caller caller)
        {
            Binding.Choices.TryParse(typeof(AssignmentStrategy), Strategy, out var strategy);
            return new ReadyRoutingRule(Id, Name, Condition is null ? null : FreeJson.Of(JsonSerializer.Deserialize<JsonElement>(Condition)),
                new AssignmentPool(Id, 0, (AssignmentStrategy)strategy, [.. UserIds.Select(Guid.Parse)], TeamId), TerritoryField,
                ValueList.Of(JsonSerializer.Deserialize<Territory[]>(Territories, WireJson.Options)), leads, caller);
        }
    }
}
