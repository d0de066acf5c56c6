using Crm.Application.Orders;
using Crm.Application.Payments;
using Crm.Domain.Common;
using Crm.Domain.Orders;
using Dapper;

namespace Crm.Infrastructure.Persistence;

internal sealed class OrderCatalog(TenantSession session, TimeProvider clock) : IOrderCatalog
{
    // The second and third statement look after the first has waited for the customer: what another order has taken meanwhile counts.
    private const string Setting = $"""
        select c.credit_limit_amount as LimitAmount, c.credit_limit_currency as LimitCurrency from crm.customers c where c.tenant_id = @TenantId and c.id = @CustomerId for no key update;
        select coalesce((select sum(i.due_total_amount) from crm.invoices i
            where i.tenant_id = @TenantId and i.customer_id = @CustomerId and i.due_total_currency = @Currency and {ReceivableSql.Open} and i.id is distinct from @InvoiceId), 0)
          + coalesce((select sum(o.total_amount) from crm.orders o
            where o.tenant_id = @TenantId and o.customer_id = @CustomerId and o.status in ('CONFIRMED', 'PARTIALLY_FULFILLED', 'FULFILLED') and o.deleted_at is null and o.total_currency = @Currency
              and not exists (select from crm.invoices i where i.tenant_id = @TenantId and i.id = o.invoice_id and i.status not in ('DRAFT', 'VOID') and i.deleted_at is null)), 0);
        select w.id from crm.warehouses w
          where w.tenant_id = @TenantId and w.deleted_at is null and (w.id = @WarehouseId or @WarehouseId is null and (w.is_default or w.is_active
            and not exists (select from crm.warehouses x where x.tenant_id = @TenantId and x.deleted_at is null and x.id <> w.id and (x.is_active or x.is_default))));
        select l.id as LineItemId, p.id as ProductId, 1::numeric as PerUnit
        from crm.order_line_items l join crm.products p on p.tenant_id = @TenantId and p.id = l.product_id and p.is_stocked
        where l.tenant_id = @TenantId and l.order_id = @Id and l.deleted_at is null
        union all
        select l.id, p.id, c.quantity
        from crm.order_line_items l join crm.product_components c on c.tenant_id = @TenantId and c.product_id = l.product_id and c.deleted_at is null
          join crm.products p on p.tenant_id = @TenantId and p.id = c.component_id and p.is_stocked
        where l.tenant_id = @TenantId and l.order_id = @Id and l.deleted_at is null
        """;

    private const string Invoiced = """
        select exists (select from crm.invoices i where i.tenant_id = @TenantId and i.id = @InvoiceId and i.deleted_at is null and i.status <> 'VOID' and i.credited_total_amount < i.total_amount)
        """;

    public async Task<OrderSetting> SettingAsync(Order order, CancellationToken ct)
    {
        await using var grid = await session.Connection.QueryMultipleAsync(new CommandDefinition(Setting,
            new { session.TenantId, order.Id, order.Details.CustomerId, order.Details.WarehouseId, order.Total.Currency, order.InvoiceId }, session.Transaction, cancellationToken: ct));
        var (amount, currency) = (await grid.ReadAsync<(decimal?, string?)>()).FirstOrDefault();
        var owed = await grid.ReadSingleAsync<decimal>();
        var warehouse = (await grid.ReadAsync<Guid?>()).FirstOrDefault();
        var allocations = (await grid.ReadAsync<(Guid LineItemId, Guid ProductId, decimal PerUnit)>()).Select(a => new OrderAllocation(a.LineItemId, a.ProductId, Plain.Of(a.PerUnit)));
        return new OrderSetting(warehouse, ValueList.Of(allocations), amount is { } limit ? Money.Of(limit, currency!) : null, owed, clock.GetUtcNow());
    }

    public Task<bool> IsInvoicedAsync(Guid invoiceId, CancellationToken ct) =>
        session.Connection.ExecuteScalarAsync<bool>(new CommandDefinition(Invoiced, new { session.TenantId, InvoiceId = invoiceId }, session.Transaction, cancellationToken: ct));
}
