using System.Collections.Frozen;

namespace Crm.Domain.Common;

/// <summary>
/// How a country writes its numbers at home: what it puts before a national number (the trunk prefix) and before a foreign one.
/// Source: ITU-T, List of dialling procedures (international prefix, national trunk prefix) and the national numbering plans.
/// </summary>
internal sealed record DiallingPlan(string Country, string DialCode, string Trunk)
{
    // Most of the world dials 0 before the area code. These dial nothing: of theirs, a leading 0 belongs to the number (Italy).
    private static readonly FrozenSet<string> WithoutTrunk = Codes(
        "AD AO AQ AW BF BH BI BJ BN BQ BT BV BW BZ CF CG CI CK CL CM CR CV CW CY CZ DJ DK EE ES FJ FK FM FO GA GI GL GM GN GQ GR GS GT "
        + "GW GY HK HM HN HT IO IS IT KM KW LS LU LV ML MO MR MT MU MV MX MZ NC NE NF NI NO NR NU OM PA PF PG PL PN PT PW QA SB SC SG SH "
        + "SJ SM SN SR ST SV SZ TD TG TJ TK TL TN TO TV UZ VA VU WF WS");

    // International prefixes other than 00. Prefixes that can also be 00 and a calling code (001 in Singapore) are left out.
    private static readonly FrozenDictionary<string, string> OtherInternational = new Dictionary<string, string>
    {
        ["AU"] = "0011", ["CC"] = "0011", ["CX"] = "0011", ["JP"] = "010", ["KE"] = "000", ["TZ"] = "000", ["UG"] = "000", ["CU"] = "119",
        ["BY"] = "810", ["KZ"] = "810", ["RU"] = "810", ["TM"] = "810",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, DiallingPlan> Plans =
        Common.Country.All.Select(Of).ToFrozenDictionary(plan => plan.Country);

    // Countries that share a calling code share the trunk prefix, except inside North America, where none follows the code.
    private static readonly FrozenDictionary<string, DiallingPlan> ByDialCode =
        Plans.Values.DistinctBy(plan => plan.DialCode).ToFrozenDictionary(plan => plan.DialCode);

    public bool IsNorthAmerican => DialCode[0] == '1';

    public static DiallingPlan? Find(string? country) => country is null ? null : Plans.GetValueOrDefault(country);

    /// <summary>The plan whose calling code the international number begins with.</summary>
    public static DiallingPlan? OfInternational(string digits)
    {
        for (var length = Math.Min(3, digits.Length); length > 0; length--)
            if (ByDialCode.TryGetValue(digits[..length], out var plan))
                return plan;
        return null;
    }

    /// <summary>What follows the international prefix, or null when the digits do not begin with one.</summary>
    public static string? AfterInternationalPrefix(DiallingPlan? plan, string digits)
    {
        var other = plan is null ? null : plan.IsNorthAmerican ? "011" : OtherInternational.GetValueOrDefault(plan.Country);
        if (other is not null && digits.StartsWith(other, StringComparison.Ordinal))
            return digits[other.Length..];
        return digits.StartsWith("00", StringComparison.Ordinal) ? digits[2..] : null;
    }

    private static DiallingPlan Of(Country country) => new(country.Code, country.DialCode, country.Code switch
    {
        "BY" or "KZ" or "RU" or "TM" => "8",
        "HU" => "06",
        "MH" => "1",
        var code when country.DialCode[0] == '1' || WithoutTrunk.Contains(code) => "",
        _ => "0",
    });

    private static FrozenSet<string> Codes(string list) => list.Split(' ').ToFrozenSet();
}
