using System.Text.Json;
using Crm.Application.Abstractions;
using Crm.Application.CustomFields;
using Crm.Application.Leads;
using Crm.Application.Listing;
using Crm.Domain.Common;

namespace Crm.Application.Scoring;

/// <summary>A lead's score and what it is made of.</summary>
/// <param name="LeadId">The lead.</param>
/// <param name="Score">0–100: what is computed, or what is stated where nobody computes; null when there is neither.</param>
/// <param name="IsComputed">True when a model computes it.</param>
/// <param name="StatedScore">What is stated about the lead.</param>
/// <param name="Model">What the active model says; null without one.</param>
public sealed record LeadScore(Guid LeadId, int? Score, bool IsComputed, int? StatedScore, ModelScore? Model);

/// <summary>A lead's score at this moment, the points it is made of, and what each member does to it.</summary>
[Requires(Permissions.LeadsRead)]
public sealed record GetLeadScore(Guid Id) : IQuery<LeadScore>;

internal sealed class GetLeadScoreHandler(IReadDb db, ScoringSetups setups, LeadResource leads, IRequestContext context) : IQueryHandler<GetLeadScore, LeadScore>
{
    private const string Sql = """
        select t.score as Score, t.shown_score as Shown, t.status as Status, (
          select jsonb_build_object('record', e.state)::text from crm_read.events e
          where e.tenant_id = @TenantId and e.aggregate_id = t.id and e.state is not null order by e.version desc, e.n desc limit 1) as Data
        from crm_read.leads t
        where t.id = @Id
        """;

    public async Task<LeadScore> Handle(GetLeadScore query, CancellationToken ct)
    {
        var parameters = new Dictionary<string, object?> { ["Id"] = query.Id };
        var lead = await db.FirstOrDefaultAsync<Row>($"{Sql} and {RecordScope.Of(leads, context.Caller, parameters, deleted: false)}", parameters, ct)
            ?? throw CrmException.NotFound(leads.Singular);
        // A converted lead is read-only, its score too.
        if (lead.Status == "CONVERTED") return new LeadScore(query.Id, lead.Shown, lead.Shown != lead.Score, lead.Score, null);
        var scoring = (await setups.ReadAsync(ct)).Of(CustomFieldNames.Told(context.Caller.CustomFields.Of("leads"), lead.Data).GetProperty("record"));
        return new LeadScore(query.Id, scoring.Score ?? lead.Score, scoring.Score is not null, lead.Score, scoring.Model);
    }

    private sealed record Row(int? Score, int? Shown, string Status, string Data);
}
