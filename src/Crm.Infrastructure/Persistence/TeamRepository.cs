using Crm.Application.Abstractions;
using Crm.Application.Teams;
using Crm.Domain.Teams;
using Dapper;
using Microsoft.EntityFrameworkCore;

namespace Crm.Infrastructure.Persistence;

internal sealed class TeamRepository(CrmDbContext db, TenantSession session, IRequestContext context) : Repository<Team>(db, context), ITeamRepository
{
    public async Task<TeamTree> HoldTreeAsync(CancellationToken ct)
    {
        await using var grid = await session.Connection.QueryMultipleAsync(new CommandDefinition("""
            select null::int from (select pg_advisory_xact_lock(hashtextextended(@TenantId::text || 'teams', 2))) as lock;
            select id as Id, parent_id as ParentId from crm.teams where tenant_id = @TenantId
            """, new { session.TenantId }, session.Transaction, cancellationToken: ct));
        await grid.ReadAsync<int?>();
        return new TeamTree((await grid.ReadAsync<(Guid Id, Guid? ParentId)>()).ToDictionary(t => t.Id, t => t.ParentId));
    }

    public async Task<IReadOnlyList<Team>> LedByAsync(Guid memberId, CancellationToken ct) => await LockForUpdate.Locked(Db.Set<Team>()
        .Where(t => t.TenantId == Context.Caller.TenantId && t.Details.ManagerId == memberId && t.DeletedAt == null).OrderBy(t => t.Id)).ToListAsync(ct);
}
