using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Resources;
using Crm.Domain.Commerce;
using Crm.Domain.Common;
using Crm.Domain.Payments;

namespace Crm.Application.Payments;

/// <summary>An invoice that money of a payment settles.</summary>
/// <param name="Id">The allocation: an entry of the receivables ledger.</param>
/// <param name="InvoiceId">The invoice.</param>
/// <param name="InvoiceNumber">Its number.</param>
/// <param name="Amount">How much, less what was taken back.</param>
/// <param name="AllocatedAt">Since when.</param>
public sealed record AllocatedInvoice(Guid Id, Guid InvoiceId, string InvoiceNumber, Money Amount, DateTimeOffset AllocatedAt);

/// <summary>The declaration of payments; every member of the tenant who may read payments sees them all.</summary>
public sealed class PaymentResource : Resource<Payment, PaymentDetails>
{
    private const string Allocations = """
        (select coalesce(json_agg(json_build_object('id', e.id, 'invoiceId', e.invoice_id, 'invoiceNumber', i.number, 'amount', json_build_object('amount', l.amount, 'currency', e.amount_currency),
            'allocatedAt', e.created_at) order by e.created_at, i.number), '[]')::text
          from crm_read.receivable_entries e
          join crm_read.invoices i on i.tenant_id = @TenantId and i.id = e.invoice_id
          cross join lateral (select e.amount_amount + coalesce(sum(r.amount_amount), 0) as amount from crm_read.receivable_entries r where r.tenant_id = @TenantId and r.reverses_id = e.id) l
          where e.tenant_id = @TenantId and e.payment_id = t.id and e.kind = 'ALLOCATION' and e.reverses_id is null and l.amount > 0)
        """;

    /// <summary>Declares the members.</summary>
    public PaymentResource() : base("payments", "payment")
    {
        AreIndependent = true;
        Choice(x => x.Method).Required().Says("How it came in.", "\"BANK_TRANSFER\"");
        Money(x => x.Amount).Required().Between(0, null).Sort().Says("How much: above 0.", """{"amount": 120.00, "currency": "EUR"}""");
        Date(x => x.ReceivedOn).Required().Says("The day it came in; not ahead.", "\"2026-03-01\"");
        Reference(x => x.CustomerId, "customers").Says("Whose it is: what is not allocated is this customer's credit. When absent, the customer's whose invoice it pays first.");
        Text(x => x.Reference).Limit(2_000).Search().Sort().Says("What the payer wrote on it.", "\"Invoice 2026-000001\"");
        Text(x => x.PayerName).Search().Sort().Says("Who paid, as the bank says.", "\"Babbage & Co\"");
        Text(x => x.PayerIban).Limit(34).Must(SellerRules.IsIban, SellerRules.IbanForm).Search().Says("The account it came from: an IBAN without spaces.", "\"DE89370400440532013000\"");
        Text(x => x.Note).Limit(20_000).Search().NoFilter().Says("Free text.", "\"By phone\"");
        ReadOnly("status", FieldKind.Choice, typeof(PaymentStatus)).NotNull().Sort().Says("What has become of it.", "\"UNALLOCATED\"");
        Sum("allocatedTotal", "What is allocated to invoices.");
        Sum("refundedTotal", "What went back to who paid.");
        Sum("unallocated", "What is left: amount − allocatedTotal − refundedTotal.");
        ReadOnly<ValueList<AllocatedInvoice>>("allocations", FieldKind.Embedded).NotNull().Reads(Allocations).Says("The invoices that it settles.", "[]");
        ReadOnly("source", FieldKind.Choice, typeof(PaymentSource)).NotNull().Sort().Says("Where it is known from.", "\"MANUAL\"");
        ReadOnly("sourceKey", FieldKind.Text).Says("What that source calls it; null when somebody wrote it down.");
        Common();
    }

    /// <inheritdoc/>
    protected override ICommand<Guid> Create(PaymentDetails details) => new CreatePayment(details);

    /// <inheritdoc/>
    protected override ICommand<Guid> Update(Guid id, Patch<PaymentDetails> patch) => new UpdatePayment(id, patch);

    private void Sum(string name, string says) => ReadOnly(name, FieldKind.Money).NotNull().Sort().Says(says, """{"amount": 120.00, "currency": "EUR"}""");
}

/// <summary>A payment's own members, as events carry them.</summary>
public sealed record PaymentState : PaymentDetails
{
    /// <summary>What has become of it.</summary>
    public PaymentStatus Status { get; init; }
    /// <summary>What is allocated to invoices.</summary>
    public Money? AllocatedTotal { get; init; }
    /// <summary>What went back to who paid.</summary>
    public Money? RefundedTotal { get; init; }
    /// <summary>What is left.</summary>
    public Money? Unallocated { get; init; }
    /// <summary>Where it is known from.</summary>
    public PaymentSource Source { get; init; }
    /// <summary>What that source calls it.</summary>
    public string? SourceKey { get; init; }
}

internal sealed class PaymentStateProfile : StateProfile<Payment, PaymentDetails, PaymentState>;
