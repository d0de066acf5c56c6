using Crm.Application.Abstractions;
using Crm.Infrastructure.Persistence;
using Dapper;

namespace Crm.Infrastructure.Scoring;

/// <inheritdoc cref="ILeadScores"/>
internal sealed class LeadScores(TenantSession session) : ILeadScores
{
    public Task<IReadOnlyList<Guid>> HoldAsync(IReadOnlyCollection<Guid> ids, bool evenIfOff, CancellationToken ct)
    {
        // Held in one order, as everybody holds leads: whoever changes several of them at once never waits in a ring.
        const string sql = """
            select l.id from crm.leads l
            where l.tenant_id = @TenantId and l.id = any(@Ids) and l.status <> 'CONVERTED' and l.deleted_at is null and (@EvenIfOff
              or exists (select from crm.lead_scoring_models m where m.tenant_id = @TenantId and m.activated_at is not null and m.deleted_at is null)
              or exists (select from crm.lead_scoring_rules r where r.tenant_id = @TenantId and r.is_active and r.deleted_at is null))
            order by l.id for no key update of l
            """;
        return IdsAsync(sql, new { session.TenantId, Ids = ids.ToArray(), EvenIfOff = evenIfOff }, ct);
    }

    public Task StoreAsync(IReadOnlyCollection<(Guid LeadId, int? Score)> scores, CancellationToken ct)
    {
        const string sql = """
            update crm.leads l set computed_score = s.score from unnest(@Ids, @Scores) as s (id, score)
            where l.tenant_id = @TenantId and l.id = s.id and l.computed_score is distinct from s.score
            """;
        return scores.Count == 0 ? Task.CompletedTask : session.Connection.ExecuteAsync(new CommandDefinition(sql,
            new { session.TenantId, Ids = scores.Select(s => s.LeadId).ToArray(), Scores = scores.Select(s => s.Score).ToArray() }, session.Transaction, cancellationToken: ct));
    }

    public Task<IReadOnlyList<Guid>> NextAsync(Guid after, int take, CancellationToken ct) => IdsAsync(
        "select t.id from crm_read.leads t where t.tenant_id = @TenantId and t.id > @After and t.deleted_at is null and t.status <> 'CONVERTED' order by t.id limit @Take",
        new { session.TenantId, After = after, Take = take }, ct);

    public Task<IReadOnlyList<Guid>> LinkedAsync(IReadOnlyCollection<Guid> activities, CancellationToken ct) => IdsAsync("""
        select distinct (e.state ->> 'leadId')::uuid from crm_read.events e
        where e.tenant_id = @TenantId and e.aggregate_id = any(@Activities) and e.state ->> 'leadId' is not null
        """, new { session.TenantId, Activities = activities.ToArray() }, ct);

    private async Task<IReadOnlyList<Guid>> IdsAsync(string sql, object parameters, CancellationToken ct) =>
        (await session.Connection.QueryAsync<Guid>(new CommandDefinition(sql, parameters, session.Transaction, cancellationToken: ct))).AsList();
}
