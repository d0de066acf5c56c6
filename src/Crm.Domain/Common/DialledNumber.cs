using System.Text;

namespace Crm.Domain.Common;

internal static class DialledNumber
{
    public static string? Digits(string text, Country? country)
    {
        var digits = new StringBuilder();
        foreach (var c in text)
            if (char.IsAsciiDigit(c))
                digits.Append(c);
        return digits.Length is 0 or > 15 ? null : digits.ToString();
    }
}
