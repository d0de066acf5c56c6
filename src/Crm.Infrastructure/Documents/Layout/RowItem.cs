using Crm.Infrastructure.Documents.Pdf;

namespace Crm.Infrastructure.Documents.Layout;

/// <summary>A cell: where it is in its row, and what it contains.</summary>
internal sealed record RowCell(double X, double Width, BoxStyle Style, IReadOnlyList<FlowItem> Items)
{
    public double Content { get; } = FlowItem.Total(Items);

    public double Height => Math.Max(Content + Style.Padding[0] + Style.Padding[2], Style.Of(Style.Height, 0) ?? 0);
}

/// <summary>A row of a table.</summary>
internal sealed class RowItem : FlowItem
{
    private readonly IReadOnlyList<RowCell> _cells;
    private readonly BoxStyle _style;
    private readonly double _width;

    public RowItem(IReadOnlyList<RowCell> cells, BoxStyle style, double width, double least)
    {
        (_cells, _style, _width) = (cells, style, width);
        Height = Math.Max(least, cells.Select(c => c.Height).DefaultIfEmpty(0).Max());
    }

    public override void Draw(PdfCanvas canvas, double x, double y)
    {
        if (_style.Background is { } ground) canvas.Box(ground, x, y, _width, Height);
        foreach (var cell in _cells)
            if (cell.Style.Background is { } own) canvas.Box(own, x + cell.X, y, cell.Width, Height);
        foreach (var cell in _cells)
        {
            var free = Height - cell.Content - cell.Style.Padding[0] - cell.Style.Padding[2];
            var down = cell.Style.VerticalAlign switch { "middle" => free / 2, "bottom" => free, _ => 0 };
            DrawAll(cell.Items, canvas, x + cell.X + cell.Style.Padding[3], y + cell.Style.Padding[0] + down);
        }
        foreach (var cell in _cells) DrawBorders(canvas, cell.Style.Borders, x + cell.X, y, cell.Width);
        DrawBorders(canvas, _style.Borders, x, y, _width);
    }

    /// <summary>Each cell as far as it fits; none is cut within a line.</summary>
    public override (FlowItem First, FlowItem Later)? Split(double height)
    {
        var (first, rest) = (new List<RowCell>(), new List<RowCell>());
        foreach (var cell in _cells)
        {
            var (room, taken, count) = (height - cell.Style.Padding[0] - cell.Style.Padding[2], 0.0, 0);
            while (count < cell.Items.Count && taken + cell.Items[count].Height + (count == 0 ? 0 : cell.Items[count].SpaceBefore) is var next && next <= room) (taken, count) = (next, count + 1);
            if (count == 0 && cell.Items.Count > 0) return null;
            first.Add(cell with { Items = [.. cell.Items.Take(count)] });
            rest.Add(cell with { Items = [.. cell.Items.Skip(count)] });
        }
        return rest.All(c => c.Items.Count == 0) ? null : (new RowItem(first, _style, _width, 0) { SpaceBefore = SpaceBefore, Head = Head }, new RowItem(rest, _style, _width, 0) { Head = Head });
    }

    /// <summary>Lines lie on the edge: those of neighbours on one another.</summary>
    private void DrawBorders(PdfCanvas canvas, Border[] borders, double x, double y, double width)
    {
        if (borders[0].Width > 0) canvas.Box(borders[0].Color, x, y - borders[0].Width / 2, width, borders[0].Width);
        if (borders[2].Width > 0) canvas.Box(borders[2].Color, x, y + Height - borders[2].Width / 2, width, borders[2].Width);
        if (borders[3].Width > 0) canvas.Box(borders[3].Color, x - borders[3].Width / 2, y, borders[3].Width, Height);
        if (borders[1].Width > 0) canvas.Box(borders[1].Color, x + width - borders[1].Width / 2, y, borders[1].Width, Height);
    }
}
