using System.Collections.Frozen;
using Crm.Domain.Common;

namespace Crm.Domain.Commerce;

/// <summary>
/// What quantities are counted in: the codes of UN/ECE Recommendation 20, and of Recommendation 21 for packages (with an X before them, as EN 16931 has them), that
/// goods and services are sold by.
/// </summary>
public sealed record Unit(string Code, string Name)
{
    /// <summary>One of whatever it is: the unit of what states none.</summary>
    public const string One = "C62";

    private static readonly FrozenDictionary<string, Unit> Table = EmbeddedTable.Read("units.csv")
        .Select(cells => new Unit(cells[0], cells[1]))
        .ToFrozenDictionary(unit => unit.Code, StringComparer.Ordinal);

    /// <summary>All units, by code.</summary>
    public static IReadOnlyList<Unit> All { get; } = [.. Table.Values.OrderBy(unit => unit.Code, StringComparer.Ordinal)];

    /// <summary>Whether this is a code (upper case) of the table.</summary>
    public static bool IsKnown(string? code) => code is not null && Table.ContainsKey(code);
}
