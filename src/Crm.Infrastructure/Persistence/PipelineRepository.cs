using Crm.Application.Abstractions;
using Crm.Application.Pipelines;
using Crm.Domain.Deals;
using Crm.Domain.Pipelines;
using Microsoft.EntityFrameworkCore;

namespace Crm.Infrastructure.Persistence;

internal sealed class PipelineRepository(CrmDbContext db, TenantSession session, IRequestContext context) : Repository<Pipeline>(db, context), IPipelineRepository
{
    public Task<Pipeline?> FindDefaultAsync(CancellationToken ct) => FirstAloneAsync(session, "default pipeline", pipelines => pipelines.Where(p => p.Details.IsDefault && p.DeletedAt == null), ct);

    public Task<bool> AreUsedAsync(IReadOnlyCollection<Guid> stageIds, CancellationToken ct) =>
        Db.Set<Deal>().AnyAsync(d => d.TenantId == session.TenantId && d.DeletedAt == null && stageIds.Contains(d.Details.StageId!.Value), ct);
}
