using System.Globalization;
using System.Text;

namespace Crm.Domain.Common;

/// <summary>
/// Reads a telephone number as a person writes it. There is no list of valid numbers behind this: it knows the prefixes of each
/// country and a few lengths, which is enough to make two spellings of a number meet.
/// </summary>
internal static class DialledNumber
{
    private const int LongestOfE164 = 15;
    private const int ShortestNumber = 5;

    public static string? Digits(string text, string? countryCode)
    {
        var digits = Scan(text, out var hasPlus);
        if (digits.Length == 0)
            return null;
        var plan = DiallingPlan.Find(countryCode);
        // "+0888…" and "+0049…" are slips: no calling code begins with 0, so the plus says nothing.
        var foreign = hasPlus && digits[0] != '0' ? digits : DiallingPlan.AfterInternationalPrefix(plan, digits);
        var result = foreign is not null ? International(foreign)
            : plan is null ? digits
            : plan.IsNorthAmerican ? NorthAmerican(plan, digits)
            : National(plan, digits);
        return result.Length is 0 or > LongestOfE164 ? null : result;
    }

    // The digits of the first number in the text, up to its extension or to whatever else follows it.
    private static string Scan(string text, out bool hasPlus)
    {
        hasPlus = false;
        var digits = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var value = CharUnicodeInfo.GetDecimalDigitValue(text, i);
            if (value >= 0)
                digits.Append((char)('0' + value));
            else if (digits.Length == 0)
                hasPlus |= text[i] is '+' or '＋';
            else if (text[i] is '+' or '＋' || IsExtension(text.AsSpan(i))
                || (digits.Length >= ShortestNumber && (text[i] is ',' or ';' or '#' || char.IsLetter(text[i]))))
                break;
        }
        return digits.ToString();
    }

    private static bool IsExtension(ReadOnlySpan<char> rest) =>
        rest.StartsWith("ext", StringComparison.OrdinalIgnoreCase)
        || ((rest[0] | 0x20) == 'x' && rest[1..].TrimStart(" .:") is [>= '0' and <= '9', ..]);

    // "+44 (0)20 …": the trunk prefix of home has no place behind the calling code, yet it is often written there.
    private static string International(string digits)
    {
        if (DiallingPlan.OfInternational(digits) is not { Trunk: ['0', ..] } plan)
            return digits;
        var national = digits[plan.DialCode.Length..];
        return plan.DialCode + WithoutPrefix(national, plan.Trunk);
    }

    private static string NorthAmerican(DiallingPlan plan, string digits) => digits.Length switch
    {
        7 => plan.DialCode + digits, // the island's own area code goes unsaid
        10 => "1" + digits,
        _ => digits[0] == '1' ? digits : "1" + digits,
    };

    private static string National(DiallingPlan plan, string digits)
    {
        // Without its trunk prefix no national number is this long: the calling code was written without a plus.
        if (digits.Length >= 12 && digits.StartsWith(plan.DialCode, StringComparison.Ordinal))
            return International(digits);
        return plan.DialCode + plan.Country switch
        {
            // National numbers of a fixed length, which may begin with the trunk digit themselves.
            "RU" or "KZ" => digits.Length == 11 && digits[0] is '7' or '8' ? digits[1..] : digits,
            "TM" or "MH" => digits.Length == plan.Trunk.Length + (plan.Country == "TM" ? 8 : 7) ? WithoutPrefix(digits, plan.Trunk) : digits,
            "LT" => digits.Length == 9 && digits[0] is '0' or '8' ? digits[1..] : digits,
            "BY" => digits.Length > 9 ? WithoutBelarusianPrefix(digits) : digits,
            "AR" => WithMobileMark(WithoutPrefix(digits, plan.Trunk)),
            _ => WithoutPrefix(digits, plan.Trunk),
        };
    }

    private static string WithoutPrefix(string digits, string prefix) =>
        digits.StartsWith(prefix, StringComparison.Ordinal) ? digits[prefix.Length..] : digits;

    // 8 017 2345678 from elsewhere in the country, 017 2345678 in short; 801 2345678 and 8 801 2345678 keep their 80.
    private static string WithoutBelarusianPrefix(string digits) =>
        digits.StartsWith("80", StringComparison.Ordinal)
            ? digits.Length == 11 ? digits[2..] : digits
            : digits[0] is '8' or '0' ? digits[1..] : digits;

    // In Argentina a mobile is <area> 15 <number> at home and 9 <area> <number> from abroad; areas have 2 (only 11), 3 or 4 digits.
    private static string WithMobileMark(string digits)
    {
        if (digits.Length != 12)
            return digits;
        for (var area = digits.StartsWith("11", StringComparison.Ordinal) ? 2 : 3; area <= 4; area++)
            if (digits[area] == '1' && digits[area + 1] == '5')
                return "9" + digits[..area] + digits[(area + 2)..];
        return digits;
    }
}
