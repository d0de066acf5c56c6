using System.Text;
using Crm.Application.Documents;
using Crm.Infrastructure.Documents.Pdf;

namespace Crm.Infrastructure.Documents.Layout;

/// <summary>What documents are laid out with: the pictures, and the number of the page where it is known.</summary>
internal sealed record LayoutContext(StyleSheet Sheet, DocumentImage? Logo, bool[][]? Code, string Page, string Pages);

/// <summary>A word, an image or a code on a line.</summary>
internal sealed record Piece(BoxStyle Style, double Width, string Text = "", DocumentImage? Image = null, bool IsCode = false, double Height = 0)
{
    public bool IsPicture => Image is not null || IsCode;

    public TrueTypeFont Font => FontCatalog.Get(Style.Family, Style.Bold);
}

/// <summary>Breaks text and pictures into lines.</summary>
internal sealed class InlineLayout(LayoutContext context, double width)
{
    private readonly List<FlowItem> _lines = [];
    private readonly List<Piece> _line = [];
    private double _used;
    // The space that comes before the next word, if there is a next one; it looks like the text it stands in.
    private BoxStyle? _space;

    /// <summary>The lines of what stands in a block.</summary>
    public IReadOnlyList<FlowItem> Lay(IReadOnlyList<(HtmlNode Node, BoxStyle Style)> nodes, BoxStyle block)
    {
        foreach (var (node, style) in nodes) Add(node, style, block);
        if (_line.Count > 0) End(block, last: true);
        return _lines;
    }

    /// <summary>How wide it is without and with breaks at every space.</summary>
    public static (double Least, double Most) Measure(LayoutContext context, IReadOnlyList<(HtmlNode Node, BoxStyle Style)> nodes, BoxStyle block)
    {
        var layout = new InlineLayout(context, 1e6);
        double least = 0, most = 0;
        foreach (var line in layout.Lay(nodes, block).Cast<LineItem>()) (least, most) = (Math.Max(least, line.WidestWord), Math.Max(most, line.Width));
        return (least, most);
    }

    private void Add(HtmlNode node, BoxStyle style, BoxStyle block)
    {
        if (node is HtmlText text)
        {
            AddText(text.Text, style, block);
            return;
        }
        var element = (HtmlElement)node;
        if (style.Display == "none") return;
        if (element.Name == "br") End(block, last: true, style);
        else if (element.Name == "img") AddPicture(element, style, block);
        else if (element.Classes.Contains("crm-page")) AddText(context.Page, style, block);
        else if (element.Classes.Contains("crm-pages")) AddText(context.Pages, style, block);
        else foreach (var child in element.Children) Add(child, child is HtmlElement inner ? context.Sheet.Of(inner, style) : style, block);
    }

    private void AddText(string text, BoxStyle style, BoxStyle block)
    {
        if (style.Transform != "none") text = style.Transform == "uppercase" ? text.ToUpperInvariant() : text.ToLowerInvariant();
        var (keepsSpaces, keepsLines) = (style.WhiteSpace is "pre" or "pre-wrap", style.WhiteSpace is "pre" or "pre-wrap" or "pre-line");
        var word = new StringBuilder();
        foreach (var c in text)
        {
            if (c is not (' ' or '\n' or '\t' or '\r'))
            {
                word.Append(c);
                continue;
            }
            AddWord(word, style, block);
            if (c == '\n' && keepsLines) End(block, last: true, style);
            else if (keepsSpaces && c != '\r') AddWord(word.Append(c == '\t' ? "    " : " "), style, block);
            else if (_line.Count > 0) _space ??= style;
        }
        AddWord(word, style, block);
    }

