using Crm.Domain.Invoices;

namespace Crm.Domain.Checkouts;

/// <summary>Which invoices can be paid.</summary>
public static class PayableInvoices
{
    /// <summary>True for an issued invoice of which something is due.</summary>
    public static bool IsPayable(this Invoice invoice) => invoice.WhyNoReceivable is null && invoice.DueTotal.Amount > 0;
}
