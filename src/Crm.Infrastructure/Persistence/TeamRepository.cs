using Crm.Application.Abstractions;
using Crm.Application.Teams;
using Crm.Domain.Teams;
using Microsoft.EntityFrameworkCore;

namespace Crm.Infrastructure.Persistence;

internal sealed class TeamRepository(CrmDbContext db, IRequestContext context) : Repository<Team>(db, context), ITeamRepository
{
    public async Task<IReadOnlyList<Team>> LedByAsync(Guid memberId, CancellationToken ct) => await LockForUpdate.Locked(Db.Set<Team>()
        .Where(t => t.TenantId == Context.Caller.TenantId && t.Details.ManagerId == memberId && t.DeletedAt == null).OrderBy(t => t.Id)).ToListAsync(ct);
}
