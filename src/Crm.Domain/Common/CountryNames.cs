using System.Collections.Frozen;

namespace Crm.Domain.Common;

/// <summary>
/// What countries are called in the languages of the product (CLDR 48). The service runs without the cultures of the operating system, so that it behaves alike everywhere: these names come with it.
/// </summary>
public static class CountryNames
{
    private static readonly FrozenDictionary<string, string> Bulgarian = EmbeddedTable.Read("country-names-bg.csv").ToFrozenDictionary(cells => cells[0], cells => cells[1], StringComparer.Ordinal);

    /// <summary>The name of a country by its alpha-2 code, in Bulgarian (<c>bg</c>), else in English; the code itself, where it is none of ISO 3166-1.</summary>
    public static string Of(string code, string language) => Country.Find(code) is not { } country ? code : language == "bg" ? Bulgarian[code] : country.Name;
}
