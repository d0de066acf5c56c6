using Crm.Domain.Common;

namespace Crm.Domain.Commerce;

/// <summary>The VAT categories of EN 16931 (code list UNCL 5305, the part of it that the standard allows).</summary>
public enum TaxCategory
{
    /// <summary>Standard or reduced rate, above zero (S).</summary>
    Standard,
    /// <summary>A rate of zero (Z).</summary>
    ZeroRated,
    /// <summary>Exempt, for a reason that is told (E).</summary>
    Exempt,
    /// <summary>The buyer owes the tax (AE).</summary>
    ReverseCharge,
    /// <summary>Supply to another member state of the European Union (K).</summary>
    IntraCommunity,
    /// <summary>Supply to outside the European Union (G).</summary>
    Export,
    /// <summary>Not subject to VAT; no other category may stand on the same document (O).</summary>
    OutsideScope,
    /// <summary>General indirect tax of the Canary Islands, from zero (L).</summary>
    CanaryIslands,
    /// <summary>Tax of Ceuta and Melilla, from zero (M).</summary>
    CeutaMelilla,
}

/// <summary>The codes by which documents of EN 16931 name the categories.</summary>
public static class TaxCategories
{
    /// <summary>The code of UNCL 5305, such as <c>AE</c>.</summary>
    public static string Code(this TaxCategory category) => category switch
    {
        TaxCategory.Standard => "S",
        TaxCategory.ZeroRated => "Z",
        TaxCategory.Exempt => "E",
        TaxCategory.ReverseCharge => "AE",
        TaxCategory.IntraCommunity => "K",
        TaxCategory.Export => "G",
        TaxCategory.OutsideScope => "O",
        TaxCategory.CanaryIslands => "L",
        TaxCategory.CeutaMelilla => "M",
        _ => throw new ArgumentOutOfRangeException(nameof(category)),
    };

    /// <summary>Whether a document must say why no tax is charged (EN 16931: BR-E-10, BR-AE-10, BR-IC-10, BR-G-10, BR-O-10).</summary>
    public static bool NeedsReason(this TaxCategory category) =>
        category is TaxCategory.Exempt or TaxCategory.ReverseCharge or TaxCategory.IntraCommunity or TaxCategory.Export or TaxCategory.OutsideScope;
}

/// <summary>How something is taxed: a category of EN 16931 and its rate.</summary>
public sealed record Tax
{
    private const int Decimals = 4, LongestReason = 500;

    private Tax(TaxCategory category, decimal percent, string? reason) => (Category, Percent, Reason) = (category, percent, reason);

    /// <summary>The category.</summary>
    public TaxCategory Category { get; }

    /// <summary>The rate in percent, 0–100 with at most 4 decimals.</summary>
    public decimal Percent { get; }

    /// <summary>Why no tax is charged, 1–500 characters; only with the categories that need one.</summary>
    public string? Reason { get; }

    /// <summary>
    /// The tax of a category. The standard rate is above zero (BR-S-05), the Spanish ones are zero or more, all others are zero (BR-Z-05, BR-E-05, BR-AE-05, BR-IC-05, BR-G-05).
    /// </summary>
    /// <exception cref="CrmException">VALIDATION_FAILED on <c>percent</c> or <c>reason</c>, below <paramref name="member"/> when it is given.</exception>
    public static Tax Of(TaxCategory category, decimal percent, string? reason = null, string? member = null)
    {
        if (percent is < 0 or > 100 || decimal.Round(percent, Decimals) != percent) throw Invalid("percent", "must be between 0 and 100, with at most 4 decimals");
        if (category == TaxCategory.Standard && percent == 0) throw Invalid("percent", "must be above 0 in this category; ZERO_RATED is the rate of zero");
        if (category is not (TaxCategory.Standard or TaxCategory.CanaryIslands or TaxCategory.CeutaMelilla) && percent != 0) throw Invalid("percent", "must be 0 in this category");
        if (category.NeedsReason() && string.IsNullOrWhiteSpace(reason)) throw Invalid("reason", "must say why no tax is charged");
        if (!category.NeedsReason() && reason is not null) throw Invalid("reason", "must not be given in this category: there is nothing to explain");
        if (reason?.Length > LongestReason) throw Invalid("reason", "must have at most 500 characters");
        return new Tax(category, percent, reason);

        CrmException Invalid(string part, string error) => CrmException.Validation(member is null ? part : $"{member}.{part}", error);
    }
}
