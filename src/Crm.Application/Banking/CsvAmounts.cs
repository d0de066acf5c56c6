using System.Globalization;

namespace Crm.Application.Banking;

/// <summary>Numbers as banks write them: with a stated decimal separator, perhaps in groups of three, with the sign before or behind.</summary>
internal static class CsvAmounts
{
    /// <summary>The number; false when it is none, or written in another way than stated.</summary>
    public static bool TryRead(string text, char decimalSeparator, out decimal amount)
    {
        amount = 0;
        var body = text.Trim();
        var isNegative = false;
        if (body is ['-' or '−' or '+', ..])
        {
            isNegative = body[0] != '+';
            body = body[1..].TrimStart();
        }
        else if (body is [.., '-' or '−' or '+'])
        {
            isNegative = body[^1] != '+';
            body = body[..^1].TrimEnd();
        }
        var mark = body.IndexOf(decimalSeparator, StringComparison.Ordinal);
        var (whole, fraction) = mark < 0 ? (body, "") : (body[..mark], body[(mark + 1)..]);
        if ((mark >= 0 && fraction.Length == 0) || !fraction.All(char.IsAsciiDigit) || Ungrouped(whole, decimalSeparator) is not { Length: > 0 } digits) return false;
        if (!decimal.TryParse(fraction.Length == 0 ? digits : $"{digits}.{fraction}", NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out amount)) return false;
        // More decimals than a decimal holds would be rounded silently.
        if (digits.Length + fraction.Length > 28) return false;
        if (isNegative) amount = -amount;
        return true;
    }

    /// <summary>The digits of a whole number without what separates its groups; null when the groups are none of three.</summary>
    private static string? Ungrouped(string whole, char decimalSeparator)
    {
        if (whole.Length > 0 && whole.All(char.IsAsciiDigit)) return whole;
        foreach (var separator in (ReadOnlySpan<char>)['.', ',', ' ', '\u00A0', '\u202F', '\''])
        {
            if (separator == decimalSeparator || !whole.Contains(separator)) continue;
            var groups = whole.Split(separator);
            return groups[0].Length is >= 1 and <= 3 && groups.Skip(1).All(g => g.Length == 3) && groups.All(g => g.All(char.IsAsciiDigit)) ? string.Concat(groups) : null;
        }
        return null;
    }
}
