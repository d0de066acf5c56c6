using Crm.Application.Abstractions;
using Crm.Application.Leads;
using Crm.Application.Listing;
using Crm.Domain.Common;

namespace Crm.Application.Scoring;

/// <summary>A lead's score and what it is made of.</summary>
/// <param name="LeadId">The lead.</param>
/// <param name="Score">0–100: what is computed, or what is stated where nobody computes; null when there is neither. Computed, it is the model's points plus the decayed points of the rules, and never below 0 or above 100.</param>
/// <param name="IsComputed">True when a model or rules compute it.</param>
/// <param name="StatedScore">What is stated about the lead.</param>
/// <param name="Model">What the active model says; null without one.</param>
/// <param name="Rules">What each active rule gives that the lead meets, the oldest rule first.</param>
/// <param name="BrokenRules">Active rules that no lead can meet as they are, and why.</param>
public sealed record LeadScore(Guid LeadId, int? Score, bool IsComputed, int? StatedScore, ModelScore? Model, IReadOnlyList<RuleScore> Rules, IReadOnlyList<BrokenScoringRule> BrokenRules);

/// <summary>A lead's score at this moment, the points it is made of, and what each member does to it. Of a converted lead only the score it had then is kept.</summary>
[Requires(Permissions.LeadsRead)]
public sealed record GetLeadScore(Guid Id) : IQuery<LeadScore>;

internal sealed class GetLeadScoreHandler(IReadDb db, ScoringSetups setups, LeadResource leads, IRequestContext context) : IQueryHandler<GetLeadScore, LeadScore>
{
    private const string Sql = $"""
        select t.score as Score, t.shown_score as Shown, t.status as Status, {ScoredLeadRow.Columns}
        from crm_read.leads t
        where t.tenant_id = @TenantId and t.id = @Id
        """;

    public async Task<LeadScore> Handle(GetLeadScore query, CancellationToken ct)
    {
        var parameters = new Dictionary<string, object?> { ["Id"] = query.Id };
        var lead = await db.FirstOrDefaultAsync<Row>($"{Sql} and {RecordScope.Of(leads, context.Caller, parameters, deleted: false)}", parameters, ct)
            ?? throw CrmException.NotFound(leads.Singular);
        // A converted lead is read-only, its score too.
        if (lead.Status == "CONVERTED") return new LeadScore(query.Id, lead.Shown, lead.Shown != lead.Score, lead.Score, null, [], []);
        var setup = await setups.ReadAsync(ct);
        var scoring = setup.Of(lead.Lead(setup.Fields));
        return new LeadScore(query.Id, scoring.Score ?? lead.Score, scoring.Score is not null, lead.Score, scoring.Model, scoring.Rules, scoring.Broken);
    }

    private sealed record Row : ScoredLeadRow
    {
        public int? Score { get; init; }
        public int? Shown { get; init; }
        public string Status { get; init; } = "";
    }
}
