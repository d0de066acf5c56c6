namespace Crm.Infrastructure.Verification;

/// <summary>What is on hand and what is reserved is the sum of the movements.</summary>
internal sealed class StockCheck : ITenantCheck
{
    private const string Count = "select count(*) from crm_read.stocks s where s.tenant_id = @TenantId";

    private const string Wrong = """
        with moved as (
          select m.product_id, m.warehouse_id, sum(m.change) as on_hand, sum(m.reserved_change) as reserved
          from crm_read.stock_movements m where m.tenant_id = @TenantId group by m.product_id, m.warehouse_id),
        kept as (select s.id, s.product_id, s.warehouse_id, s.on_hand, s.reserved from crm_read.stocks s where s.tenant_id = @TenantId)
        select 'stock ' || coalesce(kept.id, moved.product_id) || ': ' || coalesce(kept.on_hand, 0) || ' on hand and ' || coalesce(kept.reserved, 0) || ' reserved, by its movements '
          || coalesce(moved.on_hand, 0) || ' and ' || coalesce(moved.reserved, 0)
        from kept full join moved using (product_id, warehouse_id)
        where (coalesce(kept.on_hand, 0), coalesce(kept.reserved, 0)) is distinct from (coalesce(moved.on_hand, 0), coalesce(moved.reserved, 0))
        """;

    public string Name => "stock is the sum of its movements";

    public Task RunAsync(TenantRows rows, CheckReport report, CancellationToken ct) => new SqlCheck(Name, Count, Wrong).RunAsync(rows, report, ct);
}
