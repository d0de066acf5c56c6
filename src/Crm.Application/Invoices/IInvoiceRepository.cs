using Crm.Application.Abstractions;
using Crm.Domain.Invoices;

namespace Crm.Application.Invoices;

/// <summary>Loads invoices, several at once too.</summary>
public interface IInvoiceRepository : IRepository<Invoice>
{
    /// <summary>Those of these invoices that live, whoever may see them, locked in the order of their ids: commands that hold several never wait for each other in a ring.</summary>
    Task<IReadOnlyDictionary<Guid, Invoice>> HoldAsync(IReadOnlyCollection<Guid> ids, CancellationToken ct);
}
