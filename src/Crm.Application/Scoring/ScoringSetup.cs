using System.Text.Json;
using Crm.Application.Abstractions;
using Crm.Application.CustomFields;
using Crm.Domain.Scoring;

namespace Crm.Application.Scoring;

/// <summary>What leads are scored by at this moment: the active model, and the rules.</summary>
internal sealed class ScoringSetup(Guid modelId, string? modelName, ScoringModel? model, IReadOnlyCollection<string> exclude, EntityFields fields)
{
    /// <summary>True when nobody computes scores: then what is stated is what is shown.</summary>
    public bool IsOff => model is null;

    /// <summary>The score of a lead of this state, and what it is made of.</summary>
    public LeadScoring Of(JsonElement state)
    {
        if (model is null) return new LeadScoring(null, null);
        var facts = LeadFacts.Of(state, fields, exclude);
        var probability = model.Probability(facts);
        var points = (int)Math.Round(100 * probability, MidpointRounding.AwayFromZero);
        return new LeadScoring(Math.Clamp(points, 0, 100), new ModelScore(modelId, modelName!, Math.Round((decimal)probability, 4), points,
            [.. model.Explain(facts).Select(f => f with { LogOdds = Math.Round(f.LogOdds, 4) })]));
    }
}

/// <summary>A computed score; null where nobody computes.</summary>
internal sealed record LeadScoring(int? Score, ModelScore? Model);

/// <summary>What the active model says of a lead.</summary>
/// <param name="ModelId">The model.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Probability">How probable it is that the lead is converted, 0–1.</param>
/// <param name="Points">The probability in points, 0–100.</param>
/// <param name="Factors">What each member does to it, the strongest first.</param>
public sealed record ModelScore(Guid ModelId, string Name, decimal Probability, int Points, IReadOnlyList<ScoreFactor> Factors);

/// <summary>Reads what leads are scored by.</summary>
public sealed class ScoringSetups(IReadDb db, IRequestContext context) : ISharedByUseCases
{
    private const string Sql = """
        select m.id as Id, m.name as Name, m.parameters as Parameters, m.exclude as Exclude from crm_read.lead_scoring_models m
        where m.tenant_id = @TenantId and m.activated_at is not null and m.deleted_at is null
        """;

    internal async Task<ScoringSetup> ReadAsync(CancellationToken ct)
    {
        var model = await db.FirstOrDefaultAsync<ModelRow>(Sql, null, ct);
        return new ScoringSetup(model?.Id ?? Guid.Empty, model?.Name, model is null ? null : JsonSerializer.Deserialize<ScoringModel>(model.Parameters, WireJson.Options),
            model?.Exclude ?? [], context.Caller.CustomFields.Of("leads"));
    }

    // Properties, not parameters: the driver tells Dapper that an array is an Array.
    private sealed record ModelRow
    {
        public Guid Id { get; init; }
        public string Name { get; init; } = "";
        public string Parameters { get; init; } = "";
        public string[] Exclude { get; init; } = [];
    }
}
