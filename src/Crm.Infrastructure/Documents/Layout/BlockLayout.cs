using System.Globalization;
using Crm.Infrastructure.Documents.Pdf;

namespace Crm.Infrastructure.Documents.Layout;

/// <summary>Lays out what stands one below the other, as a list of items that pages are made of.</summary>
internal sealed class BlockLayout(LayoutContext context)
{
    private readonly List<FlowItem> _items = [];
    private readonly List<(HtmlNode, BoxStyle)> _inline = [];
    private double _margin;
    private bool _breakBefore;
    private int _number = 1;

    /// <summary>The items of what an element contains, and the space that its last one wants below.</summary>
    public static (List<FlowItem> Items, double Below) Lay(LayoutContext context, HtmlElement element, BoxStyle style, double width)
    {
        var layout = new BlockLayout(context);
        if (element["start"] is { } start) layout._number = int.Parse(start, CultureInfo.InvariantCulture);
        foreach (var child in element.Children) layout.Add(child, style, Math.Max(width, 1));
        layout.Flush(style, Math.Max(width, 1));
        return (layout._items, layout._margin);
    }

    /// <summary>How wide the contents are at the least and at the most.</summary>
    public static (double Least, double Most) Measure(LayoutContext context, HtmlElement element, BoxStyle style)
    {
        var inline = new List<(HtmlNode, BoxStyle)>();
        double least = 0, most = 0;
        foreach (var child in element.Children)
        {
            var own = child is HtmlElement inner ? context.Sheet.Of(inner, style) : style;
            if (child is not HtmlElement block || own.Display != "block")
            {
                inline.Add((child, own));
                continue;
            }
            Take(InlineLayout.Measure(context, inline, style), 0);
            inline.Clear();
            var sides = own.Padding[1] + own.Padding[3] + Sure(own.Margin[1]) + Sure(own.Margin[3]) + own.Borders[1].Width + own.Borders[3].Width;
            Take(own.Of(own.Width, 0) is { } stated and > 0 ? (stated, stated) : block.Name == "table" ? TableLayout.Measure(context, block, own) : Measure(context, block, own), sides);
        }
        Take(InlineLayout.Measure(context, inline, style), 0);
        return (least, most);

        void Take((double Least, double Most) found, double sides) => (least, most) = (Math.Max(least, found.Least + sides), Math.Max(most, found.Most + sides));
    }

    private void Add(HtmlNode node, BoxStyle outer, double width)
    {
        var style = node is HtmlElement element ? context.Sheet.Of(element, outer) : outer;
        if (node is not HtmlElement block || style.Display == "inline") _inline.Add((node, style));
        else if (style.Display == "block")
        {
            Flush(outer, width);
            AddBlock(block, style, width);
        }
    }

    private void Flush(BoxStyle style, double width)
    {
        if (_inline.Count == 0) return;
        Append(new InlineLayout(context, width).Lay(_inline, style), 0, 0);
        _inline.Clear();
    }

    private void AddBlock(HtmlElement element, BoxStyle style, double available)
    {
        var (left, right) = (Sure(style.Margin[3]), Sure(style.Margin[1]));
        var isTable = element.Name == "table";
        var width = Math.Min(style.Of(style.Width, available) ?? (isTable ? TableLayout.Natural(context, element, style, available - left - right) : available - left - right), available);
        if (style.Of(style.MaxWidth, available) is { } most) width = Math.Min(width, most);
        width = Math.Max(width, 1);
        if (double.IsNaN(style.Margin[3])) left = Math.Max(0, available - width - right) / (double.IsNaN(style.Margin[1]) ? 2 : 1);
        var (inset, inner) = (style.Borders[3].Width + style.Padding[3], width - style.Borders[1].Width - style.Borders[3].Width - style.Padding[1] - style.Padding[3]);
        var (items, below) = element.Name == "hr" ? ([], 0.0) : isTable ? (TableLayout.Lay(context, element, style, width), 0.0) : Lay(context, element, style, inner);
        if (!isTable) items = Framed(items, ref below, style, left, width, inset);
        else if (left > 0) items = [.. items.Select(item => new BoxedItem(item, left, width, 0, new BoxStyle()))];
        if (element.Name == "li" && items.Count > 0) items[0] = new MarkedItem(items[0], Marker(style), style);
        if (items.Count == 0) return;
        if (style.KeepTogether) items = [new GroupItem(items)];
        if (style.KeepWithNext) foreach (var item in items) item.KeepWithNext = true;
        if (style.BreakBefore) items[0].BreakBefore = true;
        Append(items, Sure(style.Margin[0]), Math.Max(Sure(style.Margin[2]), below));
        _breakBefore = style.BreakAfter;
    }

