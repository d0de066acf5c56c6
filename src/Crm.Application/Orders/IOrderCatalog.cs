using Crm.Domain.Orders;

namespace Crm.Application.Orders;

/// <summary>What an order depends on besides itself, in the open transaction.</summary>
public interface IOrderCatalog
{
    /// <summary>
    /// Warehouse, stock and credit for confirming it. The customer is held until the transaction ends: of two orders that would exhaust his credit together one waits, and sees the other.
    /// </summary>
    Task<OrderSetting> SettingAsync(Order order, CancellationToken ct);

    /// <summary>Whether this invoice demands a payment, or is about to: it is there, and neither void nor credited whole.</summary>
    Task<bool> IsInvoicedAsync(Guid invoiceId, CancellationToken ct);
}
