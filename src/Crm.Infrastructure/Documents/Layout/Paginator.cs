using Crm.Domain.Documents;

namespace Crm.Infrastructure.Documents.Layout;

/// <summary>Puts items on pages of one height: rows whole, headings with what they head, the head of a table above what follows of it.</summary>
internal sealed class Paginator(double height)
{
    private const int MaxPages = 500;
    private List<(FlowItem Item, double Y)> _page = [];
    private readonly List<IReadOnlyList<(FlowItem Item, double Y)>> _pages = [];
    private double _y;

    public static IReadOnlyList<IReadOnlyList<(FlowItem Item, double Y)>> Pages(IReadOnlyList<FlowItem> items, double height)
    {
        var paginator = new Paginator(height);
        for (var i = 0; i < items.Count; i++) paginator.Place(items[i], Chain(items, i));
        if (paginator._page.Count > 0 || paginator._pages.Count == 0) paginator.Turn();
        return paginator._pages;
    }

    /// <summary>The height of an item and of what it must not be parted from: as far as the first line or row that follows.</summary>
    private static double Chain(IReadOnlyList<FlowItem> items, int from)
    {
        var sum = items[from].Height;
        // More than a few are no headings.
        for (var i = from; i < items.Count - 1 && i < from + 10 && items[i].KeepWithNext; i++) sum += items[i + 1].SpaceBefore + items[i + 1].Height;
        return sum;
    }

    private void Place(FlowItem item, double chain)
    {
        if (item.BreakBefore && _page.Count > 0) Turn();
        var space = _page.Count == 0 ? 0 : item.SpaceBefore;
        if (_page.Count > 0 && _y + space + (chain <= height ? chain : item.Height) > height + 0.01)
        {
            // What is higher than a page begins where it stands; all else on the next one.
            if (item.Height > height && item.Split(height - _y - space) is var (first, later))
            {
                Put(first, space);
                (item, chain) = (later, later.Height);
            }
            Turn();
            space = 0;
            Repeat(item);
        }
        while (_y + item.Height > height + 0.01 && item.Split(height - _y) is var (part, rest))
        {
            Put(part, space);
            Turn();
            Repeat(rest);
            (item, space) = (rest, 0);
        }
        Put(item, space);
    }

    private void Repeat(FlowItem item)
    {
        var total = FlowItem.Total(item.Head);
        if (item.Head.Count == 0 || total > height / 2) return;
        foreach (var head in item.Head) Put(head, 0);
    }

    private void Put(FlowItem item, double space)
    {
        _page.Add((item, _y + space));
        _y += space + item.Height;
    }

    private void Turn()
    {
        if (_pages.Count >= MaxPages) throw DocumentTemplateErrors.LimitReached($"it has more than {MaxPages} pages");
        _pages.Add(_page);
        (_page, _y) = ([], 0);
    }
}
