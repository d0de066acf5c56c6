using Crm.Application.Abstractions;
using Crm.Application.Scoring;
using Crm.Domain.Scoring;
using Microsoft.EntityFrameworkCore;

namespace Crm.Infrastructure.Persistence;

internal sealed class LeadScoringModelRepository(CrmDbContext db, TenantSession session, IRequestContext context)
    : Repository<LeadScoringModel>(db, context), ILeadScoringModelRepository
{
    public async Task<LeadScoringModel?> FindActiveAsync(CancellationToken ct)
    {
        // Where there is none yet, there is no row that two could wait for.
        await session.HoldAsync("lead-scoring", ct);
        return (await LockForUpdate.Locked(Db.Set<LeadScoringModel>()
            .Where(m => m.TenantId == Context.Caller.TenantId && m.ActivatedAt != null && m.DeletedAt == null).OrderBy(m => m.Id)).ToListAsync(ct)).FirstOrDefault();
    }
}
