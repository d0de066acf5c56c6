using System.Globalization;
using Crm.Domain.Documents;

namespace Crm.Infrastructure.Documents.Layout;

/// <summary>Applies rules to elements in the order of CSS: how particular the selector is, then which comes later, then what the element says itself.</summary>
internal sealed class StyleSheet(IReadOnlyList<CssRule> rules)
{
    private const long MaxComparisons = 20_000_000;
    private static readonly string[] Sides = ["top", "right", "bottom", "left"];
    private readonly long _selectors = rules.Sum(rule => rule.Selectors.Count);
    private readonly Dictionary<HtmlElement, BoxStyle> _known = [];
    private long _comparisons;

    /// <summary>How an element looks within one that looks like <paramref name="outer"/>, which it always is: it is found out once.</summary>
    public BoxStyle Of(HtmlElement element, BoxStyle outer) => _known.TryGetValue(element, out var known) ? known : _known[element] = Find(element, outer);

    private BoxStyle Find(HtmlElement element, BoxStyle outer)
    {
        if ((_comparisons += _selectors) > MaxComparisons) throw DocumentTemplateErrors.LimitReached("it has too many elements for so many rules of CSS");
        var found = new List<(int Specificity, int Order, CssRule Rule)>();
        for (var i = 0; i < rules.Count; i++)
            if (Best(rules[i], element) is { } specificity) found.Add((specificity, i, rules[i]));
        found.Sort((a, b) => (a.Specificity, a.Order).CompareTo((b.Specificity, b.Order)));
        var style = outer.Inherited() with
        {
            Display = HtmlRules.Blocks.Contains(element.Name) || element.Name is "li" or "dt" or "dd" or "figcaption" or "caption" or "body" ? "block" : "inline",
            Link = element.Name == "a" ? element["href"] : outer.Link,
            Marker = element.Name == "ul" ? "disc" : outer.Marker,
        };
        var declarations = found.SelectMany(f => f.Rule.Declarations).Concat(element.Style).ToList();
        // What other lengths are counted in comes first.
        foreach (var declaration in declarations.Where(d => d.Name == "font-size")) style = style with { Size = Math.Clamp(CssProperties.Length(declaration.Value, outer.Size, outer.Size) ?? style.Size, 1, 200) };
        return declarations.Where(d => d.Name != "font-size").Aggregate(style, Apply);
    }

    private static int? Best(CssRule rule, HtmlElement element)
    {
        int? best = null;
        foreach (var selector in rule.Selectors)
            if ((best is null || selector.Specificity > best) && selector.Matches(element)) best = selector.Specificity;
        return best;
    }

    private static BoxStyle Apply(BoxStyle style, CssDeclaration d) => d.Name switch
    {
        "color" => style with { Color = CssProperties.Color(d.Value) ?? style.Color },
        "background" or "background-color" => style with { Background = CssProperties.Color(d.Value) },
        "font-weight" => style with { Bold = d.Value == "bold" || int.TryParse(d.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var weight) && weight >= 600 },
        "font-style" => style with { Slanted = d.Value == "italic" },
        "font-family" => style with { Family = d.Value.Split(',')[0].Trim().Trim('"', '\'') },
        "text-align" => style with { Align = d.Value },
        "text-decoration" => style with { Underlined = d.Value == "underline", Struck = d.Value == "line-through" },
        "text-transform" => style with { Transform = d.Value },
        "line-height" => style with { LineHeight = d.Value },
        "white-space" => style with { WhiteSpace = d.Value },
        "vertical-align" => style with { VerticalAlign = d.Value },
        "display" => style with { Display = d.Value },
        "list-style-type" => style with { Marker = d.Value },
        "width" => style with { Width = d.Value },
        "height" => style with { Height = d.Value },
        "max-width" => style with { MaxWidth = d.Value },
        "max-height" => style with { MaxHeight = d.Value },
        "page-break-before" or "break-before" => style with { BreakBefore = d.Value is "always" or "page" },
        "page-break-after" or "break-after" => style with { BreakAfter = d.Value is "always" or "page", KeepWithNext = d.Value == "avoid" },
        "page-break-inside" or "break-inside" => style with { KeepTogether = d.Value == "avoid" },
        "margin" => style with { Margin = Four(d.Value, style) },
        "padding" => style with { Padding = Four(d.Value, style) },
        "border" => style with { Borders = [.. Enumerable.Repeat(BorderOf(d.Value, style), 4)] },
        _ when d.Name.StartsWith("margin-", StringComparison.Ordinal) => style with { Margin = Replaced(style.Margin, d.Name[7..], Number(d.Value, style)) },
        _ when d.Name.StartsWith("padding-", StringComparison.Ordinal) => style with { Padding = Replaced(style.Padding, d.Name[8..], Number(d.Value, style)) },
        _ when d.Name.StartsWith("border-", StringComparison.Ordinal) && Sides.Contains(d.Name[7..]) => style with { Borders = Replaced(style.Borders, d.Name[7..], BorderOf(d.Value, style)) },
        _ => style,
    };

    private static T[] Replaced<T>(T[] four, string side, T value)
    {
        T[] copy = [.. four];
        copy[Array.IndexOf(Sides, side)] = value;
        return copy;
    }

    private static double[] Four(string value, BoxStyle style)
    {
        var parts = value.Split(' ').Select(part => Number(part, style)).ToArray();
        return [parts[0], parts[Math.Min(1, parts.Length - 1)], parts.Length > 2 ? parts[2] : parts[0], parts.Length > 3 ? parts[3] : parts[Math.Min(1, parts.Length - 1)]];
    }

    // A part of the page's width stands for a part of the box's: margins in percent are rare.
    private static double Number(string value, BoxStyle style) => value == "auto" ? double.NaN : CssProperties.Length(value, style.Size, 500) ?? 0;

    private static Border BorderOf(string value, BoxStyle style)
    {
        var (width, color, drawn) = (0.75, style.Color, false);
        foreach (var part in value.Split(' '))
        {
            if (part == "none") return Border.None;
            if (part is "solid" or "dashed" or "dotted" or "double") drawn = true;
            else if (CssProperties.Length(part, style.Size, 500) is { } length) width = length;
            else if (CssProperties.Color(part) is { } stated) color = stated;
        }
        return drawn ? new Border(width, color) : Border.None;
    }
}
