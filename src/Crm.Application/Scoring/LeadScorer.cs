using Crm.Application.Abstractions;

namespace Crm.Application.Scoring;

/// <summary>
/// Scores leads in the open transaction. The leads are held before it is read what they are and what they are scored by: of two who score a lead at once the later one knows
/// more, and its score stands.
/// </summary>
public sealed class LeadScorer(IReadDb db, ScoringSetups setups, ILeadScores scores) : ISharedByUseCases
{
    private const string Sql = $"select {ScoredLeadRow.Columns} from crm_read.leads t where t.tenant_id = @TenantId and t.id = any(@Ids)";

    /// <summary>Scores those of them that live and have not been converted.</summary>
    /// <param name="ids">The leads.</param>
    /// <param name="evenIfOff">True where scores that nobody computes any more have to go.</param>
    internal async Task ScoreAsync(IReadOnlyCollection<Guid> ids, bool evenIfOff, CancellationToken ct)
    {
        if (ids.Count == 0) return;
        var held = await scores.HoldAsync(ids, evenIfOff, ct);
        if (held.Count == 0) return;
        var setup = await setups.ReadAsync(ct);
        var leads = await db.QueryAsync<ScoredLeadRow>(Sql, new { Ids = held.ToArray() }, ct);
        await scores.StoreAsync([.. leads.Select(l => (l.Id, setup.Of(l.Lead(setup.Fields)).Score))], ct);
    }
}
