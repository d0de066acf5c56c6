using Crm.Application.Abstractions;
using Crm.Application.Payments;
using Crm.Domain.Payments;

namespace Crm.Infrastructure.Persistence;

internal sealed class PaymentRepository(CrmDbContext db, IRequestContext context) : Repository<Payment>(db, context), IPaymentRepository
{
    public async Task<IReadOnlyDictionary<Guid, Payment>> HoldAsync(IReadOnlyCollection<Guid> ids, CancellationToken ct) =>
        (await LockedAsync(ids, ct)).Where(p => p.DeletedAt is null).ToDictionary(p => p.Id);
}
