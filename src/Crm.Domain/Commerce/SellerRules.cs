using Crm.Domain.Common;

namespace Crm.Domain.Commerce;

/// <summary>The forms of what identifies a seller and his account.</summary>
public static class SellerRules
{
    /// <summary>The longest term of payment, in days.</summary>
    public const int LongestTerm = 3_650;
    /// <summary>What a VAT identifier must look like.</summary>
    public const string VatIdForm = "must begin with the country's two letters, followed by 2 to 13 letters and digits";
    /// <summary>What an account must look like.</summary>
    public const string IbanForm = "must be an IBAN (ISO 13616) without spaces, with right check digits";
    /// <summary>What a bank's code must look like.</summary>
    public const string BicForm = "must be a BIC (ISO 9362) of 8 or 11 letters and digits";
    /// <summary>What a series must look like.</summary>
    public const string SeriesForm = "must have at most 20 letters, digits and - / . _";

    /// <summary>
    /// Two letters of a country (ISO 3166-1; EL is Greece's and XI Northern Ireland's in Directive 2006/112/EC, article 215, and the Windsor Framework), then what the country gives.
    /// </summary>
    public static bool IsVatId(string text) => text.Length is >= 4 and <= 15 && IsPlain(text) && (Country.IsKnown(text[..2]) || text[..2] is "EL" or "XI");

    /// <summary>ISO 13616: country, check digits, 11–30 letters and digits; modulo 97 (ISO 7064) the number is 1.</summary>
    public static bool IsIban(string text)
    {
        if (text.Length is < 15 or > 34 || !IsPlain(text) || !char.IsAsciiDigit(text[2]) || !char.IsAsciiDigit(text[3]) || !IsCountry(text[..2])) return false;
        var rest = 0;
        foreach (var c in text[4..] + text[..4])
            rest = char.IsAsciiDigit(c) ? (rest * 10 + c - '0') % 97 : (rest * 100 + c - 'A' + 10) % 97;
        return rest == 1;
    }

    /// <summary>ISO 9362: four of the institution, a country, two of the place, perhaps three of the branch.</summary>
    public static bool IsBic(string text) => text.Length is 8 or 11 && IsPlain(text) && IsCountry(text[4..6]);

    /// <summary>What stands for an invoice's number in the address where it is paid.</summary>
    public const string NumberPlace = "{number}";
    /// <summary>What an address where invoices are paid must look like.</summary>
    public const string PaymentUrlForm = "must be an https address with {number} once, after the host, and no other braces";

    /// <summary>An address (https, RFC 3986) in whose path, query or fragment the number of an invoice is put.</summary>
    public static bool IsPaymentUrlPattern(string text) => text.Split(NumberPlace) is [var before, var after] && !(before + after).AsSpan().ContainsAny("{} ")
        && Uri.TryCreate(before, UriKind.Absolute, out var start) && start is { Scheme: "https", Host.Length: > 0, UserInfo.Length: 0 } && before.IndexOf('/', "https://".Length) > 0
        && Uri.TryCreate(PaymentUrl(text, "1"), UriKind.Absolute, out _);

    /// <summary>Where the invoice of this number is paid: the number is encoded (RFC 3986), whatever is in it.</summary>
    public static string PaymentUrl(string pattern, string number) => pattern.Replace(NumberPlace, Uri.EscapeDataString(number), StringComparison.Ordinal);

    /// <summary>What may begin a document's number.</summary>
    public static bool IsSeries(string text) => text.Length is > 0 and <= 20 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '/' or '.' or '_');

    private static bool IsPlain(string text) => text.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c));

    // Kosovo has no code of ISO 3166-1; banks go by XK.
    private static bool IsCountry(string code) => code == "XK" || Country.IsKnown(code);
}
