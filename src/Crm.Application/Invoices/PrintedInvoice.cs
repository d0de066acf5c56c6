using Crm.Application.Commerce;
using Crm.Application.Documents;
using Crm.Domain.Commerce;
using Crm.Domain.Common;
using Crm.Domain.Documents;
using Crm.Domain.Invoices;

namespace Crm.Application.Invoices;

/// <summary>
/// An invoice or credit note as it is printed: what it was when it was issued. What was paid or credited since is not on it, because an issued document never changes; that it is void is, because
/// nobody should pay it.
/// </summary>
internal sealed record PrintedInvoice : PrintedRecord
{
    public InvoiceKind Kind { get; init; }
    public InvoiceStatus Status { get; init; }
    public DateOnly? IssueDate { get; init; }
    public DateOnly? DueDate { get; init; }
    public DateOnly? DeliveryDate { get; init; }
    public Money? Prepaid { get; init; }
    public DateTimeOffset? IssuedAt { get; init; }
    public string? PaymentUrl { get; init; }
    public required Money DueTotal { get; init; }
    public int ReminderStage { get; init; }
    public string? CreditedInvoiceNumber { get; init; }

    public override DocumentType Type => DocumentType.Invoice;

    public override DateTimeOffset PrintedAt => Status == InvoiceStatus.Void ? UpdatedAt : IssuedAt ?? UpdatedAt;

    public override DateOnly DayIn(string zone, DateOnly today) => IssueDate ?? today;

    public override PrintedDocument In(string language, DocumentParty seller, DocumentParty buyer, DateOnly day)
    {
        var prepaid = Prepaid?.Amount ?? 0;
        var printed = base.In(language, seller, buyer, day) with { DeliveryDate = DeliveryDate, Prepaid = prepaid, Payable = Total.Amount - prepaid };
        if (Kind == InvoiceKind.CreditNote) printed = AsNote(printed, language);
        if (Status == InvoiceStatus.Void) return WithoutPayment(printed) with { Title = DocumentLabels.VoidIn(language, printed.Title ?? DocumentLabels.TitleOf(Type, language)) };
        return Kind == InvoiceKind.CreditNote ? WithoutPayment(printed) : printed with { DueDate = DueDate, PaymentUrl = PaymentUrl };
    }

    private static PrintedDocument WithoutPayment(PrintedDocument printed) => printed with { Seller = printed.Seller with { Iban = null, Bic = null } };

    /// <summary>A credit note names the invoice that it takes back (Directive 2006/112/EC, Art. 219).</summary>
    private PrintedDocument AsNote(PrintedDocument printed, string language)
    {
        var corrects = DocumentLabels.CorrectsIn(language, CreditedInvoiceNumber!);
        return printed with
        {
            Title = DocumentLabels.CreditNoteIn(language), Notes = string.IsNullOrEmpty(printed.Notes) ? corrects : $"{corrects} {printed.Notes}",
        };
    }
}
