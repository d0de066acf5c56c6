using Crm.Application.Abstractions;
using Crm.Domain.Common;

namespace Crm.Application.Reports;

/// <summary>What is in stock, in one currency.</summary>
/// <param name="Currency">ISO 4217, that of the products' cost; null for products that state none.</param>
/// <param name="Products">How many products there is something of.</param>
/// <param name="OnHand">How much is there, each product in its unit.</param>
/// <param name="Value">What it cost: on hand × the product's cost of today; null where products state none.</param>
public record StockValueTotal(string? Currency, long Products, decimal OnHand, decimal? Value);

/// <summary>The same of what shares a key.</summary>
/// <param name="Key">The id of a warehouse, category or product; null for products without a category.</param>
/// <param name="Label">Its name.</param>
public sealed record StockValueGroup(string? Key, string? Label, string? Currency, long Products, decimal OnHand, decimal? Value) : StockValueTotal(Currency, Products, OnHand, Value);

/// <summary>One row per key and currency, and the totals per currency.</summary>
/// <param name="Groups">One row per key and currency.</param>
/// <param name="Totals">One row per currency.</param>
public sealed record StockValueReport(IReadOnlyList<StockValueGroup> Groups, IReadOnlyList<StockValueTotal> Totals);

/// <summary>What is in stock and what it cost, by the products' cost of today.</summary>
/// <param name="GroupBy">warehouse, category or product.</param>
/// <param name="WarehouseId">Only what is in this warehouse.</param>
[Requires(Permissions.ReportsRead)]
public sealed record GetStockValueReport([OneOf("warehouse", "category", "product")] string GroupBy = "warehouse", Guid? WarehouseId = null) : IQuery<StockValueReport>;

internal sealed class GetStockValueReportHandler(IReadDb db) : IQueryHandler<GetStockValueReport, StockValueReport>
{
    public async Task<StockValueReport> Handle(GetStockValueReport query, CancellationToken ct)
    {
        var rows = await db.QueryAsync<Row>(Sql(query), new { query.WarehouseId }, ct);
        return new StockValueReport(
            [.. rows.Where(r => !r.IsTotal).Select(r => new StockValueGroup(r.Key, r.Label, r.Currency, r.Products, Plain.Of(r.OnHand), Scaled(r)))],
            [.. rows.Where(r => r.IsTotal).Select(r => new StockValueTotal(r.Currency, r.Products, Plain.Of(r.OnHand), Scaled(r)))]);
    }

    private static string Sql(GetStockValueReport query)
    {
        var (key, label, join) = query.GroupBy switch
        {
            "warehouse" => ("w.id", "w.name", "join crm_read.warehouses w on w.tenant_id = @TenantId and w.id = t.warehouse_id"),
            "category" => ("c.id", "c.name", "left join crm_read.product_categories c on c.tenant_id = @TenantId and c.id = p.category_id"),
            _ => ("p.id", "p.name", ""),
        };
        return $"""
            select grouping({key}) = 1 as IsTotal, ({key})::text as Key, min({label}) as Label, p.cost_currency as Currency, count(distinct p.id) as Products, sum(t.on_hand) as OnHand, sum(t.on_hand * p.cost_amount) as Value
            from crm_read.stocks t
            join crm_read.products p on p.tenant_id = @TenantId and p.id = t.product_id
            {join}
            where t.tenant_id = @TenantId and t.on_hand <> 0{(query.WarehouseId is null ? "" : " and t.warehouse_id = @WarehouseId")}
            group by grouping sets (({key}, p.cost_currency), (p.cost_currency))
            order by 1, min({label}) nulls last, 2, 4 nulls last
            """;
    }

    private static decimal? Scaled(Row row) => row is { Value: { } value, Currency: { } currency } ? Money.Total(value, currency).Amount : null;

    private sealed record Row(bool IsTotal, string? Key, string? Label, string? Currency, long Products, decimal OnHand, decimal? Value);
}
