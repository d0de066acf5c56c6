using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Bogus;
using CsvHelper;

namespace Crm.Demo;

/// <summary>
/// The declared corrections of spelling in sales files. What is not declared here is taken as written; a name that
/// still refers to nothing fails its row, so that nothing is guessed and nothing is dropped.
/// </summary>
internal static class Aliases
{
    private static readonly Dictionary<string, string> Products = new() { ["GTXPro"] = "GTX Pro" };

    private static readonly Dictionary<string, string> Sectors = new() { ["technolgy"] = "technology" };

    // Names the country table does not have, to the name it has.
    private static readonly Dictionary<string, string> CountryNames = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Philipines"] = "Philippines",
        ["Korea"] = "South Korea",
        ["United Kingdom"] = "UK",
        ["Great Britain"] = "UK",
        ["USA"] = "United States of America",
        ["United States"] = "United States of America",
        ["Czech Republic"] = "Czechia",
        ["The Netherlands"] = "Netherlands",
        ["Russia"] = "Russian Federation",
    };

    private static readonly Lazy<Dictionary<string, string>> CountryCodes = new(ReadCountries);

    internal static string Product(string name) => Products.GetValueOrDefault(name, name);

    internal static string Sector(string name) => Sectors.GetValueOrDefault(name, name);

    /// <summary>The ISO 3166-1 alpha-2 code of a country's English name or code; null when there is none.</summary>
    internal static string? CountryCode(string name) =>
        CountryCodes.Value.GetValueOrDefault(CountryNames.GetValueOrDefault(name, name));

    /// <summary>A name as external id: itself, unless it is too long or has a slash (external ids stand in paths).</summary>
    internal static string ExternalId(string name) =>
        name.Length <= 200 && !name.Contains('/')
            ? name
            : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)));

    /// <summary>A name in lower-case ASCII letters, digits and dots, for addresses and file names.</summary>
    internal static string Slug(string name)
    {
        var ascii = Transliterater.Translate(name).ToLowerInvariant();
        return string.Join('.', new string([.. ascii.Select(c => char.IsAsciiLetterOrDigit(c) ? c : ' ')])
            .Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    private static Dictionary<string, string> ReadCountries()
    {
        using var csv = CsvReader.Create(Assembly.GetExecutingAssembly().GetManifestResourceStream("countries.csv")!);
        var codes = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var row in csv)
        {
            var code = row.GetString(1);
            codes[row.GetString(0)] = code;
            codes.TryAdd(code, code);
        }

        return codes;
    }
}
