using Crm.Domain.Common;

namespace Crm.Domain.Commerce;

/// <summary>
/// How amounts of documents are rounded: half away from zero, the commercial rounding that the examples of EN 16931 show (25 % of 1,460.50 are 365.13). It is
/// symmetric, so that a credit note is exactly the opposite of its invoice.
/// </summary>
public static class Rounding
{
    /// <summary>The amount with the decimals of the currency's minor unit (ISO 4217).</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED on <c>currency</c> when there is none such.</exception>
    public static decimal ToMinorUnit(decimal amount, string currency) => Math.Round(amount, Digits(currency), MidpointRounding.AwayFromZero);

    /// <summary>
    /// Divides a total by weights so that the shares add up to it exactly: each is the exact share or the next amount below or above it, and what rounding leaves goes to
    /// those that it took most from, the first among equals. Nothing to weigh by (all zero, or they cancel out) gives the whole to the first.
    /// </summary>
    /// <exception cref="CrmException">VALIDATION_FAILED on <c>currency</c> when there is none such.</exception>
    public static IReadOnlyList<decimal> Spread(decimal total, IReadOnlyList<decimal> weights, string currency)
    {
        if (weights.Count == 0) return [];
        var whole = weights.Sum();
        if (whole == 0 || weights.Count == 1) return [total, .. Enumerable.Repeat(0m, weights.Count - 1)];
        var unit = new decimal(1, 0, 0, isNegative: false, scale: (byte)Digits(currency));
        var exact = weights.Select(weight => total / whole * weight).ToArray();
        var shares = exact.Select(share => Math.Floor(share / unit) * unit).ToArray();
        var left = (int)Math.Round((total - shares.Sum()) / unit);
        foreach (var place in Enumerable.Range(0, shares.Length).OrderByDescending(i => exact[i] - shares[i]).Take(left)) shares[place] += unit;
        // What a division cannot hold exactly could leave a unit over; nothing appears or vanishes.
        shares[0] += total - shares.Sum();
        return shares;
    }

    internal static int Digits(string currency) => Currency.Find(currency)?.Digits ?? throw CrmException.Validation("currency", "must be an ISO 4217 code");
}
