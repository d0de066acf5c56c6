using Crm.Infrastructure.Documents.Pdf;

namespace Crm.Infrastructure.Documents.Layout;

/// <summary>A line of words and pictures.</summary>
internal sealed class LineItem : FlowItem
{
    private readonly IReadOnlyList<Piece> _pieces;
    private readonly double _width;
    private readonly string _align;
    private readonly bool _isLast;
    private readonly bool[][]? _code;
    private readonly double _baseline;

    public LineItem(IReadOnlyList<Piece> pieces, double width, double used, BoxStyle block, string align, bool isLast, bool[][]? code)
    {
        (_pieces, _width, Width, _align, _isLast, _code) = (pieces, width, used, align, isLast, code);
        var styles = pieces.Where(p => !p.IsPicture).Select(p => p.Style).DefaultIfEmpty(block).ToList();
        var text = pieces.Count == 0 || pieces.Any(p => !p.IsPicture) ? styles.Max(s => s.Line) : 0;
        var size = styles.Max(s => s.Size);
        var pictures = pieces.Where(p => p.IsPicture).Select(p => p.Height).DefaultIfEmpty(0).Max();
        // Pictures stand on the line the words stand on.
        _baseline = Math.Max(text == 0 ? 0 : (text - size * 1.164) / 2 + size * 0.928, pictures);
        Height = Math.Max(text, pictures + (text == 0 ? 0 : text - ((text - size * 1.164) / 2 + size * 0.928)));
    }

    /// <summary>How wide it is.</summary>
    public double Width { get; }

    /// <summary>What cannot be broken.</summary>
    public double WidestWord
    {
        get
        {
            double widest = 0, word = 0;
            foreach (var piece in _pieces)
            {
                word = piece.Text == " " && piece.Style.WhiteSpace != "nowrap" ? 0 : word + piece.Width;
                widest = Math.Max(widest, word);
            }
            return widest;
        }
    }

    public override void Draw(PdfCanvas canvas, double x, double y)
    {
        var free = Math.Max(0, _width - Width);
        x += _align switch { "right" => free, "center" => free / 2, _ => 0 };
        var gaps = _pieces.Count(p => p.Text == " ");
        var stretch = _align == "justify" && !_isLast && gaps > 0 ? free / gaps : 0;
        for (var i = 0; i < _pieces.Count;)
        {
            var piece = _pieces[i];
            if (piece.IsPicture)
            {
                if (piece.Image is not null) canvas.Image(piece.Image, x, y + _baseline - piece.Height, piece.Width, piece.Height);
                else canvas.Code(_code!, x, y + _baseline - piece.Height, piece.Width);
                if (piece.Style.Link is { } target) canvas.Links.Add((x, y + _baseline - piece.Height, piece.Width, piece.Height, target));
                x += piece.Width;
                i++;
                continue;
            }
            // Words of one look are one text: what is copied from the document has its spaces.
            var (text, width, from) = ("", 0.0, i);
            while (i < _pieces.Count && !_pieces[i].IsPicture && _pieces[i].Style == piece.Style)
            {
                width += _pieces[i].Width + (_pieces[i].Text == " " ? stretch : 0);
                text += _pieces[i++].Text;
            }
            Draw(canvas, piece, text, x, y, width, stretch);
            x += width;
        }
    }

    private void Draw(PdfCanvas canvas, Piece piece, string text, double x, double y, double width, double stretch)
    {
        var style = piece.Style;
        var baseline = y + _baseline + (style.VerticalAlign switch { "sub" => style.Size * 0.2, "super" => -style.Size * 0.45, _ => 0 });
        if (style is { Background: { } ground, Display: "inline" }) canvas.Box(ground, x, baseline - style.Size * 0.93, width, style.Size * 1.16);
        canvas.Text(piece.Font, style.Size, style.Color, style.Slanted, x, baseline, text, stretch);
        if (style.Underlined) canvas.Box(style.Color, x, baseline + style.Size * 0.1, width, style.Size * 0.05);
        if (style.Struck) canvas.Box(style.Color, x, baseline - style.Size * 0.28, width, style.Size * 0.05);
        if (style.Link is { } target) canvas.Links.Add((x, baseline - style.Size * 0.9, width, style.Size * 1.15, target));
    }
}