    private void AddWord(StringBuilder letters, BoxStyle style, BoxStyle block)
    {
        if (letters.Length == 0) return;
        var font = FontCatalog.Get(style.Family, style.Bold);
        var (text, space) = (letters.ToString(), TakeSpace());
        letters.Clear();
        var measured = font.Measure(text, style.Size);
        var breaks = style.WhiteSpace is not ("nowrap" or "pre") && (space is not null || style.WhiteSpace != "normal" || _line is [.., { IsPicture: true }]);
        if (_used + (space?.Width ?? 0) + measured > width + 0.01 && _line.Count > 0 && breaks) End(block, last: false);
        else if (space is not null) Push(space);
        if (measured <= width || style.WhiteSpace is "nowrap" or "pre") Push(new Piece(style, measured, text));
        else Cut(text, font, style, block);
    }

    /// <summary>A word that is wider than the line is broken where the line ends.</summary>
    private void Cut(string text, TrueTypeFont font, BoxStyle style, BoxStyle block)
    {
        var (part, partWidth) = (new StringBuilder(), 0.0);
        foreach (var rune in text.EnumerateRunes())
        {
            var letter = font.Width(font.Glyph(rune.Value)) * style.Size / 1000;
            if (_used + partWidth + letter > width && _used + partWidth > 0)
            {
                if (part.Length > 0) Push(new Piece(style, partWidth, part.ToString()));
                End(block, last: false);
                (partWidth, _) = (0, part.Clear());
            }
            part.Append(rune);
            partWidth += letter;
        }
        if (part.Length > 0) Push(new Piece(style, partWidth, part.ToString()));
    }

    private void AddPicture(HtmlElement element, BoxStyle style, BoxStyle block)
    {
        var image = element.Image ?? (element["src"] == "crm:logo" ? context.Logo : null);
        var isCode = element["src"] == "crm:qr" && context.Code is not null;
        if (image is null && !isCode) return;
        var (natural, naturalHeight) = image is null ? (85.0, 85.0) : (image.Width * 0.75, image.Height * 0.75);
        var (stated, statedHeight) = (style.Of(style.Width, width) ?? Attribute(element, "width"), style.Of(style.Height, 0) ?? Attribute(element, "height"));
        var (w, h) = (stated, statedHeight) switch
        {
            ({ } sw, { } sh) => (sw, sh),
            ({ } sw, null) => (sw, sw * naturalHeight / natural),
            (null, { } sh) => (sh * natural / naturalHeight, sh),
            _ => (natural, naturalHeight),
        };
        // Never wider than its place or higher than a page, and never out of shape for that.
        var scale = Math.Min(1, Math.Min(Math.Min(width, style.Of(style.MaxWidth, width) ?? width) / Math.Max(w, 0.1), Math.Min(600, style.Of(style.MaxHeight, 0) ?? 600) / Math.Max(h, 0.1)));
        (w, h) = (w * scale, h * scale);
        if (isCode) (w, h) = (Math.Min(w, h), Math.Min(w, h));
        var space = TakeSpace();
        if (_used + (space?.Width ?? 0) + w > width + 0.01 && _line.Count > 0) End(block, last: false);
        else if (space is not null) Push(space);
        Push(new Piece(style, w, Image: image, IsCode: isCode, Height: h));
    }

    private static double? Attribute(HtmlElement element, string name) => element[name] is { } text ? double.Parse(text, System.Globalization.CultureInfo.InvariantCulture) * 0.75 : null;

    private Piece? TakeSpace()
    {
        var style = _space;
        _space = null;
        return style is null ? null : new Piece(style, FontCatalog.Get(style.Family, style.Bold).Measure(" ", style.Size), " ");
    }

    private void Push(Piece piece)
    {
        _line.Add(piece);
        _used += piece.Width;
    }

    private void End(BoxStyle block, bool last, BoxStyle? empty = null)
    {
        while (_line is [.., { Text: " " } space])
        {
            _line.RemoveAt(_line.Count - 1);
            _used -= space.Width;
        }
        if (_line.Count > 0 || empty is not null) _lines.Add(new LineItem([.. _line], width, _used, empty ?? block, block.Align, last, context.Code));
        _line.Clear();
        (_used, _space) = (0, null);
    }
}
