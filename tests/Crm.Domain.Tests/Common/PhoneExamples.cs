using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Crm.Domain.Tests.Common;

/// <summary>The example numbers of a phone metadata file, each in the ways it is written at home and abroad.</summary>
internal sealed record PhoneExample(string Country, string Digits, IReadOnlyList<string> Spellings);

internal static class PhoneExamples
{
    public static IEnumerable<PhoneExample> Read(string path) =>
        from territory in XDocument.Load(path).Descendants("territory")
        from example in territory.Descendants("exampleNumber")
        let code = territory.Attribute("countryCode")!.Value
        select new PhoneExample(
            territory.Attribute("id")!.Value, code + example.Value, [.. Spellings(territory, code, example.Value)]);

    private static IEnumerable<string> Spellings(XElement territory, string code, string national)
    {
        yield return $"+{code} {national}";
        yield return $"00 {code}-{national}";
        if (territory.Attribute("nationalPrefix")?.Value is not { } prefix)
        {
            yield return national;
            yield break;
        }
        yield return national;
        yield return $"{prefix} {national}";
        yield return $"+{code} ({national})";
        var format = territory.Descendants("numberFormat").FirstOrDefault(candidate => Fits(candidate, national));
        if (format?.Attribute("nationalPrefixFormattingRule")?.Value is { } rule && rule.Contains("$NP", StringComparison.Ordinal))
        {
            var first = Regex.Match(format.Element("format")!.Value, @"\$\d").Value;
            var replacement = format.Element("format")!.Value.Replace(
                first, rule.Replace("$NP", prefix, StringComparison.Ordinal).Replace("$FG", first, StringComparison.Ordinal), StringComparison.Ordinal);
            // "$" and a digit behind "0" would read as the group 01, so groups get braces.
            replacement = Regex.Replace(replacement, @"\$(\d)", "$${$1}");
            yield return Regex.Replace(national, "^" + Pattern(format) + "$", replacement);
        }
    }

    private static bool Fits(XElement format, string national) =>
        Regex.IsMatch(national, "^(?:" + Pattern(format) + ")$")
        && (format.Elements("leadingDigits").LastOrDefault() is not { } leading
            || Regex.IsMatch(national, "^(?:" + Regex.Replace(leading.Value, @"\s", "") + ")"));

    private static string Pattern(XElement format) => format.Attribute("pattern")!.Value;
}
