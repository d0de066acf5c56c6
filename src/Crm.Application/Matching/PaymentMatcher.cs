using Crm.Application.Abstractions;
using Crm.Application.Invoices;
using Crm.Application.Payments;
using Crm.Domain.Invoices;
using Crm.Domain.Matching;
using Crm.Domain.Payments;

namespace Crm.Application.Matching;

/// <summary>Allocates payments to the invoices they are clearly for.</summary>
public sealed class PaymentMatcher(MatchFactsReader reader, IPaymentRepository payments, IInvoiceRepository invoices, IRepository<ReceivableEntry> entries, IRequestContext context, BookingDay day, TimeProvider clock)
    : ISharedByUseCases
{
    /// <summary>Matches these payments. What it allocates it holds: the payments by their ids, then the invoices, as everything that moves money does.</summary>
    public async Task MatchAsync(IReadOnlyCollection<Guid> ids, CancellationToken ct)
    {
        if (ids.Count == 0) return;
        var held = await payments.HoldAsync(ids, ct);
        var facts = (await reader.ReadAsync([.. held.Keys], ct)).Where(f => f.Invoices.Count > 0).ToList();
        var wanted = facts.SelectMany(f => PaymentMatching.Decide(f.Payment, f.Invoices, f.IsComplete).Shares).Select(s => s.InvoiceId).Distinct().ToList();
        if (wanted.Count == 0) return;
        var found = (await invoices.HoldAsync(wanted, ct)).Where(i => context.Caller.Sees(i.Value)).ToDictionary();
        // Decided again by what is due now that it is held: others have paid meanwhile, and so has the payment before.
        foreach (var (payment, candidates, isComplete) in facts)
        {
            var now = candidates.Select(c => found.TryGetValue(c.InvoiceId, out var invoice) ? AsHeld(c, invoice) : c).ToList();
            var decision = PaymentMatching.Decide(payment, now, isComplete);
            if (decision.Outcome == MatchOutcome.Matched && decision.Shares.All(s => found.ContainsKey(s.InvoiceId))) Allocate(held[payment.PaymentId], decision.Shares, candidates, found);
        }
    }

    private void Allocate(Payment payment, IReadOnlyList<MatchShare> shares, IReadOnlyList<InvoiceFacts> candidates, IReadOnlyDictionary<Guid, Invoice> found)
    {
        foreach (var entry in payment.Allocate([.. shares.Select(s => new PaymentAllocation(s.InvoiceId, s.Amount))], found, day.Today, clock.GetUtcNow())) entries.Add(entry);
        // A customer without a name here is deleted.
        if (candidates.First(c => c.InvoiceId == shares[0].InvoiceId) is { CustomerName: not null } first) payment.BelongTo(first.CustomerId);
    }

    private static InvoiceFacts AsHeld(InvoiceFacts facts, Invoice invoice) => facts with
    {
        Due = invoice.DueTotal, IsOpen = invoice is { Kind: InvoiceKind.Invoice, Status: InvoiceStatus.Sent or InvoiceStatus.PartiallyPaid or InvoiceStatus.Overdue },
    };
}
