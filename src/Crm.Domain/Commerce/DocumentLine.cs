using Crm.Domain.Common;

namespace Crm.Domain.Commerce;

/// <summary>An allowance (what is taken off) or a charge (what is added), of a line or of the whole document: a percentage or an amount.</summary>
public sealed record Adjustment
{
    private const int PercentDecimals = 4;

    private Adjustment(bool isCharge, decimal? percent, decimal? amount, string? reason, Tax? tax) => (IsCharge, Percent, Amount, Reason, Tax) = (isCharge, percent, amount, reason, tax);

    /// <summary>True for a charge, false for an allowance.</summary>
    public bool IsCharge { get; }

    /// <summary>Percent of what it is of, 0–100 with at most 4 decimals; absent when it is an amount.</summary>
    public decimal? Percent { get; }

    /// <summary>The amount in the document's currency, from 0; absent when it is a percentage.</summary>
    public decimal? Amount { get; }

    /// <summary>What it is for.</summary>
    public string? Reason { get; }

    /// <summary>Of a document: what it is taxed as. Absent, it is spread over the document's rates by what stands in each.</summary>
    public Tax? Tax { get; }

    /// <summary>A percentage.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED on <c>percent</c>.</exception>
    public static Adjustment OfPercent(decimal percent, bool isCharge = false, string? reason = null, Tax? tax = null) =>
        percent is < 0 or > 100 || decimal.Round(percent, PercentDecimals) != percent ? throw CrmException.Validation("percent", "must be between 0 and 100, with at most 4 decimals")
            : new Adjustment(isCharge, percent, null, reason, tax);

    /// <summary>An amount in the document's currency.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED on <c>amount</c>: below zero.</exception>
    public static Adjustment OfAmount(decimal amount, bool isCharge = false, string? reason = null, Tax? tax = null) =>
        amount < 0 ? throw CrmException.Validation("amount", "must not be negative") : new Adjustment(isCharge, null, amount, reason, tax);

    /// <summary>What it comes to: its amount, or its part of a base, with that one's sign, rounded to the currency's minor unit.</summary>
    public decimal Of(decimal basis, string currency) => Percent is { } percent ? Rounding.ToMinorUnit(basis * percent / 100, currency) : Amount!.Value;
}

/// <summary>What a line of an offer, order or invoice counts (EN 16931, BG-25).</summary>
public sealed record DocumentLine
{
    /// <summary>Quantities are below this, without their sign.</summary>
    public const decimal QuantityLimit = 1_000_000_000m;

    /// <summary>The decimals a quantity or a unit price may have.</summary>
    public const int Decimals = 6;

    /// <summary>Unit prices are below this.</summary>
    public const decimal PriceLimit = 10_000_000_000_000m;

    private DocumentLine(decimal quantity, decimal unitPrice, Tax tax, decimal priceQuantity, IReadOnlyList<Adjustment> adjustments) =>
        (Quantity, UnitPrice, Tax, PriceQuantity, Adjustments) = (quantity, unitPrice, tax, priceQuantity, adjustments);

    /// <summary>How many or how much (BT-129), not 0, |quantity| &lt; 10^9, at most 6 decimals. What goes back is negative.</summary>
    public decimal Quantity { get; }

    /// <summary>The price without tax (BT-146) of <see cref="PriceQuantity"/>: 0 or more, below 10^13, at most 6 decimals. It is not rounded to the minor unit.</summary>
    public decimal UnitPrice { get; }

    /// <summary>How it is taxed.</summary>
    public Tax Tax { get; }

    /// <summary>For how many the price is (BT-149), above 0: prices by the hundred.</summary>
    public decimal PriceQuantity { get; }

    /// <summary>Allowances and charges of this line; percentages are of quantity × price.</summary>
    public IReadOnlyList<Adjustment> Adjustments { get; }

    /// <summary>A line.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED on <c>quantity</c>, <c>unitPrice</c> or <c>priceQuantity</c>.</exception>
    public static DocumentLine Of(decimal quantity, decimal unitPrice, Tax tax, decimal priceQuantity = 1, IReadOnlyList<Adjustment>? adjustments = null)
    {
        Require.Quantity(quantity, "quantity");
        Require.UnitPrice(unitPrice, "unitPrice");
        if (priceQuantity < 0 || !Require.IsQuantity(priceQuantity)) throw CrmException.Validation("priceQuantity", "must be above 0, below 10^9 and have at most 6 decimals");
        return new DocumentLine(quantity, unitPrice, tax, priceQuantity, adjustments ?? []);
    }
}
