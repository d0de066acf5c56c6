using Crm.Domain.Common;

namespace Crm.Application.Abstractions;

/// <summary>
/// The registry in which an organization keeps its customers besides the CRM. None by default: ask for
/// <c>IEnumerable&lt;IRegistryClient&gt;</c> and do nothing when it is empty. Called before the transaction, never inside one.
/// </summary>
public interface IRegistryClient
{
    /// <summary>
    /// Creates the customer there and answers the registry's id. The same <paramref name="idempotencyKey"/> (the lead's id) answers the
    /// same id, however often it is called.
    /// </summary>
    /// <exception cref="CrmException">UNAVAILABLE: the registry is down or too slow; UNPROCESSABLE: it refuses this customer.</exception>
    Task<string> CreateCustomerAsync(RegistryCustomer customer, string idempotencyKey, CancellationToken ct);
}

/// <summary>What the registry is told about a customer.</summary>
public sealed record RegistryCustomer(string Name, string? Email, string? Phone, string? Company);
