using Crm.Domain.Common;

namespace Crm.Domain.Commerce;

/// <summary>
/// An offer, an order or an invoice: lines with prices and taxes, and the sums of them. The sums are kept beside the details and follow them: whoever sets details of a document
/// settles them first.
/// </summary>
public abstract class Document<TSelf, TDetails> : Record<TSelf, TDetails>
    where TSelf : Document<TSelf, TDetails>
    where TDetails : DocumentDetails
{
    /// <summary>Sum of the lines' nets (BT-106).</summary>
    public Money LineTotal { get; private set; } = null!;
    /// <summary>Sum of the document's allowances (BT-107).</summary>
    public Money AllowanceTotal { get; private set; } = null!;
    /// <summary>Sum of the document's charges (BT-108).</summary>
    public Money ChargeTotal { get; private set; } = null!;
    /// <summary>Without tax (BT-109): lines − allowances + charges.</summary>
    public Money NetTotal { get; private set; } = null!;
    /// <summary>The tax (BT-110).</summary>
    public Money TaxTotal { get; private set; } = null!;
    /// <summary>With tax (BT-112).</summary>
    public Money Total { get; private set; } = null!;
    /// <summary>The tax per category and rate (BG-23).</summary>
    public ValueList<DocumentTax> Taxes { get; private set; } = [];

    /// <inheritdoc/>
    public override Guid? OwnerId => Details.OwnerId;

    /// <summary>Whether it may still change.</summary>
    protected abstract bool IsDraft { get; }

    /// <summary>Changes a draft; of what is agreed the labels alone. Equal details change nothing.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED, UNPROCESSABLE by path; INVALID_STATE: it is agreed.</exception>
    public void Revise(TDetails details, DocumentSetting setting)
    {
        if (IsDraft) base.Revise(Settle(Details, details, setting));
        else Revise(details);
        Revised();
    }

    /// <summary>Changes what needs no setting: labels and the owner.</summary>
    /// <exception cref="CrmException">INVALID_STATE: it is agreed.</exception>
    public sealed override void Revise(TDetails details)
    {
        if (Labelled(details) != details) throw IsDraft ? new InvalidOperationException("Lines of a document change in its setting.") : Agreed();
        base.Revise(details);
    }

    /// <summary>What is agreed, with those members of other details that may always change: labels and the owner.</summary>
    protected virtual TDetails Labelled(TDetails details) => Details with { Tags = details.Tags, ExternalId = details.ExternalId, CustomFields = details.CustomFields, OwnerId = details.OwnerId };

    /// <summary>409: it is agreed, and changes no more.</summary>
    protected abstract CrmException Agreed();

    /// <summary>What follows from other sums.</summary>
    protected virtual void Revised() { }

    /// <inheritdoc/>
    protected override void EnsureDeletable()
    {
        if (!IsDraft) throw Agreed();
    }

    /// <summary>The details with everything filled in that was left open; the sums are those of them from here on.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED or UNPROCESSABLE by path, such as <c>lineItems[2].unitPrice</c>.</exception>
    protected TDetails Settle(TDetails? before, TDetails after, DocumentSetting setting)
    {
        var settled = DocumentSettlement.Of(before, after, setting);
        Count(DocumentSettlement.Totals(settled));
        return settled;
    }

    /// <summary>Details whose lines and adjustments are settled already, such as those of a document that follows from another.</summary>
    /// <param name="taxes">The tax of rates where it does not follow from the sums.</param>
    protected TDetails Counted(TDetails settled, IReadOnlyDictionary<(TaxCategory Category, decimal Percent), decimal>? taxes = null)
    {
        var totals = DocumentSettlement.Totals(settled);
        Count(taxes is null ? totals : totals.Stating(taxes));
        return settled;
    }

    private void Count(DocumentTotals totals)
    {
        (LineTotal, AllowanceTotal, ChargeTotal) = (Of(totals.LineNet), Of(totals.Allowances), Of(totals.Charges));
        (NetTotal, TaxTotal, Total) = (Of(totals.TaxExclusive), Of(totals.Tax), Of(totals.TaxInclusive));
        Taxes = ValueList.Of(totals.Taxes.Select(t => new DocumentTax(t.Tax.Category, Plain.Of(t.Tax.Percent), Of(t.Taxable), Of(t.Amount), t.Tax.Reason)));

        Money Of(decimal amount) => Money.Of(amount, totals.Currency);
    }
}
