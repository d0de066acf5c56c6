using Crm.Application.Abstractions;
using Crm.Application.Invoices;
using Crm.Application.Payments;
using Crm.Application.Subscriptions;
using Crm.Domain.Checkouts;
using Crm.Domain.Common;
using Crm.Domain.Customers;
using Crm.Domain.Payments;

namespace Crm.Application.Checkouts;

/// <summary>Books what the gateway says of a checkout: the money once, and what of it went back.</summary>
public sealed class CheckoutBooking(ICheckouts checkouts, IRepository<Payment> payments, IInvoiceRepository invoices, IRepository<Customer> customers, IRepository<ReceivableEntry> entries, EntryReversal reversal,
    ChargeSettlement charges, IOutbox outbox, IReadDb db, IRequestContext context, BookingDay day, TimeProvider clock) : ISharedByUseCases
{
    private const int LongestName = 300;
    private const string RefundReason = "Refunded at Stripe";

    private const string AllocationsSql = """
        select e.id as Id, l.amount as Amount from crm_read.receivable_entries e
        cross join lateral (select e.amount_amount + coalesce(sum(r.amount_amount), 0) as amount from crm_read.receivable_entries r where r.tenant_id = @TenantId and r.reverses_id = e.id) l
        where e.tenant_id = @TenantId and e.payment_id = @PaymentId and e.kind = 'ALLOCATION' and e.reverses_id is null and l.amount > 0
        order by e.id desc
        """;

    /// <summary>Makes our books say what the gateway says. The checkout is held: of two at work on it the second finds all done.</summary>
    public async Task BookAsync(Guid checkoutId, GatewaySession found, CancellationToken ct)
    {
        if (await checkouts.HoldAsync(checkoutId, ct) is not { } checkout) return;
        var paymentId = checkout.PaymentId;
        if (found.Payment is { } money)
        {
            if (checkout.ChargeId is { } charge) await charges.SettleAsync(charge, ct);
            else if (paymentId is null) paymentId = await ReceiveAsync(checkout, money, ct);
            else if (await payments.FindAsync(paymentId.Value, ct) is { } payment) await ReturnAsync(payment, money.Refunded, ct);
        }
        await checkouts.KeepAsync(checkout.Stand(found.Status, found.Url, paymentId), ct);
    }

    private async Task<Guid> ReceiveAsync(Checkout checkout, GatewayPayment money, CancellationToken ct)
    {
        var invoice = (await invoices.HoldAsync([checkout.InvoiceId!.Value], ct)).GetValueOrDefault(checkout.InvoiceId.Value);
        var customer = invoice is null ? null : await customers.FindAsync(invoice.Details.CustomerId, ct);
        var (today, received) = (day.Today, TimeZones.DayIn(context.Caller.Tenant.TimeZone, money.PaidAt));
        var payment = Payment.Receive(Ids.New(clock.GetUtcNow()), new PaymentDetails
        {
            Method = PaymentMethod.Stripe, Amount = money.Amount, ReceivedOn = received < today ? received : today, CustomerId = customer?.Id, Reference = invoice?.Number,
            PayerName = money.PayerName is { Length: > LongestName } name ? name[..LongestName] : money.PayerName,
        }, today, new PaymentOrigin(PaymentSource.Stripe, money.Id));
        payments.Add(payment);
        // What is more than is due stays the customer's credit; so does all of it when the invoice was settled or voided meanwhile.
        if (invoice?.IsPayable() == true && invoice.DueTotal.Currency == money.Amount.Currency)
            foreach (var entry in payment.Allocate([new PaymentAllocation(invoice.Id)], new Dictionary<Guid, Domain.Invoices.Invoice> { [invoice.Id] = invoice }, today, clock.GetUtcNow())) entries.Add(entry);
        // What went back before it was booked is looked at anew once it is: its entries have to be in the ledger first.
        if (money.Refunded.Amount > 0) await outbox.RepeatAsync(OutboxMessage.Without(checkout.Id, context.Caller.TenantId), CheckoutNews.Sink, ct);
        return payment.Id;
    }

    /// <summary>Books what went back besides what is known to have: out of what is left of the payment, else out of what it paid last.</summary>
    private async Task ReturnAsync(Payment payment, Money refunded, CancellationToken ct)
    {
        var missing = refunded.Amount - payment.RefundedTotal.Amount;
        if (missing <= 0) return;
        var taken = missing - payment.Unallocated.Amount;
        if (taken > 0)
        {
            foreach (var allocation in await db.QueryAsync<Allocation>(AllocationsSql, new { PaymentId = payment.Id }, ct))
            {
                if (taken <= 0) break;
                var part = Math.Min(taken, allocation.Amount);
                await reversal.ReverseAsync(allocation.Id, payment.Id, Money.Of(part, refunded.Currency), RefundReason, ct);
                taken -= part;
            }
        }
        entries.Add(ReceivableEntry.OfRefund(Ids.New(clock.GetUtcNow()), payment, Money.Of(missing, refunded.Currency), null, RefundReason, day.Today));
    }

    private sealed record Allocation(Guid Id, decimal Amount);
}
