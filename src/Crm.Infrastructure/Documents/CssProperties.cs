using System.Collections.Frozen;
using System.Globalization;
using Crm.Domain.Documents;

namespace Crm.Infrastructure.Documents;

/// <summary>The properties that documents have, and the values these take. No value names anything outside the sheet.</summary>
internal static class CssProperties
{
    private const double MaxLength = 5_000;
    private static readonly string[] Sides = ["top", "right", "bottom", "left"];

    private static readonly FrozenDictionary<string, string> Colors = new Dictionary<string, string>
    {
        ["black"] = "#000000", ["silver"] = "#c0c0c0", ["gray"] = "#808080", ["grey"] = "#808080", ["white"] = "#ffffff", ["maroon"] = "#800000", ["red"] = "#ff0000", ["purple"] = "#800080", ["fuchsia"] = "#ff00ff",
        ["green"] = "#008000", ["lime"] = "#00ff00", ["olive"] = "#808000", ["yellow"] = "#ffff00", ["navy"] = "#000080", ["blue"] = "#0000ff", ["teal"] = "#008080", ["aqua"] = "#00ffff", ["orange"] = "#ffa500",
        ["lightgray"] = "#d3d3d3", ["lightgrey"] = "#d3d3d3", ["darkgray"] = "#a9a9a9", ["darkgrey"] = "#a9a9a9", ["whitesmoke"] = "#f5f5f5",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, Func<string, bool>> Known = Table();

    /// <summary>Whether there is such a property.</summary>
    public static bool IsKnown(string name) => Known.ContainsKey(name);

    /// <summary>The value as it is kept: lower case, single spaces; null when it is not allowed.</summary>
    public static string? Normalized(string name, string value)
    {
        var text = string.Join(' ', value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).ToLowerInvariant();
        if (text.EndsWith("!important", StringComparison.Ordinal)) text = text[..^"!important".Length].TrimEnd();
        return text.Length is > 0 and <= 100 && Known.TryGetValue(name, out var takes) && takes(text) ? text : null;
    }

    /// <summary>#rrggbb of a colour; null for transparent and for what is none.</summary>
    public static string? Color(string text) => text switch
    {
        ['#', var r, var g, var b] when IsHex(text) => $"#{r}{r}{g}{g}{b}{b}",
        { Length: 7 } when text[0] == '#' && IsHex(text) => text,
        _ => Colors.GetValueOrDefault(text),
    };

    /// <summary>A length in points; <paramref name="em"/> is the size of the text, <paramref name="whole"/> what 100 % is. Null for what is none.</summary>
    public static double? Length(string text, double em, double whole)
    {
        if (text == "0") return 0;
        var digits = 0;
        while (digits < text.Length && (char.IsAsciiDigit(text[digits]) || text[digits] == '.')) digits++;
        if (digits == 0 || !double.TryParse(text.AsSpan(0, digits), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) || number > MaxLength) return null;
        return text[digits..] switch
        {
            "pt" => number, "px" => number * 0.75, "mm" => number * 72 / 25.4, "cm" => number * 72 / 2.54, "in" => number * 72, "em" => number * em, "rem" => number * DocumentStyle.RootSize, "%" => number * whole / 100, _ => null,
        };
    }

    private static FrozenDictionary<string, Func<string, bool>> Table()
    {
        var table = new Dictionary<string, Func<string, bool>>(StringComparer.Ordinal)
        {
            ["color"] = IsColor,
            ["background"] = IsColor,
            ["background-color"] = IsColor,
            ["font-size"] = IsLength,
            ["font-weight"] = OneOf("normal", "bold", "100", "200", "300", "400", "500", "600", "700", "800", "900"),
            ["font-style"] = OneOf("normal", "italic"),
            ["font-family"] = value => value.Split(',', StringSplitOptions.TrimEntries).All(f => f.Trim('"', '\'') is "sans-serif" or "serif" || DocumentFonts.All.Any(known => known.Equals(f.Trim('"', '\''), StringComparison.OrdinalIgnoreCase))),
            ["text-align"] = OneOf("left", "right", "center", "justify"),
            ["text-decoration"] = OneOf("none", "underline", "line-through"),
            ["text-transform"] = OneOf("none", "uppercase", "lowercase"),
            ["line-height"] = value => value == "normal" || IsLength(value) || double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 10,
            ["vertical-align"] = OneOf("top", "middle", "bottom", "baseline", "sub", "super"),
            ["white-space"] = OneOf("normal", "nowrap", "pre", "pre-line", "pre-wrap"),
            ["display"] = OneOf("none", "block", "inline"),
            ["border-collapse"] = OneOf("collapse", "separate"),
            ["list-style-type"] = OneOf("none", "disc", "circle", "square", "decimal", "lower-alpha", "upper-alpha", "lower-roman", "upper-roman"),
            ["page-break-before"] = OneOf("auto", "always", "avoid"),
            ["page-break-after"] = OneOf("auto", "always", "avoid"),
            ["page-break-inside"] = OneOf("auto", "avoid"),
            ["break-before"] = OneOf("auto", "page", "avoid"),
            ["break-after"] = OneOf("auto", "page", "avoid"),
            ["break-inside"] = OneOf("auto", "avoid"),
            ["border"] = IsBorder,
            ["margin"] = value => Several(value, v => v == "auto" || IsLength(v)),
            ["padding"] = value => Several(value, IsLength),
        };
        foreach (var name in (string[])["width", "height", "max-width", "max-height", "min-width", "min-height"]) table[name] = value => value is "auto" or "none" || IsLength(value);
        foreach (var side in Sides)
        {
            table[$"margin-{side}"] = value => value == "auto" || IsLength(value);
            table[$"padding-{side}"] = IsLength;
            table[$"border-{side}"] = IsBorder;
        }
        return table.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static Func<string, bool> OneOf(params string[] words) => words.Contains;

    private static bool IsColor(string value) => value == "transparent" || Color(value) is not null;

    private static bool IsLength(string value) => Length(value, 10, 100) is not null;

    private static bool IsBorder(string value) => value.Split(' ').All(part => part is "none" or "solid" or "dashed" or "dotted" or "double" || IsColor(part) || IsLength(part));

    private static bool Several(string value, Func<string, bool> each) => value.Split(' ') is { Length: <= 4 } parts && parts.All(each);

    private static bool IsHex(string text) => text.AsSpan(1).IndexOfAnyExcept("0123456789abcdef") < 0;
}
