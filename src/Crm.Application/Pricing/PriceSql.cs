namespace Crm.Application.Pricing;

/// <summary>How a price is found, in one place.</summary>
internal static class PriceSql
{
    /// <summary>
    /// The one price for <c>w</c>, which has product_id, quantity, customer_id, segments (the customer's tags), currency and day: price_id, price_book_id, unit_price, min_quantity and rank (0 the customer's
    /// book, 1 a segment's, 2 everybody's).
    /// </summary>
    public const string Best = """
        select r.id as price_id, b.id as price_book_id, r.unit_price, r.min_quantity, case when b.customer_id is not null then 0 when b.segment is not null then 1 else 2 end as rank
        from crm_read.prices r
        join crm_read.price_books b on b.tenant_id = @TenantId and b.id = r.price_book_id
        where r.tenant_id = @TenantId and r.product_id = w.product_id and r.min_quantity <= w.quantity and r.deleted_at is null
          and b.deleted_at is null and b.is_active and b.currency = w.currency
          and (b.valid_from is null or b.valid_from <= w.day) and (b.valid_to is null or b.valid_to >= w.day)
          and (b.customer_id is null or b.customer_id = w.customer_id) and (b.segment is null or b.segment = any(w.segments))
        order by rank, b.priority desc, r.min_quantity desc, r.unit_price, r.id limit 1
        """;
}
