using System.Globalization;
using System.Text;
using Crm.Application.Documents;

namespace Crm.Infrastructure.Documents.Pdf;

/// <summary>What is drawn on one page. Places are in points from the top left; PDF counts from the bottom.</summary>
internal sealed class PdfCanvas(PdfFonts fonts, PdfImages images, double height)
{
    private readonly StringBuilder _content = new();
    private string _fill = "";

    /// <summary>Links: where they are and where they lead.</summary>
    public List<(double X, double Y, double Width, double Height, string To)> Links { get; } = [];

    public byte[] Content => Encoding.Latin1.GetBytes(_content.ToString());

    /// <summary>A text that stands on a line; a slanted one leans by 12 degrees.</summary>
    public void Text(TrueTypeFont font, double size, string color, bool slanted, double x, double baseline, string text, double wordSpace = 0)
    {
        Fill(color);
        _content.Append(CultureInfo.InvariantCulture, $"BT /{fonts.NameOf(font)} {N(size)} Tf 1 0 {(slanted ? "0.213" : "0")} 1 {N(x)} {N(height - baseline)} Tm ");
        if (wordSpace == 0) _content.Append(CultureInfo.InvariantCulture, $"<{fonts.Encode(font, text)}> Tj ET\n");
        else
        {
            // Glyphs are two bytes, of which Tw takes no notice: the space is moved by hand.
            var words = text.Split(' ').Select((word, i) => (i == 0 ? "" : $"<{fonts.Encode(font, " ")}> {N(-wordSpace * 1000 / size)} ") + $"<{fonts.Encode(font, word)}>");
            _content.Append(CultureInfo.InvariantCulture, $"[{string.Join(' ', words)}] TJ ET\n");
        }
    }

    public void Box(string color, double x, double y, double width, double boxHeight)
    {
        if (width <= 0 || boxHeight <= 0) return;
        Fill(color);
        _content.Append(CultureInfo.InvariantCulture, $"{N(x)} {N(height - y - boxHeight)} {N(width)} {N(boxHeight)} re f\n");
    }

    public void Image(DocumentImage image, double x, double y, double width, double imageHeight) =>
        _content.Append(CultureInfo.InvariantCulture, $"q {N(width)} 0 0 {N(imageHeight)} {N(x)} {N(height - y - imageHeight)} cm /{images.NameOf(image)} Do Q\n");

    /// <summary>A QR code with its quiet zone of four modules, as boxes: it is sharp at every size.</summary>
    public void Code(bool[][] modules, double x, double y, double size)
    {
        var module = size / (modules.Length + 8);
        Box("#ffffff", x, y, size, size);
        Fill("#000000");
        for (var row = 0; row < modules.Length; row++)
            for (var from = 0; from < modules.Length; from++)
            {
                if (!modules[row][from]) continue;
                var to = from;
                while (to < modules.Length && modules[row][to]) to++;
                _content.Append(CultureInfo.InvariantCulture, $"{N(x + (from + 4) * module)} {N(height - y - (row + 5) * module)} {N((to - from) * module)} {N(module)} re\n");
                from = to;
            }
        _content.Append("f\n");
    }

    private void Fill(string color)
    {
        if (color == _fill) return;
        _fill = color;
        _content.Append(CultureInfo.InvariantCulture, $"{Part(1)} {Part(3)} {Part(5)} rg\n");
        string Part(int at) => N(Convert.ToInt32(color.Substring(at, 2), 16) / 255.0);
    }

    private static string N(double number) => PdfFile.N(number);
}
