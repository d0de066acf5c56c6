using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Listing;
using Crm.Domain.Commerce;
using Crm.Domain.Common;

namespace Crm.Application.Tax;

/// <summary>How something is taxed on a day.</summary>
/// <param name="TaxRateId">The rate that says so.</param>
/// <param name="Country">ISO 3166-1 alpha-2.</param>
/// <param name="Region">The region, when the rate is a region's own.</param>
/// <param name="TaxCode">The class of goods.</param>
/// <param name="TaxCategory">The category of EN 16931.</param>
/// <param name="CategoryCode">Its code on documents (UNCL 5305), such as S or AE.</param>
/// <param name="Percent">The rate in percent.</param>
/// <param name="Reason">Why no tax is charged, when none is.</param>
/// <param name="Date">The day.</param>
public sealed record ResolvedTaxRate(Guid TaxRateId, string Country, string? Region, string TaxCode, TaxCategory TaxCategory, string CategoryCode, decimal Percent, string? Reason, DateOnly Date);

/// <summary>The one rate for a place, a class of goods and a day: the region's own, else the country's. NOT_FOUND when there is none.</summary>
/// <param name="Country">ISO 3166-1 alpha-2.</param>
/// <param name="TaxCode">The class of goods.</param>
/// <param name="Region">The region of the country.</param>
/// <param name="Date">The day; today in your organization's time zone, when absent.</param>
[Requires(Permissions.TaxRatesRead)]
public sealed record ResolveTaxRate([Example("\"BG\"")] string Country, [Example("\"STANDARD\"")] string TaxCode, string? Region = null, DateOnly? Date = null) : IQuery<ResolvedTaxRate>, ILooksForOne;

internal sealed class ResolveTaxRateHandler(IReadDb db, IRequestContext context, TimeProvider clock) : IQueryHandler<ResolveTaxRate, ResolvedTaxRate>
{
    private const string Sql = $"""
        select r.id as Id, r.region as Region, r.tax_category as TaxCategory, r.percent as Percent, r.reason as Reason
        from (select @Country::text as country, @Region::text as region, @TaxCode::text as tax_code, @Date::date as day) as w
        cross join lateral ({TaxSql.Rate}) as r
        """;

    public async Task<ResolvedTaxRate> Handle(ResolveTaxRate query, CancellationToken ct)
    {
        if (!Domain.Common.Country.IsKnown(query.Country)) throw QueryErrors.Invalid("country", "must be an ISO 3166-1 alpha-2 code");
        var date = query.Date ?? TimeZones.DayIn(context.Caller.Tenant.TimeZone, clock.GetUtcNow());
        var rate = await db.FirstOrDefaultAsync<Row>(Sql, new { query.Country, query.TaxCode, query.Region, Date = date }, ct) ?? throw CrmException.NotFound("tax rate");
        Choices.TryParse(typeof(TaxCategory), rate.TaxCategory, out var category);
        return new ResolvedTaxRate(rate.Id, query.Country, rate.Region, query.TaxCode, (TaxCategory)category!, ((TaxCategory)category!).Code(), rate.Percent, rate.Reason, date);
    }

    private sealed record Row(Guid Id, string? Region, string TaxCategory, decimal Percent, string? Reason);
}
