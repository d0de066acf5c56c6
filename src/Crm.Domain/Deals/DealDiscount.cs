using Crm.Domain.Common;

namespace Crm.Domain.Deals;

/// <summary>By how much a deal is cheaper than its lines are at the prices of their products.</summary>
public static class DealDiscount
{
    /// <summary>The decimals that discounts are approved and limited in.</summary>
    public const int Decimals = 2;

    /// <summary>
    /// The discount in percent, 0–100, not rounded: the deal's value against the sum of its lines at list prices. A line whose product has no price in the currency of the value counts at its own
    /// price, which is no discount. None for a deal without lines or value, or with lines in another currency.
    /// </summary>
    /// <param name="listPrices">What the products cost, by id.</param>
    public static decimal? Of(DealDetails deal, IReadOnlyDictionary<Guid, Money> listPrices)
    {
        if (deal.Value is not { } value || deal.LineItems.Count == 0) return null;
        var sum = 0m;
        foreach (var line in deal.LineItems)
        {
            var price = listPrices.TryGetValue(line.ProductId, out var list) && list.Currency == value.Currency ? list : line.UnitPrice;
            if (price is null || price.Currency != value.Currency) return null;
            sum += line.Quantity * price.Amount;
        }
        return sum <= value.Amount ? 0 : (sum - value.Amount) * 100 / sum;
    }

    /// <summary>The discount as it is asked for: rounded up, so that what is approved covers it.</summary>
    public static decimal Asked(decimal discount) => Math.Ceiling(discount * 100) / 100;

    /// <summary>Refuses what is no discount: below 0, above 100, or finer than a hundredth of a percent.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED on that member.</exception>
    public static void Check(decimal? percent, string member)
    {
        if (percent is < 0 or > 100 || percent is { } stated && decimal.Round(stated, Decimals) != stated) throw CrmException.Validation(member, $"must be between 0 and 100 and have at most {Decimals} decimals");
    }
}
