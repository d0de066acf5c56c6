using Crm.Domain.Common;

namespace Crm.Domain.Matching;

/// <summary>What matching looks at of a payment.</summary>
/// <param name="Unallocated">What of it is not allocated yet.</param>
/// <param name="Text">Everything that was written with it: references and free text.</param>
/// <param name="PayerName">Who paid, as the bank tells it.</param>
/// <param name="CustomerId">The customer that somebody stated.</param>
/// <param name="KnownPayers">The customers that earlier payments from the same account were of.</param>
public sealed record PaymentFacts(Guid PaymentId, Money Unallocated, string? Text, string? PayerName, Guid? CustomerId, IReadOnlyList<Guid> KnownPayers)
{
    /// <summary>The invoices' numbers that the text mentions.</summary>
    public IReadOnlyList<InvoiceMention> Mentions { get; } = InvoiceMention.In(Text);
}

/// <summary>What matching looks at of an invoice.</summary>
/// <param name="Due">What is still to be paid.</param>
/// <param name="IsOpen">Whether payments may be allocated to it: it is issued, neither void nor a credit note, and something is due.</param>
public sealed record InvoiceFacts(Guid InvoiceId, string Number, Money Due, bool IsOpen, Guid CustomerId, string? CustomerName);

/// <summary>Why an invoice may be what a payment is for.</summary>
public enum MatchReason
{
    /// <summary>The text names its number.</summary>
    InvoiceNumber,
    /// <summary>The text has its year and number, without the zeros and without the series.</summary>
    ShortNumber,
    /// <summary>The payment comes to exactly what is due.</summary>
    ExactAmount,
    /// <summary>The payment is stated to be its customer's.</summary>
    Customer,
    /// <summary>Its customer has paid from this account before.</summary>
    PayerAccount,
    /// <summary>Its customer is called like the payer.</summary>
    PayerName,
}

/// <summary>An invoice that a payment may be for.</summary>
/// <param name="Score">0 to 1, two decimals.</param>
/// <param name="Reasons">What the score is made of.</param>
public sealed record MatchCandidate(InvoiceFacts Invoice, decimal Score, IReadOnlyList<MatchReason> Reasons);

/// <summary>What an unmatched payment's look-up came to.</summary>
public enum MatchOutcome
{
    /// <summary>It is clear what the payment is for.</summary>
    Matched,
    /// <summary>Several invoices are as likely, or the sums do not fit: somebody must choose.</summary>
    Ambiguous,
    /// <summary>Nothing speaks enough for any invoice.</summary>
    Unmatched,
}

/// <summary>A part of a payment that falls to an invoice.</summary>
public sealed record MatchShare(Guid InvoiceId, Money Amount);

/// <summary>What matching decides about a payment.</summary>
/// <param name="Shares">When it is matched: what falls to which invoice; together at most what is unallocated.</param>
public sealed record MatchDecision(MatchOutcome Outcome, IReadOnlyList<MatchShare> Shares)
{
    /// <summary>Somebody must choose.</summary>
    public static MatchDecision Ambiguous { get; } = new(MatchOutcome.Ambiguous, []);

    /// <summary>Nothing was found.</summary>
    public static MatchDecision Unmatched { get; } = new(MatchOutcome.Unmatched, []);
}
