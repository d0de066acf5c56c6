namespace Crm.Application.Payments;

/// <summary>What customers owe: one condition for receivables, their age and the credit that orders are confirmed against.</summary>
public static class ReceivableSql
{
    /// <summary>Invoices <c>i</c> of which something is due, or owed to the customer; as the index <c>ix_invoices_open</c> has them.</summary>
    public const string Open = "i.due_total_amount <> 0 and i.status not in ('DRAFT', 'VOID') and i.deleted_at is null";
}
