using System.Collections.Frozen;
using System.Globalization;

namespace Crm.Domain.Common;

/// <summary>
/// An active currency of ISO 4217 (table: datasets/currency-codes, public domain) with the number of digits of its minor unit (0–4).
/// Codes to which ISO 4217 assigns no minor unit (metals such as XAU, XDR, XTS, XXX, …) are not in the table: an amount in them has no
/// defined number of decimals, and nobody bills in them.
/// </summary>
public sealed record Currency(string Code, int Digits, string Name)
{
    private static readonly FrozenDictionary<string, Currency> Table = EmbeddedTable.Read("iso4217.csv")
        .Select(cells => new Currency(cells[0], int.Parse(cells[1], CultureInfo.InvariantCulture), cells[2]))
        .ToFrozenDictionary(currency => currency.Code, StringComparer.Ordinal);

    /// <summary>All currencies, by code.</summary>
    public static IReadOnlyList<Currency> All { get; } = [.. Table.Values.OrderBy(currency => currency.Code, StringComparer.Ordinal)];

    /// <summary>The currency with this code (upper case, as ISO 4217 writes it), or null.</summary>
    public static Currency? Find(string? code) => code is null ? null : Table.GetValueOrDefault(code);

    /// <summary>Whether this is the code (upper case) of an active currency with a minor unit.</summary>
    public static bool IsKnown(string? code) => code is not null && Table.ContainsKey(code);
}
