using System.Globalization;
using System.Text;

namespace Crm.Infrastructure.Documents.Pdf;

/// <summary>The fonts of one PDF: which glyphs of each were shown, and what these are as text.</summary>
internal sealed class PdfFonts
{
    private readonly Dictionary<TrueTypeFont, (string Name, SortedDictionary<ushort, int> Used)> _fonts = [];

    /// <summary>What the page's resources call the font.</summary>
    public string NameOf(TrueTypeFont font) => Of(font).Name;

    /// <summary>The text as glyphs, in hexadecimal.</summary>
    public string Encode(TrueTypeFont font, string text)
    {
        var used = Of(font).Used;
        var hex = new StringBuilder(4 * text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            var glyph = font.Glyph(rune.Value);
            used.TryAdd(glyph, rune.Value);
            hex.Append(glyph.ToString("X4", CultureInfo.InvariantCulture));
        }
        return hex.ToString();
    }

    /// <summary>Writes the fonts, each with the glyphs that were shown; the entry of the resources.</summary>
    public string Write(PdfFile file) => $"<< {string.Join(' ', _fonts.Select(f => $"/{f.Value.Name} {Write(file, f.Key, f.Value.Used)} 0 R"))} >>";

    private static int Write(PdfFile file, TrueTypeFont font, SortedDictionary<ushort, int> used)
    {
        // Six letters say that it is a part of the font (ISO 32000-1 §9.6.4).
        var name = Tag(used.Keys) + "+" + font.Name;
        var bytes = FontSubset.Of(font, used.Keys);
        var content = file.AddStream($"/Length1 {PdfFile.N(bytes.Length)}", bytes);
        var descriptor = file.Add($"<< /Type /FontDescriptor /FontName /{name} /Flags 4 /FontBBox [{string.Join(' ', font.Box.Select(PdfFile.N))}] /ItalicAngle 0 /Ascent {PdfFile.N(font.Ascent)} /Descent {PdfFile.N(font.Descent)} /CapHeight {PdfFile.N(font.CapHeight)} /StemV 80 /FontFile2 {content} 0 R >>");
        var widths = string.Join(' ', used.Keys.Select(glyph => $"{glyph.ToString(CultureInfo.InvariantCulture)} [{PdfFile.N(font.Width(glyph))}]"));
        var descendant = file.Add($"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /{name} /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /FontDescriptor {descriptor} 0 R /CIDToGIDMap /Identity /DW 600 /W [{widths}] >>");
        var unicode = file.AddStream("", Encoding.ASCII.GetBytes(ToUnicode(used)));
        return file.Add($"<< /Type /Font /Subtype /Type0 /BaseFont /{name} /Encoding /Identity-H /DescendantFonts [{descendant} 0 R] /ToUnicode {unicode} 0 R >>");
    }

    /// <summary>What makes the text of the document searchable: the character of each glyph (ISO 32000-1 §9.10.3), a hundred at a time at most.</summary>
    private static string ToUnicode(SortedDictionary<ushort, int> used)
    {
        var map = new StringBuilder("/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n");
        foreach (var part in used.Chunk(100))
        {
            map.Append(CultureInfo.InvariantCulture, $"{part.Length} beginbfchar\n");
            foreach (var (glyph, character) in part) map.Append(CultureInfo.InvariantCulture, $"<{glyph:X4}> <{Convert.ToHexString(Encoding.BigEndianUnicode.GetBytes(char.ConvertFromUtf32(character)))}>\n");
            map.Append("endbfchar\n");
        }
        return map.Append("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n").ToString();
    }

    private static string Tag(IEnumerable<ushort> glyphs)
    {
        var sum = glyphs.Aggregate(17u, (s, g) => unchecked(s * 31 + g));
        return string.Concat(Enumerable.Range(0, 6).Select(i => (char)('A' + sum / (uint)Math.Pow(26, i) % 26)));
    }

    private (string Name, SortedDictionary<ushort, int> Used) Of(TrueTypeFont font)
    {
        if (!_fonts.TryGetValue(font, out var known)) _fonts[font] = known = ("F" + (_fonts.Count + 1).ToString(CultureInfo.InvariantCulture), []);
        return known;
    }
}
