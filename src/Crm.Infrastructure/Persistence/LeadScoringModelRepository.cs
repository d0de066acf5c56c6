using Crm.Application.Abstractions;
using Crm.Application.Scoring;
using Crm.Domain.Scoring;
using Dapper;
using Microsoft.EntityFrameworkCore;

namespace Crm.Infrastructure.Persistence;

internal sealed class LeadScoringModelRepository(CrmDbContext db, TenantSession session, IRequestContext context)
    : Repository<LeadScoringModel>(db, context), ILeadScoringModelRepository
{
    public async Task<LeadScoringModel?> FindActiveAsync(CancellationToken ct)
    {
        // Where there is none yet, there is no row that two could wait for.
        await session.Connection.ExecuteAsync(new CommandDefinition("select pg_advisory_xact_lock(hashtextextended(@TenantId::text || 'lead-scoring', 2))",
            new { session.TenantId }, session.Transaction, cancellationToken: ct));
        return (await LockForUpdate.Locked(Db.Set<LeadScoringModel>()
            .Where(m => m.TenantId == Context.Caller.TenantId && m.ActivatedAt != null && m.DeletedAt == null).OrderBy(m => m.Id)).ToListAsync(ct)).FirstOrDefault();
    }
}
