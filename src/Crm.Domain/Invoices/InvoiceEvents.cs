using Crm.Domain.Common;

namespace Crm.Domain.Invoices;

/// <summary>The ways in which an invoice refuses.</summary>
public static class InvoiceErrors
{
    /// <summary>409: it is issued, and what is issued never changes.</summary>
    public static CrmException Issued() => CrmException.Conflict("INVALID_STATE", "The document is issued and never changes: declare it void or write a credit note.");
}
