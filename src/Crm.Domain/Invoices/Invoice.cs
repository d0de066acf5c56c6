using Crm.Domain.Commerce;
using Crm.Domain.Common;

namespace Crm.Domain.Invoices;

/// <summary>An invoice or a credit note. Until it is issued it is a draft; from then on nothing of it changes but its labels and what became of it.</summary>
public sealed class Invoice : Document<Invoice, InvoiceDetails>
{
    private Invoice() { }

    /// <summary>What kind of document it is.</summary>
    public InvoiceKind Kind { get; private set; }

    /// <summary>Where it stands.</summary>
    public InvoiceStatus Status { get; private set; }

    /// <summary>Its number (BT-1), such as <c>2026-000001</c>: without a gap in its series and year; null while it is a draft.</summary>
    public string? Number { get; private set; }

    /// <summary>The day of the issue (BT-2), in the organization's zone.</summary>
    public DateOnly? IssueDate { get; private set; }

    /// <summary>When it was issued.</summary>
    public DateTimeOffset? IssuedAt { get; private set; }

    /// <summary>When it was first sent to the customer; issuing alone sends nothing.</summary>
    public DateTimeOffset? SentAt { get; private set; }

    /// <summary>When it was declared void.</summary>
    public DateTimeOffset? VoidedAt { get; private set; }

    /// <summary>Of a credit note: the invoice that it takes back (BT-25).</summary>
    public Guid? CreditedInvoiceId { get; private set; }

    /// <summary>Who sells, as it was at the issue.</summary>
    public DocumentParty? Seller { get; private set; }

    /// <summary>Who buys, as it was at the issue.</summary>
    public DocumentParty? Buyer { get; private set; }

    /// <summary>What payments are allocated to it.</summary>
    public Money PaidTotal { get; private set; } = null!;

    /// <summary>What credit notes have taken back of it; of a credit note, its whole total.</summary>
    public Money CreditedTotal { get; private set; } = null!;

    /// <summary>What is still to be paid (BT-115): with tax − prepaid − paid − credited; below zero it is owed to the customer. Nothing, when it is void.</summary>
    public Money DueTotal { get; private set; } = null!;

    /// <summary>Drafts an invoice. Raises <see cref="Created{Invoice}"/>.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED, UNPROCESSABLE by path.</exception>
    public static Invoice Draft(Guid id, InvoiceDetails details, DocumentSetting setting)
    {
        var invoice = new Invoice { Id = id };
        var settled = invoice.Settle(null, details, setting);
        invoice.Begin(settled);
        (invoice.PaidTotal, invoice.CreditedTotal) = (Money.Zero(settled.Currency!), Money.Zero(settled.Currency!));
        invoice.Balance();
        return invoice;
    }

    /// <summary>Changes a draft; of an issued one the labels alone. Equal details change nothing.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED, UNPROCESSABLE by path; INVALID_STATE: it is issued.</exception>
    public void Revise(InvoiceDetails details, DocumentSetting setting)
    {
        if (Status != InvoiceStatus.Draft)
        {
            Revise(details);
            return;
        }
        base.Revise(Settle(Details, details, setting));
        (PaidTotal, CreditedTotal) = (Money.Zero(Details.Currency!), Money.Zero(Details.Currency!));
        Balance();
    }

    /// <summary>Changes what needs no setting: labels and the owner.</summary>
    /// <exception cref="CrmException">INVALID_STATE: it is issued.</exception>
    public override void Revise(InvoiceDetails details)
    {
        var labelled = Details with { Tags = details.Tags, ExternalId = details.ExternalId, CustomFields = details.CustomFields, OwnerId = details.OwnerId };
        if (labelled != details) throw Status == InvoiceStatus.Draft ? new InvalidOperationException("Lines of a document change in its setting.") : InvoiceErrors.Issued();
        base.Revise(details);
    }

    /// <inheritdoc/>
    protected override void EnsureDeletable()
    {
        if (Status != InvoiceStatus.Draft) throw InvoiceErrors.Issued();
    }

    /// <inheritdoc/>
    protected override void Guard(InvoiceDetails? before, InvoiceDetails after)
    {
        if (after.Series is not null && !SellerRules.IsSeries(after.Series)) throw CrmException.Validation("series", SellerRules.SeriesForm);
        if (after.Prepaid is not { } prepaid) return;
        if (prepaid.Currency != after.Currency) throw CrmException.Validation("prepaid.currency", $"must be {after.Currency}, the currency of the document");
        if (prepaid.Amount < 0) throw CrmException.Validation("prepaid.amount", "must not be negative");
        if (prepaid.Amount > Total.Amount) throw CrmException.Validation("prepaid.amount", "must not be more than the total");
    }

    private void Balance() => DueTotal = Status == InvoiceStatus.Void ? Money.Zero(Total.Currency)
        : Money.Of(Total.Amount - (Details.Prepaid?.Amount ?? 0) - PaidTotal.Amount - CreditedTotal.Amount, Total.Currency);
}
