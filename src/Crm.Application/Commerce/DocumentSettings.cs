using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Pricing;
using Crm.Application.Tax;
using Crm.Domain.Commerce;
using Crm.Domain.Common;

namespace Crm.Application.Commerce;

/// <summary>Gathers the setting in which an offer, order or invoice is written: products, prices and taxes of all lines that leave something open, in one round trip.</summary>
public sealed class DocumentSettings(IReadDb db, IRequestContext context, TimeProvider clock) : ISharedByUseCases
{
    private const string Sql = $"""
        select l.place as Place, p.id is not null as IsKnown, p.name as Name, p.unit as Unit, coalesce(b.unit_price, case when p.price_currency = l.currency then p.price_amount end) as Price,
          r.tax_category as TaxCategory, r.percent as Percent, r.reason as Reason, s.language as Language
        from (select x.country, x.region, x.default_tax_code, coalesce(x.default_language, x.language) as language,
            coalesce((select c.tags from crm_read.customers c where c.tenant_id = @TenantId and c.id = @CustomerId and c.deleted_at is null), array[]::text[]) as segments
          from crm_read.tenant_settings x where x.tenant_id = @TenantId) as s
        left join (select n.product_id, n.quantity, n.place::int as place, @Currency::text as currency from unnest(@Products::uuid[], @Quantities::numeric[], @Places::int[]) as n (product_id, quantity, place)) as l on true
        left join crm_read.products p on p.tenant_id = @TenantId and p.id = l.product_id and p.deleted_at is null
        left join lateral (select f.unit_price
          from (select p.id as product_id, l.quantity, @CustomerId::uuid as customer_id, s.segments, l.currency, @Date::date as day) as w cross join lateral ({PriceSql.Best}) as f) as b on true
        left join lateral (select f.tax_category, f.percent, f.reason
          from (select s.country, s.region, coalesce(p.tax_code, s.default_tax_code) as tax_code, @Date::date as day) as w cross join lateral ({TaxSql.Rate}) as f) as r on true
        """;

    /// <summary>The setting for a document that is to have these details.</summary>
    public async Task<DocumentSetting> OfAsync(DocumentDetails details, CancellationToken ct)
    {
        var (now, tenant) = (clock.GetUtcNow(), context.Caller.Tenant);
        var (today, currency) = (TimeZones.DayIn(tenant.TimeZone, now), details.Currency ?? tenant.Currency);
        DocumentItem[] items = [.. details.LineItems, .. details.Options()];
        var lines = new LineSetting[items.Length];
        Array.Fill(lines, LineSetting.Nothing);
        int[] open = [.. Enumerable.Range(0, lines.Length).Where(i => IsOpen(items[i]))];
        if (open.Length == 0 && details.Language is not null) return new DocumentSetting(currency, details.Language, lines, today, now);
        var rows = await db.QueryAsync<Row>(Sql, new
        {
            details.CustomerId, Currency = currency, Date = today, Places = open,
            Products = open.Select(i => items[i].ProductId).ToArray(), Quantities = open.Select(i => Within(items[i].Quantity)).ToArray(),
        }, ct);
        foreach (var row in rows)
            if (row.Place is { } place) lines[place] = new LineSetting(row.IsKnown || items[place].ProductId is null, row.Name, row.Unit, row.Price, TaxOf(row));
        return new DocumentSetting(currency, rows.FirstOrDefault()?.Language ?? Languages.Default, lines, today, now);
    }

    private static bool IsOpen(DocumentItem line) => line.Name is null || line.Unit is null || line.UnitPrice is null || line.TaxCategory is null;

    // What no line may have is refused by path later; here it only has to be a number that the database takes.
    private static decimal Within(decimal quantity) => Math.Clamp(quantity, 0, DocumentLine.QuantityLimit);

    private static Domain.Commerce.Tax? TaxOf(Row row) => row.TaxCategory is { } text && Choices.TryParse(typeof(TaxCategory), text, out var category)
        ? Domain.Commerce.Tax.Of((TaxCategory)category!, row.Percent!.Value, row.Reason) : null;

    private sealed record Row
    {
        public int? Place { get; init; }
        public bool IsKnown { get; init; }
        public string? Name { get; init; }
        public string? Unit { get; init; }
        public decimal? Price { get; init; }
        public string? TaxCategory { get; init; }
        public decimal? Percent { get; init; }
        public string? Reason { get; init; }
        public string? Language { get; init; }
    }
}
