using Crm.Domain.Common;

namespace Crm.Domain.Payments;

/// <summary>How money came in.</summary>
public enum PaymentMethod
{
    /// <summary>To the bank account.</summary>
    BankTransfer,
    /// <summary>By card.</summary>
    Card,
    /// <summary>In notes and coins.</summary>
    Cash,
    /// <summary>By a cheque.</summary>
    Check,
    /// <summary>Collected from the payer's account.</summary>
    DirectDebit,
    /// <summary>Through Stripe.</summary>
    Stripe,
    /// <summary>In another way.</summary>
    Other,
}

/// <summary>What has become of a payment.</summary>
public enum PaymentStatus
{
    /// <summary>Something is left of it, and nothing is allocated: the customer's credit.</summary>
    Unallocated,
    /// <summary>Some of it is allocated, and something is left.</summary>
    PartiallyAllocated,
    /// <summary>Nothing is left of it; some of it, or all, is allocated.</summary>
    Allocated,
    /// <summary>Nothing is left of it, and nothing is allocated: all of it went back.</summary>
    Refunded,
}

/// <summary>Where a payment is known from.</summary>
public enum PaymentSource
{
    /// <summary>Somebody wrote it down.</summary>
    Manual,
    /// <summary>A statement of the bank.</summary>
    BankStatement,
    /// <summary>Stripe said so.</summary>
    Stripe,
}

/// <summary>What users state about a payment.</summary>
public record PaymentDetails : RecordDetails
{
    /// <summary>How it came in.</summary>
    public required PaymentMethod Method { get; init; }
    /// <summary>How much it was: above 0.</summary>
    public required Money Amount { get; init; }
    /// <summary>The day it came in, in the organization's zone; not ahead.</summary>
    public required DateOnly ReceivedOn { get; init; }
    /// <summary>Whose it is: what is not allocated is this customer's credit.</summary>
    public Guid? CustomerId { get; init; }
    /// <summary>What the payer wrote on it (remittance information), at most 2,000 characters.</summary>
    public string? Reference { get; init; }
    /// <summary>Who paid, as the bank says, at most 300 characters.</summary>
    public string? PayerName { get; init; }
    /// <summary>The account it came from (ISO 13616), without spaces.</summary>
    public string? PayerIban { get; init; }
    /// <summary>Free text, at most 20,000 characters.</summary>
    public string? Note { get; init; }
}

/// <summary>What made a payment known, when nobody wrote it down.</summary>
/// <param name="Source">What it was.</param>
/// <param name="Key">What that source calls it: one payment for each, at most 300 characters.</param>
public sealed record PaymentOrigin(PaymentSource Source, string Key);

/// <summary>A part of a payment for an invoice.</summary>
/// <param name="InvoiceId">The invoice: issued, open and in the payment's currency.</param>
/// <param name="Amount">How much of the payment: above 0; as much as is left of it and due of the invoice, when absent.</param>
public sealed record PaymentAllocation(Guid InvoiceId, Money? Amount = null);
