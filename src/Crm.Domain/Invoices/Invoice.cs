using Crm.Domain.Commerce;
using Crm.Domain.Common;
using Crm.Domain.Payments;

namespace Crm.Domain.Invoices;

/// <summary>An invoice or a credit note. Until it is issued it is a draft; from then on nothing of it changes but its labels and what became of it.</summary>
public sealed partial class Invoice : Document<Invoice, InvoiceDetails>
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

    /// <summary>The recurring invoice that it is made of.</summary>
    public Guid? RecurringInvoiceId { get; private set; }

    /// <summary>The how manieth period of that it is of, from 1.</summary>
    public int? Recurrence { get; private set; }

    /// <summary>The page where it can be paid, as it was at the issue; of a credit note none.</summary>
    public string? PaymentUrl { get; private set; }

    /// <summary>The template it is printed with; null for the built-in one, and while it is a draft.</summary>
    public Guid? TemplateId { get; private set; }

    /// <summary>The version of the template at the issue, 0 for the built-in one; null while it is a draft, and of what was issued before versions were kept.</summary>
    public int? TemplateVersion { get; private set; }

    /// <summary>Who sells, as it was at the issue.</summary>
    public DocumentParty? Seller { get; private set; }

    /// <summary>Who buys, as it was at the issue.</summary>
    public DocumentParty? Buyer { get; private set; }

    /// <summary>What payments are allocated to it.</summary>
    public Money PaidTotal { get; private set; } = null!;

    /// <summary>What credit notes have taken back of it; of a credit note, its whole total.</summary>
    public Money CreditedTotal { get; private set; } = null!;

    /// <summary>What of it is given up, in its currency.</summary>
    public decimal WrittenOff { get; private set; }

    /// <summary>What went back to the customer because it was paid too much, in its currency.</summary>
    public decimal Refunded { get; private set; }

    /// <summary>
    /// What is still to be paid (BT-115): with tax − prepaid − paid − credited − written off + refunded; below zero it is owed to the customer. Nothing, when it is void.
    /// </summary>
    public Money DueTotal { get; private set; } = null!;

    /// <summary>Drafts an invoice. Raises <see cref="Created{Invoice}"/>.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED, UNPROCESSABLE by path.</exception>
    public static Invoice Draft(Guid id, InvoiceDetails details, DocumentSetting setting)
    {
        var invoice = new Invoice { Id = id };
        return invoice.Drafted(invoice.Settle(null, details, setting));
    }

    /// <summary>Drafts an invoice with the lines of another document, as they were settled there. Raises <see cref="Created{Invoice}"/>.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="settled">Its details.</param>
    /// <param name="recurringInvoiceId">The recurring invoice it is made of, if it is.</param>
    /// <param name="recurrence">The how manieth period of that, from 1.</param>
    public static Invoice DraftOf(Guid id, InvoiceDetails settled, Guid? recurringInvoiceId = null, int? recurrence = null)
    {
        var invoice = new Invoice { Id = id, RecurringInvoiceId = recurringInvoiceId, Recurrence = recurrence };
        return invoice.Drafted(invoice.Counted(settled));
    }

    /// <inheritdoc/>
    protected override bool IsDraft => Status == InvoiceStatus.Draft;

    /// <summary>Refuses what cannot be issued: before a number is taken, so that others wait as briefly as can be.</summary>
    /// <exception cref="CrmException">INVALID_STATE: it is issued; UNPROCESSABLE: it lacks what EN 16931 demands.</exception>
    public void EnsureIssuable(IssueSetting setting)
    {
        if (Status != InvoiceStatus.Draft) throw InvoiceErrors.Issued();
        IssueRules.Check(this, setting);
    }

    /// <summary>Issues the draft: it gets its number and the parties as they are, and changes no more. Raises <see cref="InvoiceIssued"/>, and <see cref="InvoicePaid"/> when nothing is due.</summary>
    /// <exception cref="CrmException">As <see cref="EnsureIssuable"/>.</exception>
    public void Issue(string number, IssueSetting setting)
    {
        EnsureIssuable(setting);
        Set(Details with { Series = Details.Series ?? setting.Series, DueDate = Details.DueDate ?? setting.Today.AddDays(setting.TermDays) });
        PaymentUrl = setting.PaymentUrlPattern is { } pattern ? SellerRules.PaymentUrl(pattern, number) : null;
        (TemplateId, TemplateVersion) = (setting.Template.Id, setting.Template.Version);
        Put(number, setting.Seller, setting.Buyer, setting.Today, setting.Now);
        Balance();
        Tell(InvoiceStatus.Sent);
    }

    /// <summary>Sends the document to an address, the customer's unless stated; it may be sent again. Raises <see cref="InvoiceSent"/>.</summary>
    /// <exception cref="CrmException">INVALID_STATE: it is a draft, or void. UNPROCESSABLE: the customer has no address.</exception>
    public void Send(EmailAddress? to, DateTimeOffset now)
    {
        if (Status == InvoiceStatus.Draft) throw InvoiceErrors.NotIssued();
        if (Status == InvoiceStatus.Void) throw InvoiceErrors.Void();
        if (to is null && !EmailAddress.TryParse(Buyer!.Email, out to)) throw CrmException.Unprocessable("to", "is required: the customer had no e-mail address when the document was issued");
        SentAt ??= now;
        Raise(new InvoiceSent(Id, Number!, to!));
    }

    /// <summary>Declares an open invoice void: it keeps its number and counts no more. Raises <see cref="InvoiceVoided"/>.</summary>
    /// <exception cref="CrmException">INVALID_STATE: it is a draft, a credit note, void, paid, credited, written off or refunded.</exception>
    public void DeclareVoid(string? reason, DateTimeOffset now)
    {
        if (Status == InvoiceStatus.Draft) throw InvoiceErrors.NotIssued();
        if (Status == InvoiceStatus.Void) throw InvoiceErrors.Void();
        if (Kind == InvoiceKind.CreditNote) throw InvoiceErrors.IsCreditNote();
        if (PaidTotal.Amount != 0 || CreditedTotal.Amount != 0 || WrittenOff != 0 || Refunded != 0) throw InvoiceErrors.InUse();
        (Status, VoidedAt) = (InvoiceStatus.Void, now);
        Balance();
        Raise(new InvoiceVoided(Id, Number!, Total, reason));
    }

    /// <summary>
    /// Takes the invoice back, or lines of it, by a credit note, which is issued at once and offset against it. Raises <see cref="InvoiceCredited"/>, and <see cref="InvoicePaid"/> when nothing is due any more; of the note <see cref="Created{Invoice}"/> and <see cref="InvoiceIssued"/>.
    /// </summary>
    /// <param name="lines">What is taken back; all that is left, when null.</param>
    /// <param name="before">What earlier credit notes took back.</param>
    /// <param name="number">The note's number.</param>
    /// <exception cref="CrmException">INVALID_STATE: it is a draft, void, a credit note itself or credited in full; UNPROCESSABLE by path: more than is left.</exception>
    public Invoice Credit(Guid id, IReadOnlyList<CreditLine>? lines, CreditedSoFar before, string? notes, string number, DateOnly today, DateTimeOffset now)
    {
        EnsureCreditable();
        var note = new Invoice { Id = id, Kind = InvoiceKind.CreditNote, CreditedInvoiceId = Id, PaidTotal = Money.Zero(Total.Currency), TemplateId = TemplateId, TemplateVersion = TemplateVersion };
        var (opposite, taxes) = CreditNotes.Of(this, lines, before, notes, now);
        note.Begin(note.Counted(opposite, taxes));
        note.CreditedTotal = note.Total;
        note.Put(number, Seller!, Buyer!, today, now);
        note.Balance();
        CreditedTotal = Money.Of(CreditedTotal.Amount - note.Total.Amount, Total.Currency);
        var stood = Status;
        Balance(today);
        Raise(new InvoiceCredited(Id, id, number, Money.Of(-note.Total.Amount, Total.Currency)));
        Tell(stood);
        return note;
    }

    /// <summary>Refuses what no credit note can take back.</summary>
    /// <exception cref="CrmException">INVALID_STATE.</exception>
    public void EnsureCreditable()
    {
        if (Status == InvoiceStatus.Draft) throw InvoiceErrors.NotIssued();
        if (Status == InvoiceStatus.Void) throw InvoiceErrors.Void();
        if (Kind == InvoiceKind.CreditNote) throw InvoiceErrors.IsCreditNote();
    }

    /// <summary>Why nothing is due of it, whatever is paid: it is a draft, void or a credit note. Null for an issued invoice.</summary>
    internal string? WhyNoReceivable => Status switch
    {
        InvoiceStatus.Draft => "is a draft: issue it first",
        InvoiceStatus.Void => "is void",
        _ => Kind == InvoiceKind.CreditNote ? "is a credit note, which is offset against its invoice" : null,
    };

    /// <summary>Follows an entry of the receivables ledger. Raises <see cref="InvoiceBalanceChanged"/>, and <see cref="InvoicePaid"/> or <see cref="InvoiceOverdue"/> when it becomes that.</summary>
    internal void Follow(ReceivableEntry entry, DateOnly today)
    {
        var (kind, amount) = (entry.Details.Kind, entry.Details.Amount);
        if (kind == ReceivableEntryKind.Allocation) PaidTotal = PaidTotal.Add(amount);
        else if (kind == ReceivableEntryKind.WriteOff) WrittenOff += amount.Amount;
        else Refunded += amount.Amount;
        if (PaidTotal.Amount < 0 || WrittenOff < 0 || Refunded < 0) throw new InvalidOperationException("An entry took back more than there was.");
        var stood = Status;
        Balance(today);
        Raise(new InvoiceBalanceChanged(Id, Number!, entry.Id, kind, amount, PaidTotal, Money.Of(WrittenOff, Total.Currency), Money.Of(Refunded, Total.Currency), DueTotal, Status, Details.CustomerId));
        Tell(stood);
    }

    /// <inheritdoc/>
    protected override CrmException Agreed() => InvoiceErrors.Issued();

    /// <inheritdoc/>
    protected override void Revised()
    {
        if (!IsDraft) return;
        (PaidTotal, CreditedTotal) = (Money.Zero(Details.Currency!), Money.Zero(Details.Currency!));
        Balance();
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

    private Invoice Drafted(InvoiceDetails settled)
    {
        Begin(settled);
        Revised();
        return this;
    }

    private void Put(string number, DocumentParty seller, DocumentParty buyer, DateOnly today, DateTimeOffset now)
    {
        (Status, Number, IssueDate, IssuedAt, Seller, Buyer) = (InvoiceStatus.Sent, number, today, now, seller, buyer);
        Raise(new InvoiceIssued(Id, Kind, number, today, Details.DueDate, Total, Details.CustomerId));
    }

    /// <summary>What is due after something counted, and so where the document stands.</summary>
    /// <param name="today">The day it is, where what was paid may be open again.</param>
    private void Balance(DateOnly? today = null)
    {
        DueTotal = Status == InvoiceStatus.Void ? Money.Zero(Total.Currency)
            : Money.Of(Total.Amount - (Details.Prepaid?.Amount ?? 0) - PaidTotal.Amount - CreditedTotal.Amount - WrittenOff + Refunded, Total.Currency);
        if (DueTotal.Amount <= 0) ReminderFailure = null;
        if (Status is InvoiceStatus.Draft or InvoiceStatus.Void) return;
        Status = DueTotal.Amount <= 0 ? InvoiceStatus.Paid
            : Status == InvoiceStatus.Overdue || (Status == InvoiceStatus.Paid && Details.DueDate < today) ? InvoiceStatus.Overdue
            : PaidTotal.Amount > 0 ? InvoiceStatus.PartiallyPaid : InvoiceStatus.Sent;
    }

    /// <summary>Tells what the document has become since it stood there.</summary>
    private void Tell(InvoiceStatus stood)
    {
        if (Status == stood || Kind == InvoiceKind.CreditNote) return;
        if (Status == InvoiceStatus.Paid) Raise(new InvoicePaid(Id, Number!, Total, PaidTotal, CreditedTotal, Money.Of(WrittenOff, Total.Currency), Details.CustomerId));
        else if (Status == InvoiceStatus.Overdue) Raise(new InvoiceOverdue(Id, Number!, Details.DueDate!.Value, DueTotal, Details.CustomerId));
    }
}
