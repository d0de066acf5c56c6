using Crm.Application.Abstractions;
using Crm.Infrastructure.Persistence;
using Dapper;

namespace Crm.Infrastructure.Scoring;

/// <inheritdoc cref="ILeadScores"/>
internal sealed class LeadScores(TenantSession session) : ILeadScores
{
    public Task StoreAsync(IReadOnlyCollection<(Guid LeadId, int? Score)> scores, CancellationToken ct)
    {
        // Held in one order, as everybody holds leads: whoever changes several of them at once never waits in a ring.
        const string sql = """
            with held as materialized (
              select l.id from crm.leads l where l.tenant_id = @TenantId and l.id = any(@Ids) and l.status <> 'CONVERTED' order by l.id for update)
            update crm.leads l set computed_score = s.score
            from held h join unnest(@Ids, @Scores) as s (id, score) on s.id = h.id
            where l.tenant_id = @TenantId and l.id = h.id and l.computed_score is distinct from s.score
            """;
        return scores.Count == 0 ? Task.CompletedTask : session.Connection.ExecuteAsync(new CommandDefinition(sql,
            new { session.TenantId, Ids = scores.Select(s => s.LeadId).ToArray(), Scores = scores.Select(s => s.Score).ToArray() }, session.Transaction, cancellationToken: ct));
    }

    public async Task<IReadOnlyList<(Guid LeadId, string Data)>> NextAsync(Guid after, int take, CancellationToken ct)
    {
        const string sql = """
            select t.id, (
              select jsonb_build_object('record', e.state)::text from crm_read.events e
              where e.tenant_id = @TenantId and e.aggregate_id = t.id and e.state is not null order by e.version desc, e.n desc limit 1)
            from crm_read.leads t
            where t.tenant_id = @TenantId and t.id > @After and t.deleted_at is null and t.status <> 'CONVERTED' order by t.id limit @Take
            """;
        return (await session.Connection.QueryAsync<(Guid, string)>(new CommandDefinition(sql, new { session.TenantId, After = after, Take = take }, session.Transaction, cancellationToken: ct))).AsList();
    }
}
