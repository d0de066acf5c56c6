using Crm.Application.Abstractions;
using Crm.Application.Invoices;
using Crm.Domain.Invoices;

namespace Crm.Infrastructure.Persistence;

internal sealed class InvoiceRepository(CrmDbContext db, IRequestContext context) : Repository<Invoice>(db, context), IInvoiceRepository
{
    public async Task<IReadOnlyDictionary<Guid, Invoice>> HoldAsync(IReadOnlyCollection<Guid> ids, CancellationToken ct) =>
        (await LockedAsync(ids, ct)).Where(i => i.DeletedAt is null).ToDictionary(i => i.Id);
}
