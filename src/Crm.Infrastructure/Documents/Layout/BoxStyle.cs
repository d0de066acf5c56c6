namespace Crm.Infrastructure.Documents.Layout;

/// <summary>A line around a box.</summary>
internal sealed record Border(double Width, string Color)
{
    public static readonly Border None = new(0, "#000000");
}

/// <summary>How an element looks once all rules are applied; lengths in points. The first half is handed down to what it contains.</summary>
internal sealed record BoxStyle
{
    public string Family { get; init; } = Domain.Documents.DocumentFonts.Default;
    public double Size { get; init; } = DocumentStyle.RootSize;
    public bool Bold { get; init; }
    public bool Slanted { get; init; }
    public string Color { get; init; } = "#000000";
    public string Align { get; init; } = "left";
    public string LineHeight { get; init; } = "1.35";
    public string WhiteSpace { get; init; } = "normal";
    public string Transform { get; init; } = "none";
    public string Marker { get; init; } = "disc";
    public bool Underlined { get; init; }
    public bool Struck { get; init; }
    public string? Link { get; init; }

    public string? Background { get; init; }
    public string VerticalAlign { get; init; } = "baseline";
    public string Display { get; init; } = "inline";
    /// <summary>Top, right, bottom, left; NaN is auto.</summary>
    public double[] Margin { get; init; } = [0, 0, 0, 0];
    public double[] Padding { get; init; } = [0, 0, 0, 0];
    public Border[] Borders { get; init; } = [Border.None, Border.None, Border.None, Border.None];
    public string? Width { get; init; }
    public string? Height { get; init; }
    public string? MaxWidth { get; init; }
    public string? MaxHeight { get; init; }
    public bool BreakBefore { get; init; }
    public bool BreakAfter { get; init; }
    public bool KeepWithNext { get; init; }
    public bool KeepTogether { get; init; }

    /// <summary>What is handed down; the rest begins anew.</summary>
    public BoxStyle Inherited() => new()
    {
        Family = Family, Size = Size, Bold = Bold, Slanted = Slanted, Color = Color, Align = Align, LineHeight = LineHeight, WhiteSpace = WhiteSpace, Transform = Transform, Marker = Marker,
        Underlined = Underlined, Struck = Struck, Link = Link,
    };

    /// <summary>How high a line of its text is.</summary>
    public double Line => LineHeight == "normal" ? Size * 1.35
        : double.TryParse(LineHeight, System.Globalization.CultureInfo.InvariantCulture, out var times) ? Size * times : CssProperties.Length(LineHeight, Size, Size) ?? Size * 1.35;

    /// <summary>A length it states, as far as it states one.</summary>
    public double? Of(string? length, double whole) => length is null or "auto" or "none" ? null : CssProperties.Length(length, Size, whole);
}
