using AutoMapper;
using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Commerce;
using Crm.Application.Resources;
using Crm.Domain.Commerce;
using Crm.Domain.Common;
using Crm.Domain.Invoices;

namespace Crm.Application.Invoices;

/// <summary>The declaration of invoices and credit notes.</summary>
public sealed class InvoiceResource : DocumentResource<Invoice, InvoiceDetails>
{
    /// <summary>Declares the members.</summary>
    public InvoiceResource() : base("invoices", "invoice")
    {
        LimitName = "invoices";
        ReadOnly("kind", FieldKind.Choice, typeof(InvoiceKind)).NotNull().Sort().Says("Whether it demands a payment or takes an invoice back.", "\"INVOICE\"");
        ReadOnly("number", FieldKind.Text).Search().Sort().Says("Without a gap in its series and year; null while it is a draft.", "\"2026-000001\"");
        ReadOnly("status", FieldKind.Choice, typeof(InvoiceStatus)).NotNull().Sort().Says("Where it stands. An issued invoice is SENT, whether or not the service has e-mailed it: sentAt tells.", "\"DRAFT\"");
        Heading();
        Text(x => x.Series).Limit(20).Must(SellerRules.IsSeries, SellerRules.SeriesForm).Says("What begins its number; your organization's series, when absent.", "\"INV-\"");
        Date(x => x.DeliveryDate).Says("The day of the delivery, where it is not that of the issue.");
        Date(x => x.DueDate).Says("The day it is due; by the terms of payment, when absent.");
        Money(x => x.Prepaid).Between(0, null).Says("What was paid before; at most the total.");
        Boolean(x => x.RemindersPaused).Says("Whether it is not reminded of by itself when it is late; may change once it is issued.", "false");
        Body();
        Sum("paidTotal", "What payments are allocated to it.");
        Sum("creditedTotal", "What credit notes have taken back of it; of a credit note, its whole total.");
        Figure("writtenOffTotal", "t.written_off", "What of it is given up.");
        Figure("refundedTotal", "t.refunded", "What went back to the customer because it was paid too much.");
        Sum("dueTotal", "What is still to be paid: with tax − prepaid − paid − credited − written off + refunded; below zero it is owed to the customer.").Sort();
        ReadOnly("issueDate", FieldKind.Date).Sort().Says("The day of the issue.");
        ReadOnly("issuedAt", FieldKind.Instant).Sort().Says("When it was issued; from then on it never changes.");
        ReadOnly("sentAt", FieldKind.Instant).Sort().Says("When it was first e-mailed to the customer.");
        ReadOnly("voidedAt", FieldKind.Instant).Sort().Says("When it was declared void.");
        ReadOnly("reminderStage", FieldKind.Integer).NotNull().Sort().Says("The stage of the last reminder; 0 while there was none.", "0");
        ReadOnly("remindedAt", FieldKind.Instant).Sort().Says("When it was last reminded of.");
        ReadOnly("reminderFailure", FieldKind.Text).NoFilter().Says("Why the reminder that was due was not sent; null when all is well.");
        ReadOnly("paymentUrl", FieldKind.Text).Says("The page where it can be paid, by paymentUrlPattern of /tenant/profile at the issue.", "\"https://pay.example.com/2026-000001\"");
        ReadOnly("creditedInvoiceId", FieldKind.Id).Refers("invoices").Says("Of a credit note: the invoice that it takes back.");
        ReadOnly("creditedInvoiceNumber", FieldKind.Text).NoFilter().Reads("(select c.number from crm_read.invoices c where c.tenant_id = @TenantId and c.id = t.credited_invoice_id)").Says("Its number.");
        ReadOnly("recurringInvoiceId", FieldKind.Id).Refers("recurring-invoices").Says("The recurring invoice that it is made of.");
        ReadOnly("recurrence", FieldKind.Integer).Says("The how manieth period of that it is of.");
        ReadOnly("templateId", FieldKind.Id).Refers("document-templates").Says("The template it is printed with; null for the built-in one, and while it is a draft.");
        ReadOnly("templateVersion", FieldKind.Integer).Says("The version of the template at the issue, which it keeps; 0 for the built-in one.", "0");
        ReadOnly<DocumentParty>("seller", FieldKind.Object).Says("Who sells, as it was at the issue.");
        ReadOnly<DocumentParty>("buyer", FieldKind.Object).Says("Who buys, as it was at the issue.");
        Common();
    }

