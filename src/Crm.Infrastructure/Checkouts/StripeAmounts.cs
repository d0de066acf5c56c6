using Crm.Domain.Common;

namespace Crm.Infrastructure.Checkouts;

/// <summary>
/// Amounts as Stripe counts them: whole numbers of its smallest unit, which is not always that of ISO 4217 (https://docs.stripe.com/currencies).
/// </summary>
internal static class StripeAmounts
{
    // At most eight digits.
    private const long Largest = 99_999_999;

    private static readonly HashSet<string> WithoutDecimals = ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"];
    private static readonly HashSet<string> WithThree = ["BHD", "JOD", "KWD", "OMR", "TND"];

    /// <summary>Why Stripe does not take this amount, or null.</summary>
    public static string? Refusal(Money amount)
    {
        // How Stripe counts it has changed, and what is written about that contradicts itself: a hundred times too much is not risked.
        if (amount.Currency == "UGX") return "UGX is not supported";
        var units = amount.Amount * Factor(amount.Currency);
        if (units != decimal.Truncate(units)) return $"{amount.Currency} has no such fraction there";
        if (amount.Currency == "ISK" && units % 100 != 0) return "ISK has no fractions there";
        if (WithThree.Contains(amount.Currency) && units % 10 != 0) return $"the last digit of an amount in {amount.Currency} must be 0 there";
        return units > Largest ? "it is too large" : null;
    }

    /// <summary>The amount in Stripe's units.</summary>
    public static long ToUnits(Money amount) => (long)(amount.Amount * Factor(amount.Currency));

    /// <summary>The amount of that many units.</summary>
    /// <param name="currency">As Stripe writes it: in lower case.</param>
    public static Money Of(long units, string currency)
    {
        var code = currency.ToUpperInvariant();
        return Money.Of(units / Factor(code), code);
    }

    private static decimal Factor(string currency) => WithoutDecimals.Contains(currency) ? 1 : WithThree.Contains(currency) ? 1_000 : 100;
}
