using Crm.Domain.Common;

namespace Crm.Domain.Commerce;

/// <summary>What users state about a rate of tax.</summary>
public record TaxRateDetails : RecordDetails
{
    /// <summary>Where it is charged: ISO 3166-1 alpha-2.</summary>
    public required string Country { get; init; }
    /// <summary>The part of the country in which it takes the place of the country's rate; the whole country, when absent.</summary>
    public string? Region { get; init; }
    /// <summary>The organization's class of goods, such as STANDARD, REDUCED or BOOKS: 1–50 characters. Products name it.</summary>
    public required string TaxCode { get; init; }
    /// <summary>The category of EN 16931.</summary>
    public required TaxCategory TaxCategory { get; init; }
    /// <summary>The rate in percent, 0–100 with at most 4 decimals.</summary>
    public required decimal Percent { get; init; }
    /// <summary>The first day on which it is charged.</summary>
    public required DateOnly ValidFrom { get; init; }
    /// <summary>The last day on which it is charged; for good, when absent.</summary>
    public DateOnly? ValidTo { get; init; }
    /// <summary>Why no tax is charged, 1–500 characters; in the categories that need a reason.</summary>
    public string? Reason { get; init; }
}

/// <summary>A rate of tax. On each day there is one for a place and a class of goods. Every member sees it.</summary>
public sealed class TaxRate : Record<TaxRate, TaxRateDetails>, IUnrestricted
{
    private TaxRate() { }

    /// <summary>Enacts a new rate. Raises <see cref="Created{TaxRate}"/>.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED: an unknown country, no class of goods, a rate or reason that the category does not have, an end before the beginning.</exception>
    public static TaxRate Enact(Guid id, TaxRateDetails details)
    {
        var rate = new TaxRate { Id = id };
        rate.Begin(details);
        return rate;
    }

    /// <inheritdoc/>
    protected override void Guard(TaxRateDetails? before, TaxRateDetails after)
    {
        Require.Text(after.Country, "country");
        Require.Country(after.Country, "country");
        Require.Text(after.TaxCode, "taxCode");
        if (after.Region is "") throw CrmException.Validation("region", "must not be empty");
        Tax.Of(after.TaxCategory, after.Percent, after.Reason);
        if (after.ValidTo < after.ValidFrom) throw CrmException.Validation("validTo", "must not be before validFrom");
    }
}
