using Crm.Domain.Common;

namespace Crm.Domain.Payments;

/// <summary>Some of a payment was allocated to an invoice.</summary>
/// <param name="EntryId">The entry of the ledger.</param>
/// <param name="Amount">How much.</param>
/// <param name="Unallocated">What is left of the payment.</param>
public sealed record PaymentAllocated(Guid PaymentId, Guid EntryId, Guid InvoiceId, string InvoiceNumber, Money Amount, Money Unallocated) : IDomainEvent;

/// <summary>An allocation, or some of it, was taken back: the money is the payment's again.</summary>
/// <param name="EntryId">The entry of the ledger that takes back.</param>
/// <param name="Amount">How much, above 0.</param>
/// <param name="Unallocated">What is left of the payment.</param>
public sealed record PaymentAllocationReversed(Guid PaymentId, Guid EntryId, Guid InvoiceId, string InvoiceNumber, Money Amount, Money Unallocated) : IDomainEvent;

/// <summary>Some of a payment went back to who paid.</summary>
/// <param name="EntryId">The entry of the ledger.</param>
/// <param name="Amount">How much.</param>
/// <param name="Unallocated">What is left of the payment.</param>
public sealed record PaymentRefunded(Guid PaymentId, Guid EntryId, Money Amount, string? Reason, Money Unallocated) : IDomainEvent;

/// <summary>A refund, or some of it, did not take place.</summary>
/// <param name="EntryId">The entry of the ledger that takes back.</param>
/// <param name="Amount">How much, above 0.</param>
/// <param name="Unallocated">What is left of the payment.</param>
public sealed record PaymentRefundReversed(Guid PaymentId, Guid EntryId, Money Amount, string? Reason, Money Unallocated) : IDomainEvent;

/// <summary>The ways in which payments and entries refuse.</summary>
public static class PaymentErrors
{
    /// <summary>409: money of it is allocated or refunded.</summary>
    public static CrmException InUse() => CrmException.Conflict("INVALID_STATE", "Money of the payment is allocated or refunded: reverse that first.");

    /// <summary>409: there is not so much, or nothing; by path.</summary>
    public static CrmException Exceeds(IReadOnlyDictionary<string, string[]> errors) =>
        new(ErrorKind.Conflict, "INVALID_STATE", "The state of the payment or the invoice does not allow this.", errors);

    /// <summary>The same for one member.</summary>
    public static CrmException Exceeds(string member, string message) => Exceeds(new Dictionary<string, string[]> { [member] = [message] });

    /// <summary>422: invoices that are not there, or in another currency; by path.</summary>
    public static CrmException Unallocatable(IReadOnlyDictionary<string, string[]> errors) =>
        new(ErrorKind.Unprocessable, "UNPROCESSABLE", "The payment cannot be allocated to what the request names.", errors);

    /// <summary>409: what takes back is final.</summary>
    public static CrmException IsReversal() => CrmException.Conflict("INVALID_STATE", "An entry that takes back another is final: book anew what is right.");

    /// <summary>409: nothing is left to take back.</summary>
    public static CrmException Reversed() => CrmException.Conflict("INVALID_STATE", "The entry is taken back in full.");
}
