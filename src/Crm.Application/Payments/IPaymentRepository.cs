using Crm.Application.Abstractions;
using Crm.Domain.Payments;

namespace Crm.Application.Payments;

/// <summary>Loads payments, several at once too.</summary>
public interface IPaymentRepository : IRepository<Payment>
{
    /// <summary>Those of these payments that live, locked in the order of their ids.</summary>
    Task<IReadOnlyDictionary<Guid, Payment>> HoldAsync(IReadOnlyCollection<Guid> ids, CancellationToken ct);
}