    /// <summary>The items within borders and padding.</summary>
    private static List<FlowItem> Framed(List<FlowItem> items, ref double below, BoxStyle style, double left, double width, double inset)
    {
        var isPlain = style.Background is null && style.Borders.All(b => b.Width == 0);
        if (isPlain && left == 0 && inset == 0 && style.Padding[0] == 0 && style.Padding[2] == 0) return items;
        var framed = new List<FlowItem>();
        void Bar(double height, string? color) { if (height > 0) framed.Add(new BoxedItem(new BarItem(width, height, color), left, width, 0, style)); }
        Bar(style.Borders[0].Width, style.Borders[0].Color);
        Bar(style.Padding[0], null);
        foreach (var item in items)
        {
            // The ground shows between items, too.
            if (!isPlain && framed.Count > 0 && item.SpaceBefore > 0) Bar(item.SpaceBefore, null);
            framed.Add(new BoxedItem(item, left, width, inset, style) { SpaceBefore = isPlain || framed.Count == 0 ? item.SpaceBefore : 0 });
        }
        Bar(style.Padding[2], null);
        Bar(style.Borders[2].Width, style.Borders[2].Color);
        if (!isPlain || style.Padding[2] > 0) below = 0;
        return framed;
    }

    private void Append(IReadOnlyList<FlowItem> items, double above, double below)
    {
        if (items.Count == 0) return;
        // Of two margins that meet the larger counts (CSS 2.2 §8.3.1).
        items[0].SpaceBefore = Math.Max(Math.Max(_margin, above), items[0].SpaceBefore);
        items[0].BreakBefore |= _breakBefore;
        _items.AddRange(items);
        (_margin, _breakBefore) = (below, false);
    }

    private string Marker(BoxStyle style) => style.Marker switch
    {
        "none" => "",
        "disc" => "•",
        "circle" => "◦",
        "square" => "▪",
        "lower-alpha" => Letters(_number++).ToLowerInvariant() + ".",
        "upper-alpha" => Letters(_number++) + ".",
        "lower-roman" => Roman(_number++).ToLowerInvariant() + ".",
        "upper-roman" => Roman(_number++) + ".",
        _ => (_number++).ToString(CultureInfo.InvariantCulture) + ".",
    };

    private static string Letters(int number) => number <= 26 ? ((char)('A' + number - 1)).ToString() : Letters((number - 1) / 26) + Letters((number - 1) % 26 + 1);

    private static string Roman(int number)
    {
        var text = "";
        foreach (var (value, letters) in (IReadOnlyList<(int, string)>)[(1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")])
            for (; number >= value; number -= value) text += letters;
        return text;
    }

    private static double Sure(double length) => double.IsNaN(length) ? 0 : length;
}

/// <summary>The first item of an entry of a list, with its mark before it.</summary>
internal sealed class MarkedItem : FlowItem
{
    private readonly FlowItem _inner;
    private readonly string _mark;
    private readonly BoxStyle _style;

    public MarkedItem(FlowItem inner, string mark, BoxStyle style)
    {
        (_inner, _mark, _style) = (inner, mark, style);
        (Height, SpaceBefore, BreakBefore, KeepWithNext, Head) = (inner.Height, inner.SpaceBefore, inner.BreakBefore, inner.KeepWithNext, inner.Head);
    }

    public override void Draw(PdfCanvas canvas, double x, double y)
    {
        var font = FontCatalog.Get(_style.Family, _style.Bold);
        if (_mark.Length > 0) canvas.Text(font, _style.Size, _style.Color, false, x - font.Measure(_mark, _style.Size) - 4, y + (_style.Line - _style.Size * 1.164) / 2 + _style.Size * 0.928, _mark);
        _inner.Draw(canvas, x, y);
    }
}
