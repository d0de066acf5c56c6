using Crm.Application.Listing;
using Crm.Domain.Commerce;
using Crm.Domain.Common;
using Crm.Domain.Invoices;

namespace Crm.Application.Invoices;

/// <summary>An issued document as exports and prints show it.</summary>
public sealed record IssuedDocument
{
    /// <summary>What kind of document it is.</summary>
    public InvoiceKind Kind { get; init; }
    /// <summary>Its number.</summary>
    public required string Number { get; init; }
    /// <summary>The day of the issue.</summary>
    public DateOnly IssueDate { get; init; }
    /// <summary>When it was issued.</summary>
    public DateTimeOffset IssuedAt { get; init; }
    /// <summary>The day it is due.</summary>
    public DateOnly? DueDate { get; init; }
    /// <summary>The day of the delivery, where it is not that of the issue.</summary>
    public DateOnly? DeliveryDate { get; init; }
    /// <summary>ISO 4217.</summary>
    public required string Currency { get; init; }
    /// <summary>The language it is written in.</summary>
    public required string Language { get; init; }
    /// <summary>What the buyer wants to see on it.</summary>
    public string? BuyerReference { get; init; }
    /// <summary>Free text.</summary>
    public string? Notes { get; init; }
    /// <summary>What is sold.</summary>
    public required ValueList<DocumentItem> LineItems { get; init; }
    /// <summary>Allowances and charges of the whole document.</summary>
    public required ValueList<DocumentAdjustment> Adjustments { get; init; }
    /// <summary>The tax per category and rate.</summary>
    public required ValueList<DocumentTax> Taxes { get; init; }
    /// <summary>What was paid before.</summary>
    public Money? Prepaid { get; init; }
    /// <summary>The invoice that a credit note takes back.</summary>
    public Guid? CreditedInvoiceId { get; init; }
    /// <summary>Who sells.</summary>
    public required DocumentParty Seller { get; init; }
    /// <summary>Who buys.</summary>
    public required DocumentParty Buyer { get; init; }

    /// <summary>The document that a record shows.</summary>
    /// <exception cref="CrmException">INVALID_STATE: it is a draft.</exception>
    public static IssuedDocument Of(RecordRow row)
    {
        if (row["number"] is null) throw InvoiceErrors.NotIssued();
        return row.As<IssuedDocument>();
    }
}
