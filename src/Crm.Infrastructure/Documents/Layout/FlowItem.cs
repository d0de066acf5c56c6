using Crm.Infrastructure.Documents.Pdf;

namespace Crm.Infrastructure.Documents.Layout;

/// <summary>What stands on one page: a line, a row, a rule. Pages are made of them from top to bottom.</summary>
internal abstract class FlowItem
{
    /// <summary>In points, without the space before it.</summary>
    public double Height { get; protected init; }

    /// <summary>From what stands above it on the same page.</summary>
    public double SpaceBefore { get; set; }

    /// <summary>Begins a new page.</summary>
    public bool BreakBefore { get; set; }

    /// <summary>Stands on the page of what follows.</summary>
    public bool KeepWithNext { get; set; }

    /// <summary>What is repeated above it when it begins a page: the head of its table.</summary>
    public IReadOnlyList<FlowItem> Head { get; set; } = [];

    public abstract void Draw(PdfCanvas canvas, double x, double y);

    /// <summary>Cuts what is higher than a page: what fits, and the rest. Null when it cannot be cut there.</summary>
    public virtual (FlowItem First, FlowItem Later)? Split(double height) => null;

    /// <summary>The height of items one below the other.</summary>
    public static double Total(IReadOnlyList<FlowItem> items)
    {
        double sum = 0;
        for (var i = 0; i < items.Count; i++) sum += items[i].Height + (i == 0 ? 0 : items[i].SpaceBefore);
        return sum;
    }

    /// <summary>Draws items one below the other.</summary>
    public static void DrawAll(IReadOnlyList<FlowItem> items, PdfCanvas canvas, double x, double y)
    {
        for (var i = 0; i < items.Count; i++)
        {
            if (i > 0) y += items[i].SpaceBefore;
            items[i].Draw(canvas, x, y);
            y += items[i].Height;
        }
    }
}

/// <summary>An item further to the right, with the ground and the side lines of the box it is in.</summary>
internal sealed class BoxedItem : FlowItem
{
    private readonly FlowItem _inner;
    private readonly double _x;
    private readonly double _width;
    private readonly BoxStyle _box;
    private readonly double _indent;

    public BoxedItem(FlowItem inner, double x, double width, double indent, BoxStyle box)
    {
        (_inner, _x, _width, _indent, _box) = (inner, x, width, indent, box);
        (Height, SpaceBefore, BreakBefore, KeepWithNext) = (inner.Height, inner.SpaceBefore, inner.BreakBefore, inner.KeepWithNext);
        Head = [.. inner.Head.Select(head => new BoxedItem(head, x, width, indent, box))];
    }

    public override void Draw(PdfCanvas canvas, double x, double y)
    {
        if (_box.Background is { } ground) canvas.Box(ground, x + _x, y, _width, Height);
        if (_box.Borders[3].Width > 0) canvas.Box(_box.Borders[3].Color, x + _x, y, _box.Borders[3].Width, Height);
        if (_box.Borders[1].Width > 0) canvas.Box(_box.Borders[1].Color, x + _x + _width - _box.Borders[1].Width, y, _box.Borders[1].Width, Height);
        _inner.Draw(canvas, x + _x + _indent, y);
    }

    public override (FlowItem First, FlowItem Later)? Split(double height) =>
        _inner.Split(height) is var (first, rest) ? (new BoxedItem(first, _x, _width, _indent, _box), new BoxedItem(rest, _x, _width, _indent, _box) { Head = Head }) : null;
}

/// <summary>Space or a rule of its own height.</summary>
internal sealed class BarItem : FlowItem
{
    private readonly double _width;
    private readonly string? _color;

    public BarItem(double width, double height, string? color) => (_width, Height, _color) = (width, height, color);

    public override void Draw(PdfCanvas canvas, double x, double y)
    {
        if (_color is not null) canvas.Box(_color, x, y, _width, Height);
    }
}

/// <summary>Items that stay on one page.</summary>
internal sealed class GroupItem : FlowItem
{
    private readonly IReadOnlyList<FlowItem> _items;

    public GroupItem(IReadOnlyList<FlowItem> items)
    {
        _items = items;
        (Height, SpaceBefore, BreakBefore, KeepWithNext) = (Total(items), items[0].SpaceBefore, items[0].BreakBefore, items[^1].KeepWithNext);
    }

    public override void Draw(PdfCanvas canvas, double x, double y) => DrawAll(_items, canvas, x, y);

    public override (FlowItem First, FlowItem Later)? Split(double height)
    {
        var (count, sum) = (0, 0.0);
        while (count < _items.Count && (sum += _items[count].Height + (count == 0 ? 0 : _items[count].SpaceBefore)) <= height) count++;
        return count is 0 || count == _items.Count ? null : (new GroupItem([.. _items.Take(count)]), new GroupItem([.. _items.Skip(count)]));
    }
}
