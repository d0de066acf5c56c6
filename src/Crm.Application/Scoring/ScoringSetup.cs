using System.Text.Json;
using Crm.Application.Abstractions;
using Crm.Application.CustomFields;
using Crm.Application.Leads;
using Crm.Domain.Common;
using Crm.Domain.Scoring;

namespace Crm.Application.Scoring;

/// <summary>What leads are scored by at this moment: the active model, and the active rules.</summary>
internal sealed class ScoringSetup(ActiveModel? model, IReadOnlyList<ReadyScoringRule> rules, EntityFields fields, DateOnly today)
{
    /// <summary>True when nobody computes scores: then what is stated is what is shown.</summary>
    public bool IsOff => model is null && rules.Count == 0;

    /// <summary>The custom fields that states are told by.</summary>
    public EntityFields Fields => fields;

    /// <summary>The score of a lead, and what it is made of: what the model says plus what each rule gives, within 0–100.</summary>
    public LeadScoring Of(ScoredLead lead)
    {
        var given = rules.Select(r => r.Of(lead, today)).OfType<RuleScore>().ToList();
        var said = model?.Of(lead.State, fields);
        return new LeadScoring(IsOff ? null : Math.Clamp((said?.Points ?? 0) + given.Sum(g => g.DecayedPoints), 0, 100), said, given,
            [.. rules.Where(r => r.Broken is not null).Select(r => new BrokenScoringRule(r.Id, r.Name, r.Broken!))]);
    }
}

/// <summary>The model leads are scored by.</summary>
internal sealed record ActiveModel(Guid Id, string Name, ScoringModel Model, IReadOnlyCollection<string> Exclude)
{
    /// <summary>What it says of a lead of this state.</summary>
    public ModelScore Of(JsonElement state, EntityFields fields)
    {
        var facts = LeadFacts.Of(state, fields, Exclude);
        var probability = Model.Probability(facts);
        return new ModelScore(Id, Name, Math.Round((decimal)probability, 4), (int)Math.Round(100 * probability, MidpointRounding.AwayFromZero),
            [.. Model.Explain(facts).Select(f => f with { LogOdds = Math.Round(f.LogOdds, 4) })]);
    }
}

/// <summary>A computed score; null where nobody computes.</summary>
internal sealed record LeadScoring(int? Score, ModelScore? Model, IReadOnlyList<RuleScore> Rules, IReadOnlyList<BrokenScoringRule> Broken);

/// <summary>What the active model says of a lead.</summary>
/// <param name="ModelId">The model.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Probability">How probable it is that the lead is converted, 0–1.</param>
/// <param name="Points">The probability in points, 0–100.</param>
/// <param name="Factors">What each member does to it, the strongest first.</param>
public sealed record ModelScore(Guid ModelId, string Name, decimal Probability, int Points, IReadOnlyList<ScoreFactor> Factors);

/// <summary>
/// Reads what leads are scored by, in one round trip: never from a cache, for a lead that is scored by rules as they were after all others have been scored by the new ones
/// would stay so.
/// </summary>
public sealed class ScoringSetups(IReadDb db, LeadResource leads, ILatestCustomFields fields, IRequestContext context, TimeProvider clock) : ISharedByUseCases
{
    private const string Sql = """
        select true as IsModel, m.id as Id, m.name as Name, m.parameters as Parameters, m.exclude as Exclude, null::text as Condition, 0 as Points, null::text as DecayFrom, null::integer as HalfLifeDays
        from crm_read.lead_scoring_models m
        where m.tenant_id = @TenantId and m.activated_at is not null and m.deleted_at is null
        union all
        select false, r.id, r.name, '', '{}', r.condition::text, r.points, r.decay_from, r.half_life_days from (
          select * from crm_read.lead_scoring_rules r where r.tenant_id = @TenantId and r.is_active and r.deleted_at is null order by r.created_at, r.id) r
        """;

    private const string DecaysSql = """
        select exists (select from crm_read.lead_scoring_rules r where r.tenant_id = @TenantId and r.is_active and r.deleted_at is null and r.half_life_days is not null)
        """;

    internal async Task<ScoringSetup> ReadAsync(CancellationToken ct)
    {
        var rows = await db.QueryAsync<SetupRow>(Sql, null, ct);
        if (rows.Any(r => r.AsksCustomFields)) await fields.RenewAsync(ct);
        var caller = context.Caller;
        return new ScoringSetup(rows.FirstOrDefault(r => r.IsModel)?.Model(), [.. rows.Where(r => !r.IsModel).Select(r => r.Rule(leads, caller))],
            caller.CustomFields.Of(leads.Name), DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime));
    }

    /// <summary>True when scores change though nothing happens.</summary>
    internal Task<bool> DecayAsync(CancellationToken ct) => db.FirstOrDefaultAsync<bool>(DecaysSql, null, ct);

    // Properties, not parameters: the driver tells Dapper that an array is an Array.
    private sealed record SetupRow
    {
        public bool IsModel { get; init; }
        public Guid Id { get; init; }
        public string Name { get; init; } = "";
        public string Parameters { get; init; } = "";
        public string[] Exclude { get; init; } = [];
        public string? Condition { get; init; }
        public int Points { get; init; }
        public string? DecayFrom { get; init; }
        public int? HalfLifeDays { get; init; }

        /// <summary>What they are called may be seconds old where another instance has changed it.</summary>
        public bool AsksCustomFields => IsModel || (Condition + DecayFrom).Contains("customFields.", StringComparison.Ordinal);

        public ActiveModel Model() => new(Id, Name, JsonSerializer.Deserialize<ScoringModel>(Parameters, WireJson.Options)!, Exclude);

        public ReadyScoringRule Rule(LeadResource leads, Caller caller) =>
            new(Id, Name, Condition is null ? null : FreeJson.Of(JsonSerializer.Deserialize<JsonElement>(Condition)), Points, DecayFrom, HalfLifeDays, leads, caller);
    }
}
