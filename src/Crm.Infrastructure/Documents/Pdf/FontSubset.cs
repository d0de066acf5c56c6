using System.Buffers.Binary;
using System.Text;

namespace Crm.Infrastructure.Documents.Pdf;

/// <summary>A font with the outlines of some glyphs only. Glyphs keep their numbers; those that are left out are empty, which costs nothing once packed.</summary>
internal static class FontSubset
{
    private const ushort WordArguments = 1, Scale = 8, More = 32, TwoScales = 64, Matrix = 128;

    public static byte[] Of(TrueTypeFont font, IEnumerable<ushort> used)
    {
        var glyphs = new SortedSet<int> { 0 };
        foreach (var glyph in used) Add(font, glyph, glyphs);
        var (outlines, locations) = (new MemoryStream(), new byte[4 * (font.GlyphCount + 1)]);
        for (var i = 0; i < font.GlyphCount; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(locations.AsSpan(4 * i), (uint)outlines.Length);
            if (!glyphs.Contains(i)) continue;
            outlines.Write(font.Outline(i));
            while (outlines.Length % 4 != 0) outlines.WriteByte(0);
        }
        BinaryPrimitives.WriteUInt32BigEndian(locations.AsSpan(4 * font.GlyphCount), (uint)outlines.Length);
        var head = font.Table("head").ToArray();
        BinaryPrimitives.WriteInt16BigEndian(head.AsSpan(50), 1);
        BinaryPrimitives.WriteUInt32BigEndian(head.AsSpan(8), 0);
        var tables = new SortedDictionary<string, byte[]>(StringComparer.Ordinal)
        {
            ["glyf"] = outlines.ToArray(), ["loca"] = locations, ["head"] = head, ["hhea"] = font.Table("hhea").ToArray(), ["hmtx"] = Metrics(font, glyphs), ["maxp"] = font.Table("maxp").ToArray(),
        };
        foreach (var hints in (string[])["cvt ", "fpgm", "prep"])
            if (font.Has(hints)) tables[hints] = font.Table(hints).ToArray();
        return Assembled(tables);
    }

    /// <summary>A glyph and those it is made of.</summary>
    private static void Add(TrueTypeFont font, int glyph, SortedSet<int> glyphs)
    {
        if (!glyphs.Add(glyph)) return;
        var outline = font.Outline(glyph);
        if (outline.Length < 10 || BinaryPrimitives.ReadInt16BigEndian(outline) >= 0) return;
        for (var at = 10; ;)
        {
            var flags = BinaryPrimitives.ReadUInt16BigEndian(outline[at..]);
            Add(font, BinaryPrimitives.ReadUInt16BigEndian(outline[(at + 2)..]), glyphs);
            at += 4 + ((flags & WordArguments) != 0 ? 4 : 2) + ((flags & Scale) != 0 ? 2 : (flags & TwoScales) != 0 ? 4 : (flags & Matrix) != 0 ? 8 : 0);
            if ((flags & More) == 0) return;
        }
    }

    private static byte[] Metrics(TrueTypeFont font, SortedSet<int> glyphs)
    {
        var metrics = font.Table("hmtx").ToArray();
        var full = BinaryPrimitives.ReadUInt16BigEndian(font.Table("hhea")[34..]);
        for (var i = 0; i < full - 1; i++)
            if (!glyphs.Contains(i)) metrics.AsSpan(4 * i, 4).Clear();
        return metrics;
    }

    private static byte[] Assembled(SortedDictionary<string, byte[]> tables)
    {
        var font = new MemoryStream();
        Span<byte> number = stackalloc byte[4];
        var powers = (int)Math.Log2(tables.Count);
        font.Write([0, 1, 0, 0]);
        foreach (var value in (int[])[tables.Count, 16 << powers, powers, 16 * tables.Count - (16 << powers)])
        {
            BinaryPrimitives.WriteUInt16BigEndian(number, (ushort)value);
            font.Write(number[..2]);
        }
        var offset = 12 + 16 * tables.Count;
        foreach (var (name, bytes) in tables)
        {
            font.Write(Encoding.ASCII.GetBytes(name));
            foreach (var value in (uint[])[Checksum(bytes), (uint)offset, (uint)bytes.Length])
            {
                BinaryPrimitives.WriteUInt32BigEndian(number, value);
                font.Write(number);
            }
            offset += (bytes.Length + 3) / 4 * 4;
        }
        foreach (var bytes in tables.Values)
        {
            font.Write(bytes);
            while (font.Length % 4 != 0) font.WriteByte(0);
        }
        return font.ToArray();
    }

    private static uint Checksum(byte[] bytes)
    {
        uint sum = 0;
        for (var i = 0; i < bytes.Length; i++) sum += (uint)bytes[i] << (24 - 8 * (i % 4));
        return sum;
    }
}
