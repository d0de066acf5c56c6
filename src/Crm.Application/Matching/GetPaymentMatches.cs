using Crm.Application.Abstractions;
using Crm.Application.Listing;
using Crm.Application.Payments;
using Crm.Domain.Common;
using Crm.Domain.Matching;

namespace Crm.Application.Matching;

/// <summary>An invoice that a payment may be for.</summary>
/// <param name="InvoiceId">The invoice.</param>
/// <param name="Number">Its number.</param>
/// <param name="DueTotal">What is still to be paid of it.</param>
/// <param name="CustomerId">Whose it is.</param>
/// <param name="CustomerName">His name; null when he is deleted.</param>
/// <param name="Score">How likely it is, 0 to 1.</param>
/// <param name="Reasons">What speaks for it.</param>
public sealed record PaymentMatch(Guid InvoiceId, string Number, Money DueTotal, Guid CustomerId, string? CustomerName, decimal Score, IReadOnlyList<MatchReason> Reasons);

/// <summary>The open invoices that something speaks for, the likeliest first, at most 20: those whose numbers the payment mentions, that come to what is left of it, or whose customers pay from its account.</summary>
[Requires(Permissions.PaymentsRead)]
public sealed record GetPaymentMatches(Guid Id) : IQuery<IReadOnlyList<PaymentMatch>>;

internal sealed class GetPaymentMatchesHandler(RecordReader records, PaymentResource payments, MatchFactsReader reader) : IQueryHandler<GetPaymentMatches, IReadOnlyList<PaymentMatch>>
{
    private const int Most = 20;

    public async Task<IReadOnlyList<PaymentMatch>> Handle(GetPaymentMatches query, CancellationToken ct)
    {
        if (await records.FindAsync(payments, query.Id, new ListRequest { Fields = [payments.Find("id")!] }, ct) is null) throw CrmException.NotFound(payments.Singular);
        return await reader.OfferAsync(query.Id, ct) is not { } facts ? []
            : [.. PaymentMatching.Candidates(facts.Payment, facts.Invoices).Take(Most).Select(c => new PaymentMatch(c.Invoice.InvoiceId, c.Invoice.Number, c.Invoice.Due, c.Invoice.CustomerId, c.Invoice.CustomerName, c.Score, c.Reasons))];
    }
}
