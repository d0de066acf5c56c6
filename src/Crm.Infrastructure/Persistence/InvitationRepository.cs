using Crm.Application.Abstractions;
using Crm.Application.Invitations;
using Crm.Domain.Common;
using Crm.Domain.Invitations;
using Microsoft.EntityFrameworkCore;

namespace Crm.Infrastructure.Persistence;

internal sealed class InvitationRepository(CrmDbContext db, IRequestContext context) : Repository<Invitation>(db, context), IInvitationRepository
{
    public Task<Invitation?> FindPendingAsync(EmailAddress email, CancellationToken ct) =>
        FirstAsync(all => all.Where(i => i.Details.Email == email && i.Status == InvitationStatus.Pending && i.DeletedAt == null), ct);

    public async Task<IReadOnlyList<Invitation>> PendingByAsync(Guid memberId, CancellationToken ct) => await LockForUpdate.Locked(Db.Set<Invitation>()
        .Where(i => i.TenantId == Context.Caller.TenantId && i.CreatedBy == memberId && i.Status == InvitationStatus.Pending && i.DeletedAt == null).OrderBy(i => i.Id)).ToListAsync(ct);

    public Task<Invitation?> FindEvenRevokedAsync(Guid id, CancellationToken ct) => LoadAsync(id, ct);
}
