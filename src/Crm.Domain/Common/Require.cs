namespace Crm.Domain.Common;

/// <summary>Guards that aggregates share. Each raises VALIDATION_FAILED naming the member.</summary>
public static class Require
{
    /// <summary>A text that must be there (at least one character).</summary>
    public static void Text(string? value, string member)
    {
        if (string.IsNullOrEmpty(value)) throw CrmException.Validation(member, "must not be empty");
    }

    /// <summary>An amount that may be absent but not below zero.</summary>
    public static void NotNegative(Money? value, string member)
    {
        if (value is { Amount: < 0 }) throw CrmException.Validation(member, "must not be negative");
    }

    /// <summary>A quantity of something: not 0, |quantity| &lt; 10^9, at most 6 decimals (the range of a document's line).</summary>
    public static void Quantity(decimal value, string member)
    {
        if (!IsQuantity(value)) throw CrmException.Validation(member, "must not be 0, lie between -10^9 and 10^9 and have at most 6 decimals");
    }

    /// <summary>Whether it is one.</summary>
    public static bool IsQuantity(decimal value) =>
        value != 0 && Math.Abs(value) < Commerce.DocumentLine.QuantityLimit && decimal.Round(value, Commerce.DocumentLine.Decimals) == value;

    /// <summary>What one costs: from 0, below 10^13, at most 6 decimals (the range of a document's line).</summary>
    public static void UnitPrice(decimal value, string member)
    {
        if (value is < 0 or >= Commerce.DocumentLine.PriceLimit || decimal.Round(value, Commerce.DocumentLine.Decimals) != value)
            throw CrmException.Validation(member, "must lie between 0 and 10^13 and have at most 6 decimals");
    }

    /// <summary>A country that may be absent but, if it is there, is an ISO 3166-1 alpha-2 code in upper case.</summary>
    public static void Country(string? code, string member)
    {
        if (code is not null && !Common.Country.IsKnown(code)) throw CrmException.Validation(member, "must be an ISO 3166-1 alpha-2 code");
    }
}
