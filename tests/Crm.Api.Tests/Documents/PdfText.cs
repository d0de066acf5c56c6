using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;

namespace Crm.Api.Tests.Documents;

/// <summary>Reads the text of a PDF as a reader does: by the maps from glyphs to characters that are in it.</summary>
internal sealed partial class PdfText
{
    private readonly Dictionary<int, (string Head, byte[] Stream)> _objects = [];

    public PdfText(byte[] pdf)
    {
        var text = Encoding.Latin1.GetString(pdf);
        text.ShouldStartWith("%PDF-1.7");
        text.TrimEnd().ShouldEndWith("%%EOF");
        foreach (Match found in Objects().Matches(text))
        {
            var head = found.Groups[2].Value;
            // Where the table of objects says it is, so that every reader finds it.
            text[..text.LastIndexOf("trailer", StringComparison.Ordinal)].ShouldContain($"{found.Index:0000000000} 00000 n");
            _objects[int.Parse(found.Groups[1].Value, CultureInfo.InvariantCulture)] = (head, Stream(head, pdf, found.Index + found.Length));
        }
        Pages = [.. Numbers(_objects.Values.Single(o => o.Head.Contains("/Type /Pages ", StringComparison.Ordinal)).Head, "Kids").Select(Page)];
    }

    /// <summary>The text of each page, a line for each piece.</summary>
    public IReadOnlyList<string> Pages { get; }

    public string All => string.Join('\n', Pages);

    private string Page(int number)
    {
        var head = _objects[number].Head;
        var fonts = Regex.Matches(_objects[Number(head, "Resources")].Head, @"/(F\d+) (\d+) 0 R").ToDictionary(f => f.Groups[1].Value, f => Map(int.Parse(f.Groups[2].Value, CultureInfo.InvariantCulture)));
        var page = new StringBuilder();
        foreach (Match shown in Shown().Matches(Encoding.Latin1.GetString(_objects[Number(head, "Contents")].Stream)))
        {
            var map = fonts[shown.Groups[1].Value];
            foreach (Match hex in Hexadecimal().Matches(shown.Groups[2].Value)) page.Append(string.Concat(hex.Groups[1].Value.Chunk(4).Select(glyph => map[new string(glyph)])));
            page.Append('\n');
        }
        return page.ToString();
    }

    private Dictionary<string, string> Map(int font) => Regex.Matches(Encoding.Latin1.GetString(_objects[Number(_objects[font].Head, "ToUnicode")].Stream), "<([0-9A-F]{4})> <([0-9A-F]+)>\n")
        .Where(m => m.Groups[1].Value != "0000" || m.Groups[2].Value != "FFFF").ToDictionary(m => m.Groups[1].Value, m => Encoding.BigEndianUnicode.GetString(Convert.FromHexString(m.Groups[2].Value)));

    private static byte[] Stream(string head, byte[] pdf, int at)
    {
        if (!head.EndsWith("stream\n", StringComparison.Ordinal)) return [];
        var bytes = pdf[at..(at + int.Parse(Length().Match(head).Groups[1].Value, CultureInfo.InvariantCulture))];
        if (!head.Contains("/FlateDecode", StringComparison.Ordinal)) return bytes;
        using var packed = new ZLibStream(new MemoryStream(bytes), CompressionMode.Decompress);
        using var unpacked = new MemoryStream();
        packed.CopyTo(unpacked);
        return unpacked.ToArray();
    }

    private static int Number(string head, string name) => int.Parse(Regex.Match(head, $@"/{name} (\d+) 0 R").Groups[1].Value, CultureInfo.InvariantCulture);

    private static IEnumerable<int> Numbers(string head, string name) => Regex.Matches(Regex.Match(head, $@"/{name} \[([^\]]*)\]").Groups[1].Value, @"(\d+) 0 R").Select(m => int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture));

    [GeneratedRegex(@"(\d+) 0 obj\n((?:(?!endobj|stream\n).)*(?:stream\n|\n))", RegexOptions.Singleline)]
    private static partial Regex Objects();

    [GeneratedRegex(@"/(F\d+) [\d.]+ Tf [^\n]*? Tm (<[0-9A-F]*> Tj|\[[^\]]*\] TJ)")]
    private static partial Regex Shown();

    [GeneratedRegex("<([0-9A-F]*)>")]
    private static partial Regex Hexadecimal();

    [GeneratedRegex(@"/Length (\d+) ")]
    private static partial Regex Length();
}
