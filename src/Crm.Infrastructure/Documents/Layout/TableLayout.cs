using System.Globalization;
using Crm.Domain.Documents;

namespace Crm.Infrastructure.Documents.Layout;

/// <summary>Lays out tables: columns as wide as they say or as their contents want, rows that stay whole, a head that is repeated on every page.</summary>
internal static class TableLayout
{
    private const int MaxColumns = 100;

    private sealed record Cell(HtmlElement Element, BoxStyle Style, int Column, int Span);

    private sealed record Row(IReadOnlyList<Cell> Cells, BoxStyle Style, bool IsHead);

    /// <summary>The rows.</summary>
    public static List<FlowItem> Lay(LayoutContext context, HtmlElement table, BoxStyle style, double width)
    {
        var items = new List<FlowItem>();
        foreach (var caption in table.Elements.Where(e => e.Name == "caption")) items.AddRange(BlockLayout.Lay(context, caption, context.Sheet.Of(caption, style), width).Items);
        foreach (var item in items) item.KeepWithNext = true;
        var rows = Rows(context, table, style);
        var columns = Columns(context, rows, width);
        var head = rows.Where(r => r.IsHead).Select(row => Item(context, row, columns)).ToList();
        foreach (var item in head) item.KeepWithNext = true;
        items.AddRange(head);
        foreach (var row in rows.Where(r => !r.IsHead))
        {
            var item = Item(context, row, columns);
            item.Head = head;
            item.BreakBefore = row.Style.BreakBefore;
            items.Add(item);
        }
        return items;
    }

    /// <summary>How wide a table is that does not say so.</summary>
    public static double Natural(LayoutContext context, HtmlElement table, BoxStyle style, double available) => Math.Min(available, Measure(context, table, style).Most);

    /// <summary>How wide it is at the least and at the most.</summary>
    public static (double Least, double Most) Measure(LayoutContext context, HtmlElement table, BoxStyle style)
    {
        var (least, most, stated) = Wanted(context, Rows(context, table, style), 0);
        return (least.Select((w, i) => stated[i] ?? w).Sum(), most.Select((w, i) => stated[i] ?? w).Sum());
    }

    private static List<Row> Rows(LayoutContext context, HtmlElement table, BoxStyle style)
    {
        var (rows, foot) = (new List<Row>(), new List<Row>());
        foreach (var part in table.Elements)
        {
            if (part.Name == "tr") rows.Add(Of(part, style, false));
            if (part.Name is not ("thead" or "tbody" or "tfoot")) continue;
            var own = context.Sheet.Of(part, style);
            foreach (var row in part.Elements.Where(e => e.Name == "tr")) (part.Name == "tfoot" ? foot : rows).Add(Of(row, own, part.Name == "thead"));
        }
        rows.AddRange(foot);
        return rows;

        Row Of(HtmlElement row, BoxStyle outer, bool isHead)
        {
            var (own, cells, column) = (context.Sheet.Of(row, outer), new List<Cell>(), 0);
            foreach (var cell in row.Elements.Where(e => e.Name is "td" or "th"))
            {
                var span = cell["colspan"] is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : 1;
                cells.Add(new Cell(cell, context.Sheet.Of(cell, own), column, span));
                if ((column += span) > MaxColumns) throw DocumentTemplateErrors.LimitReached($"a table has more than {MaxColumns} columns");
            }
            return new Row(cells, own, isHead);
        }
    }

    /// <summary>What each column wants at the least and at the most, and what it states.</summary>
    private static (double[] Least, double[] Most, double?[] Stated) Wanted(LayoutContext context, List<Row> rows, double width)
    {
        var count = rows.Count == 0 ? 0 : rows.Max(r => r.Cells.Count == 0 ? 0 : r.Cells[^1].Column + r.Cells[^1].Span);
        var (least, most, stated) = (new double[count], new double[count], new double?[count]);
        foreach (var cell in rows.SelectMany(r => r.Cells).Where(c => c.Span == 1))
        {
            var sides = cell.Style.Padding[1] + cell.Style.Padding[3];
            var (low, high) = BlockLayout.Measure(context, cell.Element, cell.Style);
            least[cell.Column] = Math.Max(least[cell.Column], low + sides);
            most[cell.Column] = Math.Max(most[cell.Column], high + sides);
            if (cell.Style.Of(cell.Style.Width, width) is { } own and > 0) stated[cell.Column] ??= own;
        }
        return (least, most, stated);
    }

    private static double[] Columns(LayoutContext context, List<Row> rows, double width)
    {
        var (least, most, stated) = Wanted(context, rows, width);
        var columns = new double[least.Length];
        var free = Enumerable.Range(0, columns.Length).Where(i => stated[i] is null).ToList();
        // No column is narrower than its longest word, whatever it states.
        for (var i = 0; i < columns.Length; i++) if (stated[i] is { } own) columns[i] = Math.Max(own, least[i]);
        var rest = width - columns.Sum();
        var (low, high) = (free.Sum(i => least[i]), free.Sum(i => most[i]));
        foreach (var i in free)
            columns[i] = high <= rest ? (high > 0 ? most[i] + (rest - high) * most[i] / high : rest / free.Count)
                : low <= rest ? least[i] + (rest - low) * (most[i] - least[i]) / Math.Max(high - low, 0.01)
                : least[i];
        var total = columns.Sum();
        if (total > 0 && (total > width || free.Count == 0)) for (var i = 0; i < columns.Length; i++) columns[i] *= width / total;
        return columns;
    }

    private static RowItem Item(LayoutContext context, Row row, double[] columns)
    {
        var starts = new double[columns.Length + 1];
        for (var i = 0; i < columns.Length; i++) starts[i + 1] = starts[i] + columns[i];
        var cells = row.Cells.Select(cell =>
        {
            var (from, to) = (starts[cell.Column], starts[Math.Min(cell.Column + cell.Span, columns.Length)]);
            var (items, _) = BlockLayout.Lay(context, cell.Element, cell.Style, to - from - cell.Style.Padding[1] - cell.Style.Padding[3]);
            return new RowCell(from, to - from, cell.Style, items);
        }).ToList();
        return new RowItem(cells, row.Style, starts[^1], row.Style.Of(row.Style.Height, 0) ?? 0);
    }
}