    /// <summary>Declares a sum that is kept as a number in the document's currency.</summary>
    private void Figure(string name, string expression, string says)
    {
        var field = Add(new Field { Name = name, Kind = FieldKind.Money, Column = "total", Expression = expression }).NotNull().Says(says, """{"amount": 0.00, "currency": "EUR"}""");
        field.ReadOnly = true;
    }

    /// <inheritdoc/>
    protected override ICommand<Guid> Create(InvoiceDetails details) => new CreateInvoice(details);

    /// <inheritdoc/>
    protected override ICommand<Guid> Update(Guid id, Patch<InvoiceDetails> patch) => new UpdateInvoice(id, patch);
}

/// <summary>An invoice's own members, as events carry them.</summary>
public sealed record InvoiceState : InvoiceDetails, IDocumentState
{
    /// <summary>What kind of document it is.</summary>
    public InvoiceKind Kind { get; init; }
    /// <summary>Its number.</summary>
    public string? Number { get; init; }
    /// <summary>Where it stands.</summary>
    public InvoiceStatus Status { get; init; }
    /// <inheritdoc/>
    [WrittenInline]
    public DocumentSums Sums { get; init; } = new();
    /// <summary>What payments are allocated to it.</summary>
    public Money? PaidTotal { get; init; }
    /// <summary>What credit notes have taken back of it.</summary>
    public Money? CreditedTotal { get; init; }
    /// <summary>What of it is given up.</summary>
    public Money? WrittenOffTotal { get; init; }
    /// <summary>What went back to the customer.</summary>
    public Money? RefundedTotal { get; init; }
    /// <summary>What is still to be paid.</summary>
    public Money? DueTotal { get; init; }
    /// <summary>The day of the issue.</summary>
    public DateOnly? IssueDate { get; init; }
    /// <summary>When it was issued.</summary>
    public DateTimeOffset? IssuedAt { get; init; }
    /// <summary>When it was first sent.</summary>
    public DateTimeOffset? SentAt { get; init; }
    /// <summary>When it was declared void.</summary>
    public DateTimeOffset? VoidedAt { get; init; }
    /// <summary>The stage of the last reminder; 0 while there was none.</summary>
    public int ReminderStage { get; init; }
    /// <summary>When it was last reminded of.</summary>
    public DateTimeOffset? RemindedAt { get; init; }
    /// <summary>Why the reminder that was due was not sent.</summary>
    public string? ReminderFailure { get; init; }
    /// <summary>The recurring invoice that it is made of.</summary>
    public Guid? RecurringInvoiceId { get; init; }
    /// <summary>The how manieth period of that it is of.</summary>
    public int? Recurrence { get; init; }
    /// <summary>The page where it can be paid.</summary>
    public string? PaymentUrl { get; init; }
    /// <summary>The invoice that it takes back.</summary>
    public Guid? CreditedInvoiceId { get; init; }
    /// <summary>The template it is printed with.</summary>
    public Guid? TemplateId { get; init; }
    /// <summary>The version of the template.</summary>
    public int? TemplateVersion { get; init; }
    /// <summary>Who sells.</summary>
    public DocumentParty? Seller { get; init; }
    /// <summary>Who buys.</summary>
    public DocumentParty? Buyer { get; init; }
}

internal sealed class InvoiceStateProfile : DocumentStateProfile<Invoice, InvoiceDetails, InvoiceState>
{
    protected override void Also(IMappingExpression<Invoice, InvoiceState> map)
    {
        base.Also(map);
        map.ForMember(state => state.WrittenOffTotal, o => o.MapFrom(invoice => Money.Of(invoice.WrittenOff, invoice.Total.Currency, null)))
            .ForMember(state => state.RefundedTotal, o => o.MapFrom(invoice => Money.Of(invoice.Refunded, invoice.Total.Currency, null)));
    }
}
