using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Customers;
using Crm.Application.Listing;
using Crm.Domain.Commerce;
using Crm.Domain.Common;

namespace Crm.Application.Pricing;

/// <summary>Where a price comes from.</summary>
public enum PriceSource
{
    /// <summary>A price book of the customer.</summary>
    Customer,
    /// <summary>A price book of a segment the customer is in.</summary>
    Segment,
    /// <summary>A price book for everybody.</summary>
    General,
    /// <summary>The product's own price.</summary>
    Product,
}

/// <summary>What one of a product costs.</summary>
/// <param name="ProductId">The product.</param>
/// <param name="UnitPrice">What one costs; not rounded to the minor unit.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Quantity">The quantity that was asked for.</param>
/// <param name="Date">The day that was asked for.</param>
/// <param name="Source">Where the price comes from.</param>
/// <param name="PriceBookId">The book, when it is from one.</param>
/// <param name="PriceId">The price in it.</param>
/// <param name="MinQuantity">From what quantity on it is the price.</param>
public sealed record ProductPrice(Guid ProductId, decimal UnitPrice, string Currency, decimal Quantity, DateOnly Date, PriceSource Source, Guid? PriceBookId, Guid? PriceId, decimal? MinQuantity);

/// <summary>
/// What one of the product costs in this quantity, for this customer, in this currency, on this day: books of the customer go before those of his segments, these before those for everybody; then the
/// higher priority, then the highest quantity break that is reached; without any, the product's own price. NO_PRICE when it has none in this currency.
/// </summary>
/// <param name="Quantity">How many; 1, when absent.</param>
/// <param name="CustomerId">Who buys; nobody in particular, when absent.</param>
/// <param name="Currency">ISO 4217; that of the product's own price, else your organization's, when absent.</param>
/// <param name="Date">The day; today in your organization's time zone, when absent.</param>
[Requires(Permissions.PriceBooksRead)]
public sealed record GetProductPrice(Guid Id, decimal? Quantity = null, Guid? CustomerId = null, string? Currency = null, DateOnly? Date = null) : IQuery<ProductPrice>;

internal sealed class GetProductPriceHandler(IReadDb db, CustomerResource customers, IRequestContext context, TimeProvider clock) : IQueryHandler<GetProductPrice, ProductPrice>
{
    private const string Product = """
        select p.price_amount as Amount, p.price_currency as Currency from crm_read.products p
        where p.tenant_id = @TenantId and p.id = @Id and p.deleted_at is null
        """;

    private const string Best = $"""
        select b.price_id as PriceId, b.price_book_id as PriceBookId, b.unit_price as UnitPrice, b.min_quantity as MinQuantity, b.rank as Rank
        from (select @Id::uuid as product_id, @Quantity::numeric as quantity, @CustomerId::uuid as customer_id, @Segments::text[] as segments, @Currency::text as currency, @Date::date as day) as w
        cross join lateral ({PriceSql.Best}) as b
        """;

    public async Task<ProductPrice> Handle(GetProductPrice query, CancellationToken ct)
    {
        var quantity = query.Quantity ?? 1;
        if (quantity is <= 0 or >= DocumentLine.QuantityLimit || decimal.Round(quantity, DocumentLine.Decimals) != quantity) throw QueryErrors.Invalid("quantity", "must be above 0, below 10^9 and have at most 6 decimals");
        if (query.Currency is not null && !Domain.Common.Currency.IsKnown(query.Currency)) throw QueryErrors.Invalid("currency", "must be an ISO 4217 code");
        var product = await db.FirstOrDefaultAsync<OwnPrice>(Product, new { query.Id }, ct) ?? throw CrmException.NotFound("product");
        var currency = query.Currency ?? product.Currency ?? context.Caller.Tenant.Currency;
        var date = query.Date ?? TimeZones.DayIn(context.Caller.Tenant.TimeZone, clock.GetUtcNow());
        var segments = query.CustomerId is { } customer ? await SegmentsAsync(customer, ct) : [];
        var best = await db.FirstOrDefaultAsync<BookPrice>(Best, new { query.Id, Quantity = quantity, Currency = currency, Date = date, query.CustomerId, Segments = segments }, ct);
        if (best is not null) return new ProductPrice(query.Id, best.UnitPrice, currency, quantity, date, (PriceSource)best.Rank, best.PriceBookId, best.PriceId, best.MinQuantity);
        if (product.Amount is { } amount && product.Currency == currency) return new ProductPrice(query.Id, amount, currency, quantity, date, PriceSource.Product, null, null, null);
        throw new CrmException(ErrorKind.NotFound, "NO_PRICE", $"The product has no price in {currency} for this quantity and day.");
    }

    /// <summary>The tags of a customer the caller sees.</summary>
    private async Task<string[]> SegmentsAsync(Guid customerId, CancellationToken ct)
    {
        var parameters = new Dictionary<string, object?> { ["CustomerId"] = customerId };
        var sql = $"select t.tags as Tags from crm_read.customers t where t.id = @CustomerId and {RecordScope.Of(customers, context.Caller, parameters, deleted: false)}";
        return (await db.FirstOrDefaultAsync<Labels>(sql, parameters, ct) ?? throw QueryErrors.Invalid("customerId", "refers to no customer you can see")).Tags;
    }

    private sealed record OwnPrice(decimal? Amount, string? Currency);

    private sealed record BookPrice(Guid PriceId, Guid PriceBookId, decimal UnitPrice, decimal MinQuantity, int Rank);

    private sealed record Labels
    {
        public string[] Tags { get; init; } = [];
    }
}
