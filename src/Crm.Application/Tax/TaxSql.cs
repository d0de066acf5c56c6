namespace Crm.Application.Tax;

/// <summary>How a rate of tax is found, in one place.</summary>
internal static class TaxSql
{
    /// <summary>The one rate for <c>w</c>, which has country, region, tax_code and day: the region's own, else the country's.</summary>
    public const string Rate = """
        select x.id, x.region, x.tax_category, x.percent, x.reason
        from crm_read.tax_rates x
        where x.tenant_id = @TenantId and x.country = w.country and x.tax_code = w.tax_code and (x.region is null or x.region = w.region)
          and x.valid_from <= w.day and (x.valid_to is null or x.valid_to >= w.day) and x.deleted_at is null
        order by x.region nulls last limit 1
        """;
}
