using Crm.Application.Abstractions;
using Crm.Application.Pipelines;
using Crm.Domain.Deals;
using Crm.Domain.Pipelines;
using Dapper;
using Microsoft.EntityFrameworkCore;

namespace Crm.Infrastructure.Persistence;

internal sealed class PipelineRepository(CrmDbContext db, TenantSession session, IRequestContext context) : Repository<Pipeline>(db, context), IPipelineRepository
{
    public async Task<Pipeline?> FindDefaultAsync(CancellationToken ct)
    {
        // The row alone would not do: who waits for it finds it no default any more, and the new one not yet in sight.
        await session.Connection.ExecuteAsync(new CommandDefinition(
            "select pg_advisory_xact_lock(hashtextextended(@TenantId::text || 'default pipeline', 0))", new { session.TenantId }, session.Transaction, cancellationToken: ct));
        return await FirstAsync(pipelines => pipelines.Where(p => p.Details.IsDefault && p.DeletedAt == null), ct);
    }

    public Task<bool> AreUsedAsync(IReadOnlyCollection<Guid> stageIds, CancellationToken ct) =>
        Db.Set<Deal>().AnyAsync(d => d.TenantId == session.TenantId && d.DeletedAt == null && stageIds.Contains(d.Details.StageId!.Value), ct);
}
