using System.Collections.Frozen;

namespace Crm.Domain.Common;

/// <summary>
/// A country or territory of ISO 3166-1 (table: datasets/country-codes, PDDL; names after CLDR). <paramref name="Code"/> is alpha-2;
/// <paramref name="DialCode"/> is the ITU-T E.164 calling code in digits, with the area code where the territory is one area of the
/// North American plan (Jamaica: 1876).
/// </summary>
public sealed record Country(string Code, string DialCode, string Name)
{
    private static readonly FrozenDictionary<string, Country> Table = EmbeddedTable.Read("country-codes.csv")
        .Select(cells => new Country(cells[0], cells[1], cells[2]))
        .ToFrozenDictionary(country => country.Code, StringComparer.Ordinal);

    /// <summary>All countries, by code.</summary>
    public static IReadOnlyList<Country> All { get; } = [.. Table.Values.OrderBy(country => country.Code, StringComparer.Ordinal)];

    /// <summary>The country with this alpha-2 code (upper case), or null.</summary>
    public static Country? Find(string? code) => code is null ? null : Table.GetValueOrDefault(code);

    /// <summary>Whether this is an assigned alpha-2 code (upper case).</summary>
    public static bool IsKnown(string? code) => code is not null && Table.ContainsKey(code);
}
