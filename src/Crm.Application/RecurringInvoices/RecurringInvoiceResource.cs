using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Commerce;
using Crm.Application.Resources;
using Crm.Domain.Commerce;
using Crm.Domain.RecurringInvoices;

namespace Crm.Application.RecurringInvoices;

/// <summary>The declaration of recurring invoices.</summary>
public sealed class RecurringInvoiceResource : DocumentResource<RecurringInvoice, RecurringInvoiceDetails>
{
    /// <summary>Declares the members.</summary>
    public RecurringInvoiceResource() : base("recurring-invoices", "recurring invoice")
    {
        ReadOnly("status", FieldKind.Choice, typeof(RecurringInvoiceStatus)).NotNull().Sort().Says("Where it stands.", "\"ACTIVE\"");
        Choice(x => x.Interval).Says("What a period is counted in.", "\"MONTH\"");
        Integer(x => x.Every).NotNull().Between(1, 100).Says("How many of these a period has.", "1");
        Date(x => x.StartsOn).Says("The day of the first invoice, where your organization is; today, when absent. The last day of a month stays it: 31 January, 28 or 29 February, 31 March.", "null");
        Date(x => x.EndsOn).Says("The last day on which one may be made.", "null");
        Integer(x => x.Occurrences).Between(1, 1_000).Says("How many are made.", "12");
        Boolean(x => x.AutoIssue).Says("Whether each is issued at once; needs invoices.issue.");
        Boolean(x => x.AutoSend).Says("Whether each is sent to the customer at once; needs autoIssue.");
        Heading();
        Text(x => x.Series).Limit(20).Must(SellerRules.IsSeries, SellerRules.SeriesForm).Says("What begins the numbers of its invoices; your organization's series, when absent.", "\"SUB-\"");
        Body();
        ReadOnly("nextOn", FieldKind.Date).Sort().Says("The day of the next invoice; null when there is none.");
        ReadOnly("invoiceCount", FieldKind.Integer).NotNull().Sort().Says("How many invoices were made.", "0");
        ReadOnly("failure", FieldKind.Text).Says("What went wrong last; null when the last one was made as it should be.");
        Common();
    }

    /// <inheritdoc/>
    protected override ICommand<Guid> Create(RecurringInvoiceDetails details) => new CreateRecurringInvoice(details);

    /// <inheritdoc/>
    protected override ICommand<Guid> Update(Guid id, Patch<RecurringInvoiceDetails> patch) => new UpdateRecurringInvoice(id, patch);
}

/// <summary>A recurring invoice's own members, as events carry them.</summary>
public sealed record RecurringInvoiceState : RecurringInvoiceDetails, IDocumentState
{
    /// <inheritdoc/>
    [WrittenInline]
    public DocumentSums Sums { get; init; } = new();
    /// <summary>Where it stands.</summary>
    public RecurringInvoiceStatus Status { get; init; }
    /// <summary>The day of the next invoice.</summary>
    public DateOnly? NextOn { get; init; }
    /// <summary>The how manieth period comes next.</summary>
    public int Period { get; init; }
    /// <summary>How many invoices were made.</summary>
    public int InvoiceCount { get; init; }
    /// <summary>What went wrong last.</summary>
    public string? Failure { get; init; }
}

internal sealed class RecurringInvoiceStateProfile : DocumentStateProfile<RecurringInvoice, RecurringInvoiceDetails, RecurringInvoiceState>;
